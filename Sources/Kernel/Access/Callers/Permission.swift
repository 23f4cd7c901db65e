import Base
import Store

/// Something that a role allows, as `note.read`: what it is about, then what is done.
package struct Permission: Hashable, Sendable, CustomStringConvertible {
    package let text: String

    /// Lower-case words of letters, digits and underscores, two or more, with dots between them, at most 100 bytes.
    package init?(_ text: String) {
        guard text.utf8.count <= 100, isDottedName(text, fewestWords: 2) else { return nil }
        self.text = text
    }

    package var description: String { text }
}

extension Permission: ExpressibleByStringLiteral {
    /// A literal that is no permission is a programmer's error.
    package init(stringLiteral text: StaticString) {
        guard let permission = Permission(text.description) else { preconditionFailure("not a permission: \(text)") }
        self = permission
    }
}

/// The name of a role, as `field_agent`: in tokens, in relations, in rules.
package struct RoleName: Hashable, Sendable, CustomStringConvertible {
    package let text: String

    /// One lower-case word of letters, digits and underscores, at most 63 bytes.
    package init?(_ text: String) {
        guard text.utf8.count <= 63, !text.utf8.contains(UInt8(ascii: ".")), isDottedName(text, fewestWords: 1) else { return nil }
        self.text = text
    }

    package var description: String { text }
}

extension RoleName: ExpressibleByStringLiteral {
    /// A literal that is no name of a role is a programmer's error.
    package init(stringLiteral text: StaticString) {
        guard let name = RoleName(text.description) else { preconditionFailure("not the name of a role: \(text)") }
        self = name
    }
}

extension RoleName: Comparable {
    package static func < (one: RoleName, other: RoleName) -> Bool { one.text < other.text }
}

extension RoleName: SQLBindable, ColumnDecodable {
    package var sqlValue: SQLValue { .text(text) }

    /// Another text is a `Failure(.fault)`: the table holds what this wrote.
    package static func decode(_ row: any RowSource, column: Int) throws -> RoleName {
        guard let name = RoleName(try String.decode(row, column: column)) else {
            throw Failure.wrongType(row.name(of: column), expected: "the name of a role")
        }
        return name
    }
}

/// Words of letters, digits and underscores in lower case, each beginning with a letter, with dots between them.
func isDottedName(_ text: String, fewestWords: Int) -> Bool {
    let words = text.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    return words.count >= fewestWords
        && words.allSatisfy { word in
            guard let first = word.first, (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(first) else { return false }
            return word.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"): true
                default: false
                }
            }
        }
}
