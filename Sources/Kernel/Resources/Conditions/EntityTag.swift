import Base
import Records

/// Which bytes an answer is: a strong entity tag (RFC 9110, section 8.8.3).
///
/// That of a record is its version and the number of its kind's shape, and, where fields are hidden from the caller, which: so two
/// callers who are shown different bytes are given different tags, and neither can pass one off as the other's.
package struct EntityTag: Sendable, Hashable {
    /// What stands between the quotation marks.
    package let opaque: String

    package init(opaque: String) { self.opaque = opaque }

    package init(version: Int64, of kind: KindShape, hiding hidden: [String] = []) {
        var text = "\(version).\(kind.number)"
        if !hidden.isEmpty {
            var digest = Digest()
            digest.update(Array(hidden.sorted().joined(separator: "\n").utf8))
            text += "-" + digest.hexadecimal.prefix(8)
        }
        opaque = text
    }

    package init(_ record: Record, _ kind: KindShape) { self.init(version: record.version, of: kind, hiding: record.hidden) }

    /// As the header field has it.
    package var text: String { "\"\(opaque)\"" }
}

/// What `If-Match` or `If-None-Match` names: any, or some tags (RFC 9110, section 13.1).
package enum TagCondition: Sendable, Hashable {
    case any
    case tags([Tag])

    /// What stands between the quotation marks, and whether `W/` stands before them.
    package struct Tag: Sendable, Hashable {
        package let opaque: String
        package let isWeak: Bool
    }

    /// The most tags of one field.
    package static let mostTags = 50

    /// nil for what is none of this: no quotation marks, characters that a tag has not, too many.
    package init?(_ field: String) {
        let text = field.utf8.trimmed
        if text.elementsEqual("*".utf8) {
            self = .any
            return
        }
        var tags: [Tag] = []
        var rest = text
        while true {
            guard tags.count < Self.mostTags, let tag = Self.tag(&rest) else { return nil }
            tags.append(tag)
            rest = rest.trimmed
            guard let comma = rest.first else { break }
            guard comma == UInt8(ascii: ",") else { return nil }
            rest = rest.dropFirst().trimmed
        }
        self = .tags(tags)
    }

    private static func tag(_ rest: inout Substring.UTF8View) -> Tag? {
        let isWeak = rest.starts(with: "W/".utf8)
        if isWeak { rest = rest.dropFirst(2) }
        guard rest.first == UInt8(ascii: "\"") else { return nil }
        rest = rest.dropFirst()
        guard let end = rest.firstIndex(of: UInt8(ascii: "\"")), rest[..<end].allSatisfy({ $0 > 0x20 && $0 != 0x7F }) else { return nil }
        defer { rest = rest[rest.index(after: end)...] }
        return Tag(opaque: String(decoding: rest[..<end], as: UTF8.self), isWeak: isWeak)
    }

    /// Whether a change of what has this tag may go on: strong comparison, so a weak tag never does.
    package func allowsChanging(_ tag: EntityTag) -> Bool {
        switch self {
        case .any: true
        case .tags(let tags): tags.contains { !$0.isWeak && $0.opaque == tag.opaque }
        }
    }

    /// Whether the caller has what has this tag already: weak comparison.
    package func knows(_ tag: EntityTag) -> Bool {
        switch self {
        case .any: true
        case .tags(let tags): tags.contains { $0.opaque == tag.opaque }
        }
    }
}

extension Collection where Element == UInt8, SubSequence == Substring.UTF8View {
    /// Without spaces and tabs at either end.
    fileprivate var trimmed: Substring.UTF8View {
        func isBlank(_ byte: UInt8) -> Bool { byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") }
        var rest = self.drop(while: isBlank)
        while let last = rest.last, isBlank(last) { rest = rest.dropLast() }
        return rest
    }
}
