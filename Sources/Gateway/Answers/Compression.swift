import HTTPTypes
import Synchronization
import Web

/// Packs answers that are text, and remembers those that never change.
final class Compression: Sendable {
    /// Shorter ones fit a packet or two as they are; longer ones would hold up the connection's neighbours.
    private static let worthwhile = 860...(1 << 20)
    private static let mostKept = 256

    private struct Key: Hashable {
        let tag: String
        let coding: ContentCoding
    }

    private let kept = Mutex<[Key: [UInt8]]>([:])

    func apply(to reply: inout Reply, _ exchange: Exchange) {
        guard case .bytes(let bytes) = reply.content, Self.worthwhile.contains(bytes.count), reply.fields[.contentEncoding] == nil,
            let type = reply.fields[.contentType], Self.isText(type)
        else { return }
        reply.fields.append(HTTPField(name: .vary, value: "Accept-Encoding"))
        guard let coding = ContentCoding(accepted: exchange.head.known[.acceptEncoding]) else { return }
        guard let packed = packed(bytes, coding, reply, exchange), packed.count < bytes.count else { return }
        reply.content = .bytes(packed)
        reply.fields[.contentEncoding] = coding.rawValue
        // Other bytes are another representation (RFC 9110, section 8.8.3.3).
        if let tag = reply.fields[.eTag] { reply.fields[.eTag] = PackedTag.of(tag, coding) }
    }

    private func packed(_ bytes: [UInt8], _ coding: ContentCoding, _ reply: Reply, _ exchange: Exchange) -> [UInt8]? {
        guard exchange.route?.caching == .forever, let tag = reply.fields[.eTag] else { return coding.packed(bytes, isKept: false) }
        let key = Key(tag: tag, coding: coding)
        if let known = kept.withLock({ $0[key] }) { return known }
        guard let packed = coding.packed(bytes, isKept: true) else { return nil }
        kept.withLock { if $0.count < Self.mostKept { $0[key] = packed } }
        return packed
    }

    private static func isText(_ type: String) -> Bool {
        if type == "application/json" { return true }
        let type = type.prefix { $0 != ";" }
        return type.hasPrefix("text/") || type.hasSuffix("json") || type.hasSuffix("+xml") || type.hasSuffix("javascript")
    }
}

/// The tag of a packed answer: the answer's own with the name of the coding behind it, so that `If-Match` finds the version again.
enum PackedTag {
    /// `"3"` becomes `"3~br"`.
    static func of(_ tag: String, _ coding: ContentCoding) -> String {
        tag.hasSuffix("\"") ? "\(tag.dropLast())~\(coding.rawValue)\"" : tag
    }

    /// A field of tags as they were before packing.
    static func plain(_ field: String) -> String {
        guard field.contains("~") else { return field }
        return ContentCoding.allCases.reduce(field) { $0.replacing("~\($1.rawValue)\"", with: "\"") }
    }
}
