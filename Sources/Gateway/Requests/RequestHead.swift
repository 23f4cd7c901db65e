import HTTPTypes
import NIOHTTP1
import Web

/// The head of a request that may be believed: read strictly, so that nobody on the way can read another request out of it
/// (RFC 9112, sections 3, 5 and 6; RFC 9113, section 8.2).
struct RequestHead: Sendable {
    let method: HTTPRequest.Method
    /// Without the query.
    let path: String
    let query: Substring
    let fields: HTTPFields
    /// Those of them that the door itself asks for.
    let known: KnownFields
    /// As `Content-Length` says; nil where it does not.
    let length: Int?
    /// Whether there is a body at all.
    let hasBody: Bool
    let keepsAlive: Bool
    let isHTTP2: Bool
    /// Which knows neither chunks nor lasting connections.
    let isHTTP10: Bool
    let host: String

    /// Throws `.badRequest` with what is wrong.
    init(_ head: HTTPRequestHead, isHTTP2: Bool) throws(Problem) {
        guard let method = HTTPRequest.Method(head.method.rawValue) else { throw .head("method") }
        var fields = HTTPFields()
        fields.reserveCapacity(head.headers.count)
        var known = KnownFields()
        var host: String?
        var length: Int?
        var coding: String?
        for (name, value) in head.headers {
            guard let spelling = FieldSpelling.entry(name) else { throw .head("field_name") }
            let field = HTTPField(name: spelling.name, value: value)
            // Making it takes out what must not stand there.
            guard field.value == value else { throw .head("field_value") }
            if let watched = spelling.known { known.add(watched, value) }
            switch spelling.name {
            case .host:
                guard host == nil else { throw .head("host_twice") }
                host = value
            case .contentLength:
                guard length == nil, let count = Self.length(value) else { throw .head("content_length") }
                length = count
            case .transferEncoding:
                guard coding == nil, value.lowercased() == "chunked", !isHTTP2, head.version.minor >= 1 else {
                    throw .head("transfer_encoding")
                }
                coding = value
            default: break
            }
            fields.append(field)
        }
        guard length == nil || coding == nil else { throw .head("length_and_encoding") }
        guard head.version.major == 1 || isHTTP2 else {
            throw Problem(.unsupportedVersion, "http_version", .headText)
        }
        guard let host, Self.isHost(host) else {
            // HTTP/1.0 has no such field.
            guard !isHTTP2, head.version.minor == 0, host == nil else { throw .head("host") }
            self.host = ""
            (path, query) = try Self.target(head.uri, method)
            (self.method, self.fields, self.known, self.length) = (method, fields, known, length)
            hasBody = (length ?? 0) > 0
            keepsAlive = false
            self.isHTTP2 = false
            isHTTP10 = true
            return
        }
        self.host = host
        (path, query) = try Self.target(head.uri, method)
        (self.method, self.fields, self.known, self.length) = (method, fields, known, length)
        hasBody = coding != nil || (length ?? 0) > 0
        keepsAlive = isHTTP2 || head.isKeepAlive
        self.isHTTP2 = isHTTP2
        isHTTP10 = !isHTTP2 && head.version.minor == 0
    }

    /// Digits alone: neither a sign, nor a list, nor white space.
    private static func length(_ text: String) -> Int? {
        guard !text.isEmpty, text.utf8.count <= 18, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        return Int(text)
    }

    /// Letters, digits and what names, addresses and ports are written with.
    private static func isHost(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.count <= 255
            && text.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
                    UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: ":"), UInt8(ascii: "["), UInt8(ascii: "]"), UInt8(ascii: "_"):
                    true
                default: false
                }
            }
    }

    /// The origin form alone (`/path?query`), in visible ASCII; proxies are not what this is. `*` with OPTIONS is the whole server.
    private static func target(_ uri: String, _ method: HTTPRequest.Method) throws(Problem) -> (String, Substring) {
        guard uri.utf8.count <= 8_192 else { throw Problem(.targetTooLong, "target_too_long", .headText) }
        if uri == "*", method == .options { return ("*", "") }
        guard uri.utf8.first == UInt8(ascii: "/"),
            uri.utf8.allSatisfy({ (0x21...0x7E).contains($0) && $0 != UInt8(ascii: "#") && $0 != UInt8(ascii: "\\") })
        else { throw .head("target") }
        guard let cut = uri.utf8.firstIndex(of: UInt8(ascii: "?")) else { return (uri, "") }
        return (String(uri[..<cut]), uri[uri.utf8.index(after: cut)...])
    }
}
