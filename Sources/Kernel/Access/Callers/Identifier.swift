import Base
import Store

/// Says which person, organisation or account: text from outside, checked once where it comes in.
///
/// 1 to 200 bytes of UTF-8 without control characters. Two are the same where their bytes are: a `String` would hold "é"
/// in its two spellings for equal, a database does not, and who may see what must not depend on whom one asks.
package struct Identifier: Hashable, Sendable {
    package let text: String

    package static let mostBytes = 200

    /// Throws `Failure(.invalid)` for what is empty, too long, or holds control characters (NUL among them).
    package init(_ text: String) throws(Failure) {
        guard Self.isIdentifier(text) else {
            throw Failure(
                .invalid, "identifier",
                Text(
                    es: "Un identificador tiene de 1 a \(Self.mostBytes) bytes y ningún carácter de control: corríjalo.",
                    en: "An identifier has 1 to \(Self.mostBytes) bytes and no control characters: correct it."))
        }
        self.text = text
    }

    /// That of something of ours: 36 characters.
    package init<Entity>(_ id: ID<Entity>) {
        text = id.description
    }

    package static func == (one: Identifier, other: Identifier) -> Bool { one.text.utf8.elementsEqual(other.text.utf8) }

    package func hash(into hasher: inout Hasher) {
        var text = text
        text.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
    }

    private static func isIdentifier(_ text: String) -> Bool {
        (1...mostBytes).contains(text.utf8.count)
            && text.unicodeScalars.allSatisfy { $0.value >= 0x20 && !(0x7f...0x9f).contains($0.value) }
    }
}

extension Identifier: ExpressibleByStringLiteral {
    /// A literal that is none is a programmer's error.
    package init(stringLiteral text: StaticString) {
        precondition(Self.isIdentifier(text.description), "not an identifier: \(text)")
        self.text = text.description
    }
}

/// In the order of the bytes, as both databases sort.
extension Identifier: Comparable {
    package static func < (one: Identifier, other: Identifier) -> Bool {
        one.text.utf8.lexicographicallyPrecedes(other.text.utf8)
    }
}

extension Identifier: CustomStringConvertible {
    package var description: String { text }
}

extension Identifier: SQLBindable, ColumnDecodable {
    package var sqlValue: SQLValue { .text(text) }

    package static func decode(_ row: any RowSource, column: Int) throws -> Identifier {
        try Identifier(String.decode(row, column: column))
    }
}
