import Access
import Base
import Foundation
import Keys

/// What a row holds sealed, under the key of its account: JSON.
struct FactorBody: Sendable {
    let kind: String
    let id: String
    let version: Int64

    private var context: EntryContext {
        EntryContext(tenant: IdentityFeature.organisation.text, kind: "identity.\(kind)", record: id, version: version)
    }

    func seal(_ content: some Encodable, under key: SubjectKey, random: Randomness) throws -> [UInt8] {
        try key.seal([UInt8](try JSONEncoder().encode(content)), as: context, random: random)
    }

    /// Throws `Failure(.invalid)` for what was altered, or what no program of this shape wrote.
    func open<Content: Decodable>(_ sealed: [UInt8], as type: Content.Type = Content.self, by keys: SubjectKeys) throws -> Content {
        let bytes: [UInt8]
        do throws(SealingError) { bytes = try keys.open(sealed, as: context) } catch { throw Failure.unsealable(error, context) }
        guard let content = try? JSONDecoder().decode(type, from: Data(bytes)) else { throw Failure.factorUnreadable }
        return content
    }
}
