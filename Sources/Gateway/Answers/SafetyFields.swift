import HTTPTypes
import NIOHTTP1
import Web

/// What every answer tells a browser not to do: the same for all answers of a sort, and made once.
struct SafetyFields: Sendable {
    /// In their order.
    let fields: [(name: String, value: String)]
    /// As HTTP/1.1 has them, each with its line's end.
    let lines: [UInt8]

    /// Pages load nothing but what this server gives, run no script that stands in the page, and are framed by nobody; camera and
    /// microphone are for our own pages alone. A page that has other needs sets the field itself.
    static let pagePolicy =
        "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; media-src 'self' blob:; connect-src 'self'; "
        + "worker-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'; object-src 'none'"
    /// Answers that are no page do nothing at all, whatever they are taken for.
    static let dataPolicy = "default-src 'none'; frame-ancestors 'none'; sandbox"
    private static let permissions =
        "camera=(self), microphone=(self), accelerometer=(self), gyroscope=(self), fullscreen=(self), publickey-credentials-get=(self), "
        + "publickey-credentials-create=(self), geolocation=(), payment=(), usb=(), browsing-topics=()"

    static func of(_ reply: Reply, isSecure: Bool) -> SafetyFields {
        let isPage = reply.fields[.contentType]?.utf8.starts(with: "text/html".utf8) == true
        let isOwn = reply.fields[.contentSecurityPolicy] != nil
        return all[(isPage ? 4 : 0) + (isOwn ? 2 : 0) + (isSecure ? 1 : 0)]
    }

    private static let all = [false, true].flatMap { isPage in
        [false, true].flatMap { isOwn in
            [false, true].map { SafetyFields(isPage: isPage, hasOwnPolicy: isOwn, isSecure: $0) }
        }
    }

    private init(isPage: Bool, hasOwnPolicy: Bool, isSecure: Bool) {
        var fields: [(name: String, value: String)] = []
        if !hasOwnPolicy { fields.append(("Content-Security-Policy", isPage ? Self.pagePolicy : Self.dataPolicy)) }
        fields += [
            ("X-Content-Type-Options", "nosniff"), ("Referrer-Policy", "same-origin"), ("Cross-Origin-Resource-Policy", "same-origin"),
        ]
        if isPage {
            fields += [
                ("X-Frame-Options", "DENY"), ("Cross-Origin-Opener-Policy", "same-origin"),
                ("Cross-Origin-Embedder-Policy", "require-corp"),
                ("Permissions-Policy", Self.permissions),
            ]
        }
        if isSecure { fields.append(("Strict-Transport-Security", "max-age=31536000")) }
        self.fields = fields
        lines = fields.flatMap { "\($0.name): \($0.value)\r\n".utf8 }
    }
}
