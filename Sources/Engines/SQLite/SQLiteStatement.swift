import Base
import CSQLite
import Glibc
import Store

/// A prepared statement that is kept and run again, and the row on which it stands.
///
/// Used by one thread at a time, as its connection is.
final class SQLiteStatement {
    let handle: OpaquePointer
    /// Whether it writes nothing.
    let isReading: Bool
    /// When it was last used, in uses of the connection.
    var lastUse: UInt64 = 0
    /// Whether it is between its first row and its end: a second run of the same text needs a second statement.
    var isRunning = false
    private(set) var columns: ColumnNames
    /// Columns of this row up to the one asked for last. Not in `columns`: to change that in place costs a check of exclusive
    /// access for each column.
    var passedColumns = 0
    private var preparations: Int32 = 0
    /// Short texts and bytes lie here while the statement runs, so that SQLite need not allocate a copy of each.
    private var room = UnsafeMutableRawBufferPointer(start: nil, count: 0)

    /// Takes over `handle`.
    init(_ handle: OpaquePointer) {
        self.handle = handle
        isReading = sqlite3_stmt_readonly(handle) != 0
        columns = ColumnNames(Self.names(of: handle))
    }

    deinit {
        sqlite3_finalize(handle)
        room.deallocate()
    }

    private static func names(of handle: OpaquePointer) -> [String] {
        (0..<sqlite3_column_count(handle)).map { sqlite3_column_name(handle, $0).map { String(cString: $0) } ?? "" }
    }

    /// To be called at each row.
    func beginRow() {
        passedColumns = 0
    }

    /// Others may have changed the tables: SQLite then prepares the statement again, and `*` stands for other columns.
    func noticePreparation() {
        let count = sqlite3_stmt_status(handle, SQLITE_STMTSTATUS_REPREPARE, 0)
        guard count != preparations else { return }
        preparations = count
        columns = ColumnNames(Self.names(of: handle))
    }

    /// Binds the values from the first mark on. They must not change until the statement is reset: what is copied to `room`
    /// stays there, larger ones SQLite copies.
    func bind(_ values: [SQLValue]) throws -> Int32 {
        var total = 0
        for value in values {
            switch value {
            case .text(let text): total += Self.isShort(text.utf8.count) ? text.utf8.count : 0
            case .bytes(let bytes): total += Self.isShort(bytes.count) ? bytes.count : 0
            case .null, .bool, .integer, .real: break
            }
        }
        if total > room.count {
            room.deallocate()
            room = .allocate(byteCount: max(256, 2 * total), alignment: 1)
        }
        var used = 0
        var index: Int32 = 0
        for value in values {
            index += 1
            let result =
                switch value {
                case .null: sqlite3_bind_null(handle, index)
                case .bool(let bool): sqlite3_bind_int64(handle, index, bool ? 1 : 0)
                case .integer(let integer): sqlite3_bind_int64(handle, index, integer)
                case .real(let real): try bind(real, at: index)
                case .text(var text): try text.withUTF8 { try bind(text: UnsafeRawBufferPointer($0), at: index, &used) }
                case .bytes(let bytes): bytes.withUnsafeBytes { bind(bytes: $0, at: index, &used) }
                }
            if result != SQLITE_OK { return result }
        }
        return SQLITE_OK
    }

    private static func isShort(_ count: Int) -> Bool { count <= 16_384 }

    private func bind(_ real: Double, at index: Int32) throws -> Int32 {
        guard !real.isNaN else { throw Failure.realIsNotANumber }
        return sqlite3_bind_double(handle, index, real == 0 ? 0 : real)
    }

    private func bind(text: UnsafeRawBufferPointer, at index: Int32, _ used: inout Int) throws -> Int32 {
        guard let start = text.baseAddress, !text.isEmpty else {
            return sqlite3_bind_text(handle, index, "", 0, zsqlite_transient())
        }
        guard memchr(start, 0, text.count) == nil else { throw Failure.textContainsNUL }
        guard Self.isShort(text.count), let copy = keep(text, &used) else {
            return sqlite3_bind_text64(
                handle, index, start.assumingMemoryBound(to: CChar.self), sqlite3_uint64(text.count), zsqlite_transient(), 1)
        }
        return sqlite3_bind_text(handle, index, copy.assumingMemoryBound(to: CChar.self), Int32(text.count), zsqlite_static())
    }

    /// No bytes at all are not NULL.
    private func bind(bytes: UnsafeRawBufferPointer, at index: Int32, _ used: inout Int) -> Int32 {
        guard let start = bytes.baseAddress, !bytes.isEmpty else { return sqlite3_bind_zeroblob(handle, index, 0) }
        guard Self.isShort(bytes.count), let copy = keep(bytes, &used) else {
            return sqlite3_bind_blob64(handle, index, start, sqlite3_uint64(bytes.count), zsqlite_transient())
        }
        return sqlite3_bind_blob(handle, index, copy, Int32(bytes.count), zsqlite_static())
    }

    private func keep(_ bytes: UnsafeRawBufferPointer, _ used: inout Int) -> UnsafeRawPointer? {
        guard used + bytes.count <= room.count, let start = room.baseAddress, let source = bytes.baseAddress else { return nil }
        let place = start + used
        place.copyMemory(from: source, byteCount: bytes.count)
        used += bytes.count
        return UnsafeRawPointer(place)
    }
}
