import Base
import Store
import Synchronization

/// The embedded database: one file, one program.
///
/// Writes go through one thread that gathers what waits into common commits (`SQLiteWriter`). `query` reads on the caller's
/// own thread with a borrowed connection (`SQLiteReaders`), `read` on threads of its own (`SQLiteReadingThreads`).
package final class SQLiteDatabase: DatabaseEngine {
    package let configuration: SQLiteConfiguration
    let readers: SQLiteReaders
    let readingThreads: SQLiteReadingThreads
    /// nil where the database is opened to look on only.
    let writing: SQLiteWritingThread?
    private let listeners: SQLiteListeners
    private let leases = SQLiteLeases()
    let elapsed: @Sendable () -> Duration
    private let ownership: Mutex<SQLiteOwnership?>

    /// Opens the file, making it and its folder where missing, and takes it for this program.
    ///
    /// Throws a `Failure(.unavailable)` that says what is in the way: another program, no permission, a file that is no
    /// database, a disk on which what is written cannot be trusted to stay; `.inputOutput` for a damaged file.
    package static func open(_ configuration: SQLiteConfiguration, world: World) async throws -> Database {
        Database(try openEngine(configuration, world: world))
    }

    /// As `open`, for those who need more than a `Database`: backups and the like. Blocks for as long as a log that a crash
    /// left behind takes to read.
    package static func openEngine(_ configuration: SQLiteConfiguration, world: World) throws -> SQLiteDatabase {
        try SQLiteDatabase(configuration, world)
    }

    private init(_ configuration: SQLiteConfiguration, _ world: World) throws {
        var configuration = configuration
        // A test's own file system has neither folders, links nor rights.
        let isOnDisk = configuration.vfs == nil
        if isOnDisk {
            let path = configuration.path
            configuration.path = configuration.isReadOnly ? SQLiteFiles.real(path) : try SQLiteFiles.place(path)
        }
        self.configuration = configuration
        let elapsed = world.elapsed
        self.elapsed = elapsed
        let listeners = SQLiteListeners()
        self.listeners = listeners
        if configuration.isReadOnly {
            ownership = Mutex(nil)
            writing = nil
        } else {
            var owner: SQLiteOwnership?
            if isOnDisk {
                owner = try SQLiteOwnership(configuration.path)
                try SQLiteFiles.prepare(configuration.path)
            }
            ownership = Mutex(owner)
            writing = SQLiteWritingThread(
                try SQLiteWriter(configuration, elapsed: elapsed, tell: { listeners.tell($0) }), configuration, elapsed: elapsed)
        }
        let role: SQLiteConnection.Role = configuration.isReadOnly ? .lookingOn : .reading
        readers = SQLiteReaders(configuration, role, elapsed: elapsed)
        readingThreads = try SQLiteReadingThreads(configuration, role, elapsed: elapsed)
    }

    package var dialect: Dialect { .sqlite }

    package func write<Value: Sendable>(_ terms: Terms, _ body: @escaping @Sendable (borrowing Transaction) throws -> Value) async throws
        -> Value
    {
        guard let writing else { throw Failure.readOnlyTransaction }
        return try await writing.write(terms, body)
    }

    package func read<Value: Sendable>(_ terms: Terms, _ body: @escaping @Sendable (borrowing Transaction) throws -> Value) async throws
        -> Value
    {
        try await readingThreads.run(within: terms.deadline) { connection in
            try connection.inSnapshot {
                let transaction = SQLiteTransaction(connection)
                let borrowed = Transaction(transaction)
                let value = try body(borrowed)
                if let doom = transaction.doom { throw doom }
                return value
            }
        }
    }

    /// No clock is read and nothing is allocated beyond the statement and its values.
    package func query(_ terms: Terms, _ sql: SQL, _ visit: (any RowSource) throws -> Bool) async throws {
        if Task.isCancelled { throw Failure.databaseCancelled }
        var lent = try readers.borrow()
        if lent == nil { lent = try await readers.borrow(within: terms.deadline) }
        guard let connection = lent else { return }
        defer { readers.giveBack(connection) }
        connection.watch.begin(.budget(terms.deadline))
        _ = try connection.query(sql, visit)
    }

    package func executeAlone(_ terms: Terms, _ sql: SQL) async throws {
        guard let writing else { throw Failure.readOnlyTransaction }
        try await writing.executeAlone(terms, sql)
    }

    package func lease(_ name: String) async throws -> (any Lease)? {
        leases.take(name)
    }

    package func notifications(on channel: Channel) -> AsyncStream<Void> {
        listeners.stream(on: channel)
    }

    package var gauges: [Gauge] {
        var gauges = [
            Gauge("readers_active", Double(readers.activeCount)), Gauge("readers_waiting", Double(readers.waitingCount)),
            Gauge("reading_threads_active", Double(readingThreads.activeCount)),
            Gauge("reading_threads_waiting", Double(readingThreads.waitingCount)),
            Gauge("wal_bytes", Double(SQLiteFiles.size(of: configuration.path + "-wal"))),
        ]
        if let writing { gauges += writing.gauges }
        return gauges
    }

    package func close(_ terms: Terms) async {
        await writing?.close(within: terms.deadline)
        readers.close()
        readingThreads.close()
        listeners.close()
        ownership.withLock { $0 = nil }
    }
}

extension SQLiteConnection {
    /// Runs `body` over one snapshot of the data.
    func inSnapshot<Value>(_ body: () throws -> Value) throws -> Value {
        // BEGIN that is stopped at its last step has begun all the same.
        defer {
            watch.begin(.none)
            if isInTransaction { _ = command(.rollback) }
        }
        try check(command(.beginReading))
        return try body()
    }
}
