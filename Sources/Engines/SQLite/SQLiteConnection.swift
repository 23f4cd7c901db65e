import Base
import CSQLite
import Glibc
import Store

/// One connection to the file, with the statements it keeps. Lent to one thread at a time.
final class SQLiteConnection: @unchecked Sendable {
    // Safe to hand on: whoever lends it (a pool, a thread of its own) gives it to one thread at a time, with a lock between.

    /// What a connection is for.
    enum Role {
        case writing
        /// Beside a writer of this program.
        case reading
        /// Of another program's database.
        case lookingOn
    }

    static let mostKeptStatements = 256

    let handle: OpaquePointer
    let path: String
    let role: Role
    let watch: SQLiteWatch
    /// Whether statements that only the engine may run are allowed just now.
    var isTrusted = true
    /// Never run on behalf of a closure: SQLite asks whether a statement is allowed only when it is prepared.
    private var commands: [SQLiteCommand: SQLiteStatement] = [:]
    private var kept: [String: SQLiteStatement] = [:]
    private var uses: UInt64 = 0

    /// Throws a `Failure(.unavailable)` where it cannot be opened, or is not what was asked for.
    init(_ configuration: SQLiteConfiguration, _ role: Role, elapsed: @escaping @Sendable () -> Duration) throws(Failure) {
        _ = Self.isAccountingOff
        path = configuration.path
        self.role = role
        watch = SQLiteWatch(elapsed: elapsed)
        let access =
            switch role {
            case .writing: SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE
            case .reading: SQLITE_OPEN_READWRITE
            case .lookingOn: SQLITE_OPEN_READONLY
            }
        var opened: OpaquePointer?
        let result = sqlite3_open_v2(path, &opened, access | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, configuration.vfs)
        guard let opened else { throw .sqlite(SQLITE_NOMEM, "", path: path) }
        handle = opened
        // From here on deinit closes the handle.
        try check(result)
        try settle()
    }

    deinit {
        commands.removeAll()
        kept.removeAll()
        sqlite3_close_v2(handle)
    }

    /// Counting bytes under a lock that all connections share costs a point read a tenth; nobody reads the counts.
    private static let isAccountingOff: Bool = zsqlite_count_no_memory() == SQLITE_OK

    var keptCount: Int { kept.count }

    /// False once SQLite rolled the transaction back, or none was begun.
    var isInTransaction: Bool { sqlite3_get_autocommit(handle) == 0 }

    func failure(_ code: Int32) -> Failure {
        if code & 0xff == SQLITE_INTERRUPT, let verdict = watch.verdict { return verdict }
        return .sqlite(code, sqlite3_errmsg(handle).map { String(cString: $0) } ?? "", path: path)
    }

    func check(_ code: Int32) throws(Failure) {
        guard code == SQLITE_OK else { throw failure(code) }
    }

    /// To be called once, before the first command.
    func prepareCommands() throws(Failure) {
        for command in SQLiteCommand.allCases { commands[command] = try prepare(command.rawValue) }
    }

    /// Begins, divides or ends a transaction and returns SQLite's code.
    func command(_ command: SQLiteCommand) -> Int32 {
        guard let statement = commands[command] else { return SQLITE_MISUSE }
        isTrusted = true
        defer { isTrusted = false }
        let result = sqlite3_step(statement.handle)
        // Says the same once more.
        sqlite3_reset(statement.handle)
        return result == SQLITE_DONE || result == SQLITE_ROW ? SQLITE_OK : result
    }

    /// Runs one statement, gives each row to `visit` until it returns false, and returns how many rows it changed.
    func query(_ sql: SQL, _ visit: (any RowSource) throws -> Bool) throws -> Int {
        try run(try take(sql), sql.values, visit)
    }

    /// As `query`, for a statement of the engine's own that is not kept.
    func queryOnce(_ sql: SQL, _ visit: (any RowSource) throws -> Bool) throws -> Int {
        isTrusted = true
        defer { isTrusted = false }
        return try run(try prepare(sql.rendered(for: .sqlite)), sql.values, visit)
    }

    private func run(_ statement: SQLiteStatement, _ values: [SQLValue], _ visit: (any RowSource) throws -> Bool) throws -> Int {
        guard statement.isReading || role == .writing else { throw Failure.readOnlyTransaction }
        let result = try statement.bind(values)
        guard result == SQLITE_OK else { throw failure(result) }
        statement.isRunning = true
        defer {
            sqlite3_reset(statement.handle)
            statement.isRunning = false
        }
        if statement.isReading {
            try visitRows(of: statement, visit)
            return 0
        }
        let before = sqlite3_total_changes64(handle)
        try visitRows(of: statement, visit)
        // The count of changes is the last statement's that changed any.
        return sqlite3_total_changes64(handle) == before ? 0 : Int(sqlite3_changes64(handle))
    }

    private func visitRows(of statement: SQLiteStatement, _ visit: (any RowSource) throws -> Bool) throws {
        var isFirst = true
        var isWanted = true
        while true {
            let result = sqlite3_step(statement.handle)
            guard result == SQLITE_ROW else {
                guard result == SQLITE_DONE else { throw failure(result) }
                return
            }
            if isFirst {
                statement.noticePreparation()
                isFirst = false
            }
            // A statement that writes goes on to its end, where its last rules are checked.
            guard isWanted else { continue }
            statement.beginRow()
            isWanted = try visit(statement)
            if !isWanted, statement.isReading { return }
        }
    }

    /// The kept statement of this text; a second one where the first is running.
    func take(_ sql: SQL) throws -> SQLiteStatement {
        uses += 1
        if let statement = kept[sql.markedText], !statement.isRunning {
            statement.lastUse = uses
            return statement
        }
        let statement = try prepare(sql.rendered(for: .sqlite))
        statement.lastUse = uses
        if kept[sql.markedText] == nil {
            if kept.count >= Self.mostKeptStatements { forgetOldest() }
            kept[sql.markedText] = statement
        }
        return statement
    }

    /// A quarter at a time, so that the search for the oldest costs little on average.
    private func forgetOldest() {
        let idle = kept.filter { !$0.value.isRunning }.sorted { $0.value.lastUse < $1.value.lastUse }
        for (key, _) in idle.prefix(Self.mostKeptStatements / 4) { kept[key] = nil }
    }

    private func prepare(_ text: String) throws(Failure) -> SQLiteStatement {
        var prepared: OpaquePointer?
        var text = text
        let (result, isWhole) = text.withUTF8 { bytes -> (Int32, Bool) in
            guard let start = bytes.baseAddress else { return (SQLITE_OK, false) }
            var rest: UnsafePointer<CChar>?
            return start.withMemoryRebound(to: CChar.self, capacity: bytes.count) { start in
                let result = sqlite3_prepare_v3(
                    handle, start, Int32(clamping: bytes.count), UInt32(SQLITE_PREPARE_PERSISTENT), &prepared, &rest)
                let blank: Set<UInt8> = [0x20, 0x09, 0x0a, 0x0d, UInt8(ascii: ";")]
                let left = rest.map { bytes.count - ($0 - start) } ?? 0
                return (result, bytes.suffix(left).allSatisfy(blank.contains))
            }
        }
        guard result == SQLITE_OK else { throw failure(result) }
        guard let prepared else { throw Failure.badStatement("empty") }
        let statement = SQLiteStatement(prepared)
        guard isWhole else { throw Failure.badStatement("more than one statement") }
        return statement
    }
}
