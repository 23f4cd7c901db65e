import HTTPTypes

/// The cookie by which a browser says whose session it is in (RFC 6265bis): sent back to this very host alone, to no script, and not with
/// what another place's page posts.
package enum SessionCookie {
    /// Only through TLS, only to this host (section 4.1.3.2).
    package static let secureName = "__Host-session"
    /// The same on a machine of one's own without TLS.
    package static let plainName = "session"

    /// The field that gives it to a browser, for as long as the browser is open.
    package static func given(_ value: String, isSecure: Bool) -> HTTPField { field(value, isSecure, more: "") }

    /// The field that takes it away.
    package static func taken(isSecure: Bool) -> HTTPField { field("", isSecure, more: "; Max-Age=0") }

    private static func field(_ value: String, _ isSecure: Bool, more: String) -> HTTPField {
        let name = isSecure ? secureName : plainName
        return HTTPField(
            name: .setCookie, value: "\(name)=\(value); Path=/; HttpOnly; SameSite=Lax\(isSecure ? "; Secure" : "")\(more)")
    }
}
