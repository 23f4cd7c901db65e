/// A statement, or a piece of one, in which every value is bound and never written out.
///
/// ```swift
/// let mine: SQL = "tenant = \(tenant)"
/// try tx.rows("SELECT id, name FROM patients WHERE \(mine) AND born_at < \(before) ORDER BY id LIMIT \(50)") { … }
/// ```
/// A literal stands for itself, `\(value)` binds, `\(fragment)` nests, `\(name: …)` is a quoted identifier, and
/// `\("id", in: ids)` is true for any of a list. There is no way to make one from a `String` that was computed.
package struct SQL: Sendable, Hashable {
    /// The statement with one `bindMark` for each bound value, the same for both engines: the key of kept statements.
    package internal(set) var markedText: String
    /// The bound values in the order of their marks.
    package internal(set) var values: [SQLValue]

    /// U+0001: no SQL text holds it, and no literal may.
    package static let bindMark: UInt8 = 1

    init(markedText: String, values: [SQLValue]) {
        self.markedText = markedText
        self.values = values
    }

    /// Nothing at all: a fragment to begin with, or for a case that adds nothing.
    package static let empty = SQL(markedText: "", values: [])

    package static func += (sql: inout SQL, more: SQL) {
        sql.markedText += more.markedText
        sql.values += more.values
    }

    package static func + (sql: SQL, more: SQL) -> SQL {
        var sum = sql
        sum += more
        return sum
    }
}

extension SQL: ExpressibleByStringLiteral {
    package init(stringLiteral text: StaticString) {
        self.init(markedText: text.description, values: [])
    }
}

extension SQL: ExpressibleByStringInterpolation {
    /// Collects the pieces of a literal.
    package struct StringInterpolation: StringInterpolationProtocol {
        var sql: SQL

        package init(literalCapacity: Int, interpolationCount: Int) {
            sql = SQL(markedText: "", values: [])
            sql.markedText.reserveCapacity(literalCapacity + interpolationCount)
            sql.values.reserveCapacity(interpolationCount)
        }

        package mutating func appendLiteral(_ literal: StaticString) {
            // A literal that ends with a value has an empty piece behind it.
            if literal.utf8CodeUnitCount > 0 { sql.markedText += literal.description }
        }

        package mutating func appendInterpolation(_ value: some SQLBindable) {
            sql.markedText += "\u{1}"
            sql.values.append(value.sqlValue)
        }

        package mutating func appendInterpolation(_ value: (some SQLBindable)?) {
            sql.markedText += "\u{1}"
            sql.values.append(value?.sqlValue ?? .null)
        }

        package mutating func appendInterpolation(_ fragment: SQL) {
            sql += fragment
        }

        /// A table or column, quoted. Letters, digits and underscores; anything else is a programmer's error.
        package mutating func appendInterpolation(name: String) {
            sql += SQL(name: name)
        }

        /// True where the column has one of the values; false for an empty list, on both engines.
        package mutating func appendInterpolation(_ column: StaticString, in values: some Sequence<some SQLBindable>) {
            let values = values.map(\.sqlValue)
            guard !values.isEmpty else {
                sql.markedText += "1 = 0"
                return
            }
            sql.markedText += column.description + " IN (" + Array(repeating: "\u{1}", count: values.count).joined(separator: ", ") + ")"
            sql.values += values
        }
    }

    package init(stringInterpolation: StringInterpolation) {
        self = stringInterpolation.sql
    }
}

extension SQL {
    /// A quoted identifier. Letters, digits and underscores, at most 63 as PostgreSQL keeps no more; anything else is
    /// a programmer's error, since names never come from outside.
    package init(name: String) {
        precondition(Self.isName(name), "not a name for a table or column")
        self.init(markedText: "\"\(name)\"", values: [])
    }

    /// Whether `SQL(name:)` takes it: to be asked of names that an operator typed.
    package static func isName(_ text: String) -> Bool {
        (1...63).contains(text.utf8.count) && text.utf8.allSatisfy { $0.isIdentifierByte }
    }

    /// The statement as an engine reads it.
    package func rendered(for dialect: Dialect) -> String {
        var text: [UInt8] = []
        text.reserveCapacity(markedText.utf8.count + 2 * values.count)
        var count = 0
        for byte in markedText.utf8 {
            if byte == Self.bindMark {
                count += 1
                text.append(contentsOf: dialect.placeholder(count).utf8)
            } else {
                text.append(byte)
            }
        }
        precondition(count == values.count, "a control character in an SQL literal")
        return String(decoding: text, as: UTF8.self)
    }
}

extension Sequence<SQL> {
    /// The fragments with `separator` between them: `conditions.joined(separator: " AND ")`.
    package func joined(separator: SQL) -> SQL {
        var sum = SQL.empty
        for (index, fragment) in enumerated() {
            if index > 0 { sum += separator }
            sum += fragment
        }
        return sum
    }
}

extension UInt8 {
    fileprivate var isIdentifierByte: Bool {
        switch self {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
            UInt8(ascii: "_"):
            true
        default: false
        }
    }
}
