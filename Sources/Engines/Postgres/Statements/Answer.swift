import Base
import CPostgres
import Glibc
import Store

/// The answer of the server to one statement.
///
/// Safe to hand from the connection's thread to the caller: libpq keeps no reference to a result that it gave out, nobody
/// changes it, and it is freed once, with the last reference.
final class Answer: @unchecked Sendable {
    let result: OpaquePointer

    init(_ result: OpaquePointer) {
        self.result = result
    }

    deinit { PQclear(result) }

    var rowCount: Int { Int(PQntuples(result)) }

    /// How many rows the statement inserted, changed or deleted; 0 for one that reads.
    var changedCount: Int {
        guard let status = PQcmdStatus(result), status[0] != UInt8(ascii: "S") || status[2] != UInt8(ascii: "L") else { return 0 }
        return PQcmdTuples(result).map { Int(atoll($0)) } ?? 0
    }

    /// The text of a value in text form, or in a binary form that is the text itself.
    func text(_ row: Int32, _ column: Int32) -> String? {
        guard PQgetisnull(result, row, column) == 0, let start = PQgetvalue(result, row, column) else { return nil }
        let bytes = UnsafeRawBufferPointer(start: start, count: Int(PQgetlength(result, row, column)))
        return String(decoding: bytes, as: UTF8.self)
    }
}

/// One row after the other of an answer in binary form.
final class AnswerRow: RowSource {
    private var answer: Answer
    private var row: Int32 = 0
    private let columnCount: Int32
    /// Where the next column that is asked for is expected.
    private var next: Int32 = 0

    init(_ answer: Answer) {
        self.answer = answer
        columnCount = PQnfields(answer.result)
    }

    /// Stands on a row of this answer, or of another with the same columns.
    func stand(on row: Int, of other: Answer? = nil) {
        if let other { answer = other }
        self.row = Int32(row)
        next = 0
    }

    func index(of name: String) -> Int? {
        name.withCString { wanted in
            for step in 0..<columnCount {
                let column = next + step < columnCount ? next + step : next + step - columnCount
                guard let name = PQfname(answer.result, column), strcmp(name, wanted) == 0 else { continue }
                next = column + 1 == columnCount ? 0 : column + 1
                return Int(column)
            }
            return nil
        }
    }

    func name(of column: Int) -> String { PQfname(answer.result, Int32(column)).map { String(cString: $0) } ?? "?" }

    func isNull(_ column: Int) -> Bool { PQgetisnull(answer.result, row, Int32(column)) != 0 }

    func integer(_ column: Int) throws -> Int64 {
        let value = try value(column)
        switch type(column) {
        case ServerType.int8 where value.count == 8: return value.number()
        case ServerType.int4 where value.count == 4: return Int64(value.number(Int32.self))
        case ServerType.int2 where value.count == 2: return Int64(value.number(Int16.self))
        case ServerType.oid where value.count == 4: return Int64(value.number(UInt32.self))
        case ServerType.numeric:
            guard let whole = WholeNumeric.value(of: value) else { throw wrong(column, "a whole number of 64 bits") }
            return whole
        default: throw wrong(column, "a whole number")
        }
    }

    func real(_ column: Int) throws -> Double {
        let value = try value(column)
        switch type(column) {
        case ServerType.float8 where value.count == 8: return Double(bitPattern: value.number())
        case ServerType.float4 where value.count == 4: return Double(Float(bitPattern: value.number()))
        default: throw wrong(column, "a floating-point number")
        }
    }

    func bool(_ column: Int) throws -> Bool {
        let value = try value(column)
        guard type(column) == ServerType.bool, value.count == 1 else { throw wrong(column, "true or false") }
        return value[0] != 0
    }

    func text(_ column: Int) throws -> String {
        let value = try value(column)
        guard isText(column) else { throw wrong(column, "text") }
        return String(decoding: value, as: UTF8.self)
    }

    func bytes(_ column: Int) throws -> [UInt8] {
        let value = try value(column)
        guard type(column) == ServerType.bytes else { throw wrong(column, "bytes") }
        return [UInt8](value)
    }

    func withBytes(_ column: Int, _ body: (UnsafeRawBufferPointer) throws -> Void) throws {
        let value = try value(column)
        guard type(column) == ServerType.bytes || isText(column) else { throw wrong(column, "bytes or text") }
        try body(value)
    }

    private func value(_ column: Int) throws(Failure) -> UnsafeRawBufferPointer {
        guard let start = PQgetvalue(answer.result, row, Int32(column)), PQgetisnull(answer.result, row, Int32(column)) == 0 else {
            throw .unexpectedNull(name(of: column))
        }
        return UnsafeRawBufferPointer(start: start, count: Int(PQgetlength(answer.result, row, Int32(column))))
    }

    private func type(_ column: Int) -> UInt32 { PQftype(answer.result, Int32(column)) }

    private func isText(_ column: Int) -> Bool {
        let type = type(column)
        return type == ServerType.text || type == ServerType.limitedText || type == ServerType.name || type == ServerType.paddedText
    }

    /// A type that is read, but asked for as another; or one that is not read at all, and has to be cast.
    private func wrong(_ column: Int, _ expected: String) -> Failure {
        let type = type(column)
        let isRead = isText(column) || Self.readTypes.contains(type)
        return isRead ? .wrongType(name(of: column), expected: expected) : .unreadableColumnType(name(of: column), "oid \(type)")
    }

    private static let readTypes: Set<UInt32> = [
        ServerType.bool, ServerType.bytes, ServerType.int8, ServerType.int2, ServerType.int4, ServerType.oid, ServerType.float4,
        ServerType.float8, ServerType.numeric,
    ]
}

extension UnsafeRawBufferPointer {
    fileprivate func number<Number: FixedWidthInteger>(_: Number.Type = Number.self) -> Number {
        Number(bigEndian: loadUnaligned(as: Number.self))
    }
}
