import HTTPTypes

/// What a request brings to say who asks: a token in `Authorization` (RFC 6750), or the cookie of a browser's session. Where both come,
/// the token counts.
struct Credentials: Sendable {
    /// Only sent back to this very host, only through TLS, to no script (RFC 6265bis, section 4.1.3).
    static let secureCookie = "__Host-session"
    /// The same on a machine of one's own without TLS.
    static let plainCookie = "session"

    let token: String?
    let isCookie: Bool

    init(_ fields: HTTPFields) {
        if let field = fields[.authorization] {
            let parts = field.split(separator: " ", maxSplits: 1, omittingEmptySubsequences: true)
            // Another scheme is no token: refused as one that is missing.
            token = parts.count == 2 && parts[0].lowercased() == "bearer" ? String(parts[1]) : ""
            isCookie = false
            return
        }
        token = fields[.cookie].flatMap { Self.cookie(Self.secureCookie, in: $0) ?? Self.cookie(Self.plainCookie, in: $0) }
        isCookie = token != nil
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
