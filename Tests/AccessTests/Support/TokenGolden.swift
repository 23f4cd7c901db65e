import Foundation
import Testing

/// A token that another library made (`Goldens/make-goldens.py`), and what is to become of it.
struct TokenGolden: Decodable, Sendable, CustomTestStringConvertible {
    let maker: String
    let name: String
    /// "ok", or the code of the refusal.
    let expected: String
    let token: String

    var testDescription: String { "\(maker): \(name)" }

    private struct Document: Decodable {
        let tokens: [TokenGolden]
    }

    /// The whole document; empty where it is not there.
    static let file: Data = {
        guard let url = Bundle.module.url(forResource: "tokens", withExtension: "json", subdirectory: "Goldens"),
            let data = try? Data(contentsOf: url)
        else { return Data() }
        return data
    }()

    static let all: [TokenGolden] = (try? JSONDecoder().decode(Document.self, from: file))?.tokens ?? []
}
