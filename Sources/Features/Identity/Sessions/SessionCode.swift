import Access
import Base

/// What a browser, a program or a device shows to go on with a session: the session's name, a number, and a code over both that only this
/// installation can make (HMAC-SHA-256). Nothing of it is kept, so nothing can be read out of a stolen database.
///
/// `zs1.<session>.<code>` is a browser's, `zr1.<session>.<number>.<code>` a refresh token, good once, `zd1.<session>.<code>` a device's.
struct SessionCode: Sendable, Hashable {
    enum Purpose: String, Sendable {
        case cookie = "zs1"
        case refresh = "zr1"
        case device = "zd1"
    }

    let purpose: Purpose
    let session: Identifier
    /// Of a refresh token; 0 of the others.
    let number: Int64
    private let code: [UInt8]

    static let mostBytes = 160

    /// nil for what no program of ours wrote; whether it is true is asked by `isGenuine`.
    init?(_ text: String, _ purpose: Purpose) {
        guard text.utf8.count <= Self.mostBytes else { return nil }
        let parts = text.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard parts.count == (purpose == .refresh ? 4 : 3), parts[0].elementsEqual(purpose.rawValue.utf8),
            let id = ID<Session>(String(decoding: parts[1], as: UTF8.self)), let code = Base64URL.read(parts[parts.count - 1]),
            code.count == 32,
            // One spelling each: no capitals in the name, no stray bits in the code.
            parts[1].elementsEqual(id.description.utf8), parts[parts.count - 1].elementsEqual(Base64URL.string(code).utf8)
        else { return nil }
        self.purpose = purpose
        session = Identifier(id)
        self.code = code
        guard purpose == .refresh else {
            number = 0
            return
        }
        let digits = String(decoding: parts[2], as: UTF8.self)
        guard let number = Int64(digits), number >= 0, "\(number)" == digits else { return nil }
        self.number = number
    }

    func isGenuine(_ keys: IdentityKeys) async throws -> Bool {
        let genuine = try await keys.code(for: Self.signed(purpose, session, number))
        return ConstantTime.isEqual(genuine, code)
    }

    static func write(_ purpose: Purpose, _ session: Identifier, number: Int64 = 0, _ keys: IdentityKeys) async throws -> String {
        let code = Base64URL.string(try await keys.code(for: signed(purpose, session, number)))
        return purpose == .refresh ? "\(purpose.rawValue).\(session).\(number).\(code)" : "\(purpose.rawValue).\(session).\(code)"
    }

    private static func signed(_ purpose: Purpose, _ session: Identifier, _ number: Int64) -> String {
        "session \(purpose.rawValue) \(session) \(number)"
    }
}
