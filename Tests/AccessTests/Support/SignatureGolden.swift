import Foundation
import Testing

/// A token under a key of its own whose signature meets an edge of the arithmetic (`Goldens/make-signature-goldens.py`).
struct SignatureGolden: Decodable, Sendable, CustomTestStringConvertible {
    let name: String
    let x: String
    let y: String
    /// "ok", or the code of the refusal.
    let expected: String
    let token: String

    var testDescription: String { name }

    static let all: [SignatureGolden] = {
        guard let url = Bundle.module.url(forResource: "signatures", withExtension: "json", subdirectory: "Goldens"),
            let data = try? Data(contentsOf: url)
        else { return [] }
        return (try? JSONDecoder().decode([SignatureGolden].self, from: data)) ?? []
    }()
}
