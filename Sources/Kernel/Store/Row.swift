import Base

/// A row of an answer, readable as long as the closure that was given it runs.
///
/// `let name: String = try row["name"]`. Columns go by name; asking for them in the order of the statement costs one
/// comparison each. A missing column, an unexpected NULL or another type is a `Failure(.fault)`: the statement and the
/// code disagree.
///
/// It cannot be copied, and so cannot leave the closure. A row is given a name before it is passed on: the optimiser of
/// Swift 6.3.1 aborts on an unnamed one.
package struct Row: ~Copyable {
    let source: any RowSource

    package init(_ source: any RowSource) {
        self.source = source
    }

    /// The value of a column.
    package subscript<Value: ColumnDecodable>(_ name: String) -> Value {
        get throws { try Value.decode(source, column: column(name)) }
    }

    /// Calls `body` with the bytes of a column, TEXT or BYTES, without copying them. Valid during the call.
    package func withBytes<Result>(_ name: String, _ body: (UnsafeRawBufferPointer) throws -> Result) throws -> Result {
        var result: Result?
        try source.withBytes(column(name)) { result = try body($0) }
        guard let result else { throw Failure.unexpectedNull(name) }
        return result
    }

    /// The same for a column that may be NULL, which `body` is then told by nil. Not generic: for the rows of a whole table.
    package func lendBytes(_ name: String, _ body: (UnsafeRawBufferPointer?) throws -> Void) throws {
        let column = try column(name)
        if source.isNull(column) { try body(nil) } else { try source.withBytes(column) { try body($0) } }
    }

    func column(_ name: String) throws -> Int {
        guard let index = source.index(of: name) else { throw Failure.missingColumn(name) }
        return index
    }
}

/// What an engine shows of the row it stands on. Columns count from 0. Each call throws a `Failure(.fault)` where the
/// column is NULL or of another type.
package protocol RowSource: AnyObject {
    /// nil where the answer has no such column.
    func index(of name: String) -> Int?
    func name(of column: Int) -> String
    func isNull(_ column: Int) -> Bool
    func integer(_ column: Int) throws -> Int64
    func real(_ column: Int) throws -> Double
    func bool(_ column: Int) throws -> Bool
    func text(_ column: Int) throws -> String
    func bytes(_ column: Int) throws -> [UInt8]
    func withBytes(_ column: Int, _ body: (UnsafeRawBufferPointer) throws -> Void) throws
}

/// Something that can be read from a column.
package protocol ColumnDecodable {
    static func decode(_ row: any RowSource, column: Int) throws -> Self
}

extension Optional: ColumnDecodable where Wrapped: ColumnDecodable {
    package static func decode(_ row: any RowSource, column: Int) throws -> Wrapped? {
        row.isNull(column) ? nil : try Wrapped.decode(row, column: column)
    }
}

extension Bool: ColumnDecodable {
    package static func decode(_ row: any RowSource, column: Int) throws -> Bool { try row.bool(column) }
}

extension Int: ColumnDecodable {
    package static func decode(_ row: any RowSource, column: Int) throws -> Int { Int(try row.integer(column)) }
}

extension Int64: ColumnDecodable {
    package static func decode(_ row: any RowSource, column: Int) throws -> Int64 { try row.integer(column) }
}

extension Double: ColumnDecodable {
    package static func decode(_ row: any RowSource, column: Int) throws -> Double { try row.real(column) }
}

extension String: ColumnDecodable {
    package static func decode(_ row: any RowSource, column: Int) throws -> String { try row.text(column) }
}

extension [UInt8]: ColumnDecodable {
    package static func decode(_ row: any RowSource, column: Int) throws -> [UInt8] { try row.bytes(column) }
}

extension Instant: ColumnDecodable {
    package static func decode(_ row: any RowSource, column: Int) throws -> Instant {
        Instant(microseconds: try row.integer(column))
    }
}

extension ID: ColumnDecodable {
    package static func decode(_ row: any RowSource, column: Int) throws -> ID {
        guard let id = ID(try row.text(column)) else { throw Failure.wrongType(row.name(of: column), expected: "an id") }
        return id
    }
}

extension ColumnDecodable where Self: RawRepresentable, RawValue: ColumnDecodable {
    /// One of the known values; another is a `Failure(.fault)`.
    package static func decode(_ row: any RowSource, column: Int) throws -> Self {
        guard let value = Self(rawValue: try RawValue.decode(row, column: column)) else {
            throw Failure.wrongType(row.name(of: column), expected: "one of the known values")
        }
        return value
    }
}

/// The names of an answer's columns, for engines: finds the next one asked for in the order of the statement at once.
package struct ColumnNames: Sendable {
    package let names: [String]
    private var next = 0

    package init(_ names: [String]) {
        self.names = names
    }

    /// nil where there is none; of two with one name, the first after the last one asked for.
    package mutating func index(of name: String) -> Int? {
        guard let index = index(of: name, after: next) else { return nil }
        next = index + 1
        return index
    }

    /// As `index(of:)`, where the engine itself counts how many columns were passed by.
    package func index(of name: String, after passed: Int) -> Int? {
        passed < names.count && names[passed] == name ? passed : names.firstIndex(of: name)
    }

    /// To be called at each row.
    package mutating func rewind() { next = 0 }
}
