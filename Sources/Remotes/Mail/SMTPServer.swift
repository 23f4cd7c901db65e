import Base
import NIOCore

/// Where a mail server is, and how its connection is kept from others: what `mail.server` says.
///
/// | written | means |
/// |---|---|
/// | `smtps://host[:465]` | TLS from the first byte (RFC 8314, 3.3) |
/// | `smtp://host[:587]?tls=starttls` or without the question | STARTTLS (RFC 3207), without which nothing is sent |
/// | `smtp://127.0.0.1[:25]?tls=none` | no TLS: to this machine alone |
package struct SMTPServer: Sendable, Hashable {
    /// What stands between a connection and whoever listens.
    package enum Security: Sendable, Hashable {
        case tls, startTLS, none
    }

    /// A name, or an address without brackets.
    package let host: String
    package let port: Int
    package let security: Security

    package init(host: String, port: Int, security: Security) {
        self.host = host
        self.port = port
        self.security = security
    }

    /// Throws `Failure(.invalid, "mail_server")` for what is written otherwise, and `"mail_in_clear"` for a way without TLS to another
    /// machine.
    package init(_ text: String) throws(Failure) {
        let pieces = text.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        let question = pieces.count == 2 ? String(pieces[1]) : nil
        guard let security = Self.security(of: text, question) else { throw .mailServer }
        let place = String(pieces[0].drop { $0 != "/" }.dropFirst(2))
        guard let (host, port) = Self.place(place) else { throw .mailServer }
        guard security != .none || Self.isThisMachine(host) else { throw .mailInClear }
        self.init(host: host, port: port ?? Self.usualPort(security), security: security)
    }

    private static func security(of text: String, _ question: String?) -> Security? {
        if text.hasPrefix("smtps://") { return question == nil ? .tls : nil }
        guard text.hasPrefix("smtp://") else { return nil }
        return switch question {
        case nil, "tls=starttls": .startTLS
        case "tls=none": Security.none
        default: nil
        }
    }

    /// The ports of RFC 8314, 7.3, RFC 6409 and RFC 5321.
    private static func usualPort(_ security: Security) -> Int {
        switch security {
        case .tls: 465
        case .startTLS: 587
        case .none: 25
        }
    }

    /// `host`, `host:port`, `[::1]`, `[::1]:port`; nil for anything else, a path or a user among it.
    private static func place(_ text: String) -> (host: String, port: Int?)? {
        if text.hasPrefix("[") {
            let pieces = text.dropFirst().split(separator: "]", maxSplits: 1, omittingEmptySubsequences: false)
            guard pieces.count == 2, let port = Self.port(pieces[1]), Self.isAddress(String(pieces[0])) else { return nil }
            return (String(pieces[0]), port.number)
        }
        let name = text.prefix { $0 != ":" }
        guard let port = Self.port(text.dropFirst(name.count)), isName(name) else { return nil }
        return (String(name), port.number)
    }

    /// Of nothing none, of `:25` that one; nil for what is neither.
    private static func port(_ text: Substring) -> (number: Int?, Void)? {
        guard !text.isEmpty else { return (nil, ()) }
        let digits = text.dropFirst()
        guard text.first == ":", (1...5).contains(digits.utf8.count), digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
            let number = Int(digits), (1...65_535).contains(number)
        else { return nil }
        return (number, ())
    }

    private static func isName(_ text: Substring) -> Bool {
        (1...253).contains(text.utf8.count)
            && text.split(separator: ".", omittingEmptySubsequences: false).allSatisfy { label in
                (1...63).contains(label.utf8.count)
                    && label.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x7A).contains($0 | 0x20) || $0 == UInt8(ascii: "-") }
            }
    }

    private static func isAddress(_ text: String) -> Bool { (try? SocketAddress(ipAddress: text, port: 0)) != nil }

    private static func isThisMachine(_ host: String) -> Bool { ["127.0.0.1", "localhost", "::1"].contains(host) }

    /// What a certificate is asked for beside the address itself; nil where there is only an address.
    var name: String? { Self.isAddress(host) ? nil : host }
}

extension Failure {
    fileprivate static let mailServer = Failure(
        .invalid, "mail_server",
        Text(
            es: "mail.server no sirve: escríbalo como smtps://servidor:465 o smtp://servidor:587?tls=starttls.",
            en: "mail.server will not do: write it as smtps://host:465 or smtp://host:587?tls=starttls."))

    fileprivate static let mailInClear = Failure(
        .invalid, "mail_in_clear",
        Text(
            es: "El correo solo sale sin cifrar hacia esta misma máquina: use smtps:// o tls=starttls.",
            en: "Mail goes out without encryption to this very machine alone: use smtps:// or tls=starttls."))
}
