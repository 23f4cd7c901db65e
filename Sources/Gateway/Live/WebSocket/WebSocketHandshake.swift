import Base
import Crypto
import HTTPTypes
import Web

/// The opening handshake (RFC 6455, section 4.2), and what is agreed on in it: our subprotocol, and compression (RFC 7692).
struct WebSocketHandshake: Sendable {
    /// Of the answer 101.
    let answer: [(name: String, value: String)]
    let isCompressed: Bool

    static let subprotocol = "zancada.v1"

    static func isAsked(_ fields: HTTPFields) -> Bool {
        words(fields, .upgrade).contains("websocket") && words(fields, .connection).contains("upgrade")
    }

    /// Throws `.badRequest`, and `.upgradeRequired` for another version or no WebSocket at all.
    init(_ fields: HTTPFields) throws(Problem) {
        guard Self.isAsked(fields) else { throw .webSocketWanted }
        guard fields[values: .secWebSocketVersion] == ["13"] else { throw .webSocketVersion }
        // 16 bytes as Base64 are 24 characters.
        guard fields[values: .secWebSocketKey].count == 1, let key = fields[.secWebSocketKey], key.utf8.count == 24,
            let nonce = Base64.read(key.utf8), nonce.count == 16
        else { throw .webSocketKey }
        var answer = [("Upgrade", "websocket"), ("Connection", "Upgrade"), ("Sec-WebSocket-Accept", Self.accept(key))]
        if Self.list(fields, .secWebSocketProtocol).contains(Self.subprotocol) {
            answer.append(("Sec-WebSocket-Protocol", Self.subprotocol))
        }
        isCompressed = Self.list(fields, .secWebSocketExtensions).contains(where: Self.isTaken)
        if isCompressed {
            answer.append(("Sec-WebSocket-Extensions", "permessage-deflate; server_no_context_takeover; client_no_context_takeover"))
        }
        self.answer = answer.map { (name: $0.0, value: $0.1) }
    }

    /// SHA-1 is what the protocol says; it proves no more than that the other side speaks it.
    private static func accept(_ key: String) -> String {
        Base64.string(Array(Insecure.SHA1.hash(data: Array((key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").utf8))))
    }

    /// Whether this is an offer that we can keep. Each message is compressed once for all who hear it, so nobody gets a window of their own.
    private static func isTaken(_ offer: String) -> Bool {
        let parts = offer.split(separator: ";").map { $0.trimmed }
        guard parts.first == "permessage-deflate" else { return false }
        var seen: Set<Substring> = []
        for part in parts.dropFirst() {
            let pair = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map { $0.trimmed }
            guard seen.insert(pair[0]).inserted else { return false }
            let value = pair.count > 1 ? pair[1].trimmed(of: "\"") : nil
            switch (pair[0], value) {
            case ("server_no_context_takeover", nil), ("client_no_context_takeover", nil), ("client_max_window_bits", nil): continue
            case ("client_max_window_bits", let bits?) where Self.windows.contains(bits): continue
            case ("server_max_window_bits", "15"): continue
            default: return false
            }
        }
        return true
    }

    private static let windows: Set<Substring> = ["8", "9", "10", "11", "12", "13", "14", "15"]

    private static func list(_ fields: HTTPFields, _ name: HTTPField.Name) -> [String] {
        fields[values: name].flatMap { $0.split(separator: ",") }.map { String($0.trimmed) }
    }

    private static func words(_ fields: HTTPFields, _ name: HTTPField.Name) -> [String] { list(fields, name).map { $0.lowercased() } }
}

extension Substring {
    fileprivate var trimmed: Substring {
        let start = drop { $0 == " " || $0 == "\t" }
        guard let last = start.lastIndex(where: { $0 != " " && $0 != "\t" }) else { return start.prefix(0) }
        return start[...last]
    }

    fileprivate func trimmed(of mark: Character) -> Substring {
        count >= 2 && first == mark && last == mark ? dropFirst().dropLast() : self
    }
}

extension Problem {
    private static let version = [Field("Sec-WebSocket-Version", "13"), Field("Upgrade", "websocket")]

    fileprivate static let webSocketWanted = Problem(
        .upgradeRequired, "websocket_wanted",
        Text(es: "Aquí solo se habla WebSocket: conéctese con uno.", en: "Only WebSocket is spoken here: connect with one."),
        fields: version)

    fileprivate static let webSocketVersion = Problem(
        .upgradeRequired, "websocket_version",
        Text(es: "Use la versión 13 de WebSocket (RFC 6455).", en: "Use version 13 of WebSocket (RFC 6455)."), fields: version)

    fileprivate static let webSocketKey = Problem(
        .badRequest, "websocket_key",
        Text(
            es: "El campo Sec-WebSocket-Key debe traer 16 bytes en Base64, una sola vez.",
            en: "The field Sec-WebSocket-Key has to hold 16 bytes in Base64, once."))
}
