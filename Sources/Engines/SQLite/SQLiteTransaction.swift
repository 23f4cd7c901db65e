import Base
import CSQLite
import Store

/// What runs inside a transaction, on the thread that has the connection. One object serves all transactions of a
/// connection, one after the other.
final class SQLiteTransaction: TransactionEngine {
    let connection: SQLiteConnection
    /// The first statement that failed: nothing of the transaction may happen then, even where its error was caught.
    private(set) var doom: (any Error)?
    /// Who is told once it is committed.
    private(set) var channels: Set<Channel> = []

    init(_ connection: SQLiteConnection) {
        self.connection = connection
    }

    var dialect: Dialect { .sqlite }

    func begin() {
        doom = nil
        if !channels.isEmpty { channels.removeAll() }
    }

    func query(_ sql: SQL, _ visit: (any RowSource) throws -> Bool) throws -> Int {
        if let doom { throw doom }
        var visitError: (any Error)?
        do {
            return try connection.query(sql) { source in
                do {
                    return try visit(source)
                } catch {
                    visitError = error
                    throw error
                }
            }
        } catch {
            // What the visitor throws is no failure of the statement.
            if visitError == nil { doom = error }
            throw error
        }
    }

    /// There is one writer: whoever writes has every name.
    func lock(_ name: String) throws {
        guard connection.role == .writing else { throw Failure.readOnlyTransaction }
    }

    /// Here nothing but the program keeps organisations apart.
    func enter(_ organisation: String?) -> String? { nil }

    func notify(_ channel: Channel) throws {
        guard connection.role == .writing else { throw Failure.readOnlyTransaction }
        channels.insert(channel)
    }

    func load(into table: String, columns: [String], next: () throws -> [SQLValue]?) throws -> Int {
        if let doom { throw doom }
        guard connection.role == .writing else { throw Failure.readOnlyTransaction }
        do {
            let names = columns.map { SQL(name: $0) }.joined(separator: ", ")
            let marks = columns.map { _ in "\(SQLValue.null)" as SQL }.joined(separator: ", ")
            let statement = try connection.take("INSERT INTO \(name: table) (\(names)) VALUES (\(marks))")
            statement.isRunning = true
            defer { statement.isRunning = false }
            var count = 0
            while true {
                guard let row = try next() else { return count }
                guard row.count == columns.count else { throw Failure.wrongColumnCount(row.count, columns.count) }
                try connection.check(try statement.bind(row))
                let result = sqlite3_step(statement.handle)
                guard result == SQLITE_DONE else {
                    let failure = connection.failure(result)
                    sqlite3_reset(statement.handle)
                    throw failure
                }
                sqlite3_reset(statement.handle)
                count += 1
            }
        } catch {
            // Half of it may be there, so that an error of the caller's own undoes it too.
            doom = error
            throw error
        }
    }
}
