/// Where a route is: segments of text, and segments that stand for any one segment, `{id}`. The last may stand for all that follows,
/// `{rest...}`. A slash at the end of what is asked makes no difference.
package struct RoutePath: Sendable, Hashable, CustomStringConvertible {
    /// A part between slashes.
    package enum Segment: Sendable, Hashable {
        case text(String)
        case name(String)
        /// One or more segments, as they were sent.
        case rest(String)
    }

    package let segments: [Segment]

    /// Text in segments is of letters, digits, `-`, `_`, `.` and `~` (what RFC 3986 leaves as it is).
    package init?(_ text: String) {
        guard text.first == "/" else { return nil }
        if text == "/" {
            segments = []
            return
        }
        let parts = text.dropFirst().split(separator: "/", omittingEmptySubsequences: false)
        var segments: [Segment] = []
        for (index, part) in parts.enumerated() {
            guard let segment = Self.segment(part, isLast: index == parts.count - 1) else { return nil }
            segments.append(segment)
        }
        self.segments = segments
        guard Set(names).count == names.count else { return nil }
    }

    private static func segment(_ part: Substring, isLast: Bool) -> Segment? {
        guard part.first == "{", part.last == "}" else {
            return !part.isEmpty && part.utf8.allSatisfy(\.isUnreserved) ? .text(String(part)) : nil
        }
        let name = part.dropFirst().dropLast()
        let isRest = name.hasSuffix("...")
        let word = isRest ? name.dropLast(3) : name
        guard !word.isEmpty, word.utf8.allSatisfy(\.isUnreserved), !isRest || isLast else { return nil }
        return isRest ? .rest(String(word)) : .name(String(word))
    }

    /// What its segments stand for, in their order.
    package var names: [String] {
        segments.compactMap { segment in
            switch segment {
            case .text: nil
            case .name(let name), .rest(let name): name
            }
        }
    }

    package var description: String {
        "/"
            + segments.map { segment in
                switch segment {
                case .text(let text): text
                case .name(let name): "{\(name)}"
                case .rest(let name): "{\(name)...}"
                }
            }.joined(separator: "/")
    }
}

extension RoutePath: ExpressibleByStringLiteral {
    /// A literal that is no path is a programmer's error.
    package init(stringLiteral text: String) {
        guard let path = RoutePath(text) else { preconditionFailure("not a path: \(text)") }
        self = path
    }
}

extension UInt8 {
    fileprivate var isUnreserved: Bool {
        switch self {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
            UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."), UInt8(ascii: "~"):
            true
        default: false
        }
    }
}
