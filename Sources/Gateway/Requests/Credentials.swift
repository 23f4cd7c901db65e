import HTTPTypes
import Web

/// What a request brings to say who asks: a token in `Authorization` (RFC 6750), or the cookie of a browser's session. Where both come,
/// the token counts.
struct Credentials: Sendable {
    let token: String?
    let isCookie: Bool

    init(_ fields: HTTPFields) { self.init(authorization: fields[.authorization], cookies: fields[.cookie]) }

    init(_ known: KnownFields) { self.init(authorization: known[.authorization], cookies: known[.cookie]) }

    private init(authorization: String?, cookies: String?) {
        if let field = authorization {
            // Another scheme is no token: refused as one that is missing.
            token = Self.bearer(field) ?? ""
            isCookie = false
            return
        }
        token = cookies.flatMap { Self.cookie(SessionCookie.secureName, in: $0) ?? Self.cookie(SessionCookie.plainName, in: $0) }
        isCookie = token != nil
    }

    /// What follows `Bearer ` in whichever case; nil for another scheme.
    private static func bearer(_ field: String) -> String? {
        let scheme = "bearer ".utf8
        guard field.utf8.count > scheme.count, zip(field.utf8, scheme).allSatisfy({ $0 == $1 || $0 | 0x20 == $1 }) else { return nil }
        return String(decoding: field.utf8.dropFirst(scheme.count).drop { $0 == UInt8(ascii: " ") }, as: UTF8.self)
    }

    private static func cookie(_ name: String, in field: String) -> String? {
        for pair in field.split(separator: ";") {
            let pair = pair.drop { $0 == " " }
            guard let cut = pair.firstIndex(of: "="), pair[..<cut] == name else { continue }
            return String(pair[pair.index(after: cut)...])
        }
        return nil
    }
}
