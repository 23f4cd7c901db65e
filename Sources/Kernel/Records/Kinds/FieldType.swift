import Access
import Base
import Store

/// What a field of a record holds, with its limits. Whoever validates, makes tables, forms or OpenAPI reads it from here.
package indirect enum FieldType: Sendable, Hashable {
    /// Text of so many characters (Unicode scalars); line breaks and tabs are allowed, other control characters are not.
    case text(ClosedRange<Int>)
    /// One of these words.
    case choice([String])
    case integer(ClosedRange<Int64>)
    /// A finite number.
    case real(ClosedRange<Double>)
    case bool
    /// A moment, RFC 3339 in JSON.
    case instant
    /// A day of the calendar without a time or a zone: `2026-11-21`, years 1800 to 2199.
    case day
    /// The id of something else, a UUID.
    case id
    /// At most so many, each of one type.
    case list(FieldType, atMost: Int)
    /// Fields within a field.
    case object([FieldShape])
}

/// One field of a record as everyone but its own feature sees it.
package struct FieldShape: Sendable, Hashable {
    /// As in JSON; unique within its record or object.
    package let name: String
    package let type: FieldType
    /// Whether a record without it is refused. One that is not required may be absent or null, which is the same.
    package let isRequired: Bool
    package let classification: Classification
    package let search: FieldSearch

    package init(
        _ name: String, _ type: FieldType, isRequired: Bool = false, _ classification: Classification = .confidential,
        search: FieldSearch = .none
    ) {
        precondition(SQL.isName(name), "a field's name is one that both databases take")
        precondition(
            search != .order || classification <= .internal, "what is confidential never stands in a column: \(name)")
        precondition(search != .order || type.isColumn, "\(name) cannot be ordered by")
        precondition(search != .order || type.fitsCursor, "a cursor has no room for \(name)")
        precondition(search != .exact || classification > .internal, "what may stand in clear needs no hash: \(name)")
        self.name = name
        self.type = type
        self.isRequired = isRequired
        self.classification = classification
        self.search = search
    }
}

/// How a field is found.
package enum FieldSearch: Sendable, Hashable {
    case none
    /// In a column in clear, with lists ordered by it.
    case order
    /// By the whole value, as a keyed hash. For values that cannot be guessed from their frequency (an identity document's
    /// number), never for a sex, a date or a town: whoever holds a database sees which records have the same.
    case exact
    /// By the beginning of any of its words, without regard for case and accents; in the program's memory alone.
    case words
}

extension FieldType {
    /// Whether it is a list of ids.
    var isIDs: Bool { if case .list(.id, _) = self { true } else { false } }

    /// Whether any value of it fits into a list's cursor, beside an id and the column's name: four bytes a scalar.
    var fitsCursor: Bool { if case .text(let length) = self { length.upperBound <= 160 } else { true } }

    /// Whether one value of it can stand in a column.
    var isColumn: Bool {
        switch self {
        case .list, .object: false
        default: true
        }
    }
}
