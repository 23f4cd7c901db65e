import Base
import Store

/// A name of words in lower case: in tokens, in rules, in tables. In a program's text it is a literal.
package protocol WordName: Hashable, Comparable, Sendable, CustomStringConvertible, ExpressibleByStringLiteral, SQLBindable,
    ColumnDecodable
{
    var text: String { get }

    /// nil for what is no such name.
    init?(_ text: String)
}

extension WordName {
    package var description: String { text }

    /// A literal that is no such name is a programmer's error.
    package init(stringLiteral text: StaticString) {
        guard let name = Self(text.description) else { preconditionFailure("not a \(Self.self): \(text)") }
        self = name
    }

    package static func < (one: Self, other: Self) -> Bool { one.text < other.text }

    package var sqlValue: SQLValue { .text(text) }

    /// Another text is a `Failure(.fault)`: the table holds what this wrote.
    package static func decode(_ row: any RowSource, column: Int) throws -> Self {
        guard let name = Self(try String.decode(row, column: column)) else {
            throw Failure.wrongType(row.name(of: column), expected: "\(Self.self)")
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
