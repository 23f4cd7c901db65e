import HTTPTypes
import Web

/// `If-None-Match` (RFC 9110, section 13.1.2): what the asker has already is not sent again.
enum Conditional {
    static func apply(to reply: inout Reply, _ exchange: Exchange) {
        guard reply.status == .ok, exchange.head.method == .get || exchange.head.method == .head,
            let tag = reply.fields[.eTag], let known = exchange.head.known[.ifNoneMatch].map(PackedTag.plain)
        else { return }
        // Weak comparison: whether it was compressed on the way makes no difference.
        let isKnown =
            known == "*"
            || known.split(separator: ",").contains { item in opaque(item.drop { $0 == " " }) == opaque(tag[...]) }
        guard isKnown else { return }
        reply.status = .notModified
        reply.content = .none
        reply.fields[.contentType] = nil
        reply.fields[.contentLength] = nil
    }

    private static func opaque(_ tag: Substring) -> Substring {
        let tag = tag.hasPrefix("W/") ? tag.dropFirst(2) : tag
        return tag.prefix { $0 != " " }
    }
}
