import Base
import CSQLite
import Glibc
import Store

/// The row on which a statement stands, as strict as the tables are: another type, or NULL, is a fault that names the column.
extension SQLiteStatement: RowSource {
    func index(of name: String) -> Int? {
        guard let index = columns.index(of: name, after: passedColumns) else { return nil }
        passedColumns = index + 1
        return index
    }

    func name(of column: Int) -> String { columns.names.indices.contains(column) ? columns.names[column] : "\(column)" }

    func isNull(_ column: Int) -> Bool { sqlite3_column_type(handle, Int32(column)) == SQLITE_NULL }

    func integer(_ column: Int) throws -> Int64 {
        guard sqlite3_column_type(handle, Int32(column)) == SQLITE_INTEGER else { throw mismatch(column, "an integer") }
        return sqlite3_column_int64(handle, Int32(column))
    }

    func real(_ column: Int) throws -> Double {
        guard sqlite3_column_type(handle, Int32(column)) == SQLITE_FLOAT else { throw mismatch(column, "a real number") }
        return sqlite3_column_double(handle, Int32(column))
    }

    func bool(_ column: Int) throws -> Bool {
        switch try integer(column) {
        case 0: false
        case 1: true
        default: throw mismatch(column, "true or false")
        }
    }

    func text(_ column: Int) throws -> String {
        guard sqlite3_column_type(handle, Int32(column)) == SQLITE_TEXT else { throw mismatch(column, "a text") }
        guard let start = sqlite3_column_text(handle, Int32(column)) else { throw mismatch(column, "a text") }
        let bytes = UnsafeBufferPointer(start: start, count: Int(sqlite3_column_bytes(handle, Int32(column))))
        // `String(validating:)` costs five times as much here. This one mends what is broken, so that the bytes differ then.
        let text = String(decoding: bytes, as: UTF8.self)
        guard text.utf8.count == bytes.count, text.isSame(as: bytes) else { throw mismatch(column, "a text in UTF-8") }
        return text
    }

    func bytes(_ column: Int) throws -> [UInt8] {
        guard sqlite3_column_type(handle, Int32(column)) == SQLITE_BLOB else { throw mismatch(column, "bytes") }
        return [UInt8](raw(column))
    }

    func withBytes(_ column: Int, _ body: (UnsafeRawBufferPointer) throws -> Void) throws {
        switch sqlite3_column_type(handle, Int32(column)) {
        case SQLITE_BLOB, SQLITE_TEXT: try body(raw(column))
        default: throw mismatch(column, "a text or bytes")
        }
    }

    /// The size is asked for after the address, as SQLite wants it.
    private func raw(_ column: Int) -> UnsafeRawBufferPointer {
        let start = sqlite3_column_blob(handle, Int32(column))
        return UnsafeRawBufferPointer(start: start, count: Int(sqlite3_column_bytes(handle, Int32(column))))
    }

    private func mismatch(_ column: Int, _ expected: String) -> Failure {
        isNull(column) ? .unexpectedNull(name(of: column)) : .wrongType(name(of: column), expected: expected)
    }
}

extension String {
    /// Whether these are its bytes, of which there are as many.
    fileprivate func isSame(as bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        guard let start = bytes.baseAddress, !bytes.isEmpty else { return true }
        return utf8.withContiguousStorageIfAvailable { own in own.baseAddress.map { memcmp($0, start, bytes.count) == 0 } ?? false }
            ?? utf8.elementsEqual(bytes)
    }
}
