import Base

/// A database: SQLite or PostgreSQL, chosen once at boot.
///
/// - `write` runs a closure in a transaction of its own and returns after the commit is durable.
/// - `read` runs a closure over one snapshot of the data.
/// - `first` and `rows` run one statement: the fastest way to a few rows.
///
/// Errors are `Failure`s of these kinds: `.conflict`, `.invalid`, `.overloaded` (a bound of the queue or the pool),
/// `.deadlineExceeded`, `.cancelled`, `.unavailable` (nothing was done), `.inputOutput`, `.fault`; and `.outcomeUnknown`
/// where the connection was lost while committing. Whatever the closure throws comes out as it is.
package struct Database: Sendable {
    let engine: any DatabaseEngine
    /// What transactions and statements are held to unless they say otherwise.
    package var terms: Terms

    package init(_ engine: any DatabaseEngine, terms: Terms = Terms()) {
        self.engine = engine
        self.terms = terms
    }

    /// How many rows `rows` collects unless told otherwise.
    package static let mostRows = 10_000

    package var dialect: Dialect { engine.dialect }

    /// The same database for one organisation: transactions and statements see and write no other's rows where the
    /// database can hold them to it (`Dialect.organisationWall`).
    package func within(organisation: String) -> Database {
        var database = self
        database.terms.organisation = organisation
        return database
    }

    /// The same database under other terms.
    package func under(_ change: (inout Terms) -> Void) -> Database {
        var database = self
        change(&database.terms)
        return database
    }

    /// Runs `body` in a transaction, again where it must, and returns what it returned once that is durable.
    @discardableResult
    package func write<Value: Sendable>(_ body: @escaping @Sendable (borrowing Transaction) throws -> Value) async throws -> Value {
        try await engine.write(terms, body)
    }

    /// Runs one writing statement in a transaction of its own, and returns the first row of its answer once that is durable; nil
    /// where it has none. On PostgreSQL it takes one trip to the server where `write` takes two.
    ///
    /// Throws as `write`. `decode` reads what is committed already, so what it throws undoes nothing. `channel` is told of the commit.
    package func writeFirst<Value: Sendable>(
        _ sql: SQL, telling channel: Channel? = nil, _ decode: @escaping @Sendable (borrowing Row) throws -> Value
    ) async throws -> Value? {
        try await under { $0.isOneStatement = true }.write { tx in
            if let channel { try tx.notify(channel) }
            return try tx.first(sql, decode)
        }
    }

    /// Runs `body` over one snapshot; a statement in it that writes throws.
    package func read<Value: Sendable>(_ body: @escaping @Sendable (borrowing Transaction) throws -> Value) async throws -> Value {
        try await engine.read(terms, body)
    }

    /// The first row of one reading statement; nil where there is none. Decoded on the caller.
    package func first<Value>(_ sql: SQL, _ decode: (borrowing Row) throws -> Value) async throws -> Value? {
        var value: Value?
        try await engine.query(terms, sql) { source in
            let row = Row(source)  // Named: see Row.
            value = try decode(row)
            return false
        }
        return value
    }

    /// The rows of one reading statement, at most `atMost`; more are a `Failure(.fault)`. Decoded on the caller.
    package func rows<Value>(
        _ sql: SQL, atMost limit: Int = Database.mostRows, _ decode: (borrowing Row) throws -> Value
    ) async throws -> [Value] {
        var values: [Value] = []
        try await engine.query(terms, sql) { source in
            guard values.count < limit else { throw Failure.tooManyRows(limit) }
            let row = Row(source)  // Named: see Row.
            values.append(try decode(row))
            return true
        }
        return values
    }

    /// A statement that must not stand in a transaction (`CREATE INDEX CONCURRENTLY`, `VACUUM`), for migrations.
    package func executeAlone(_ sql: SQL) async throws {
        try await engine.executeAlone(terms, sql)
    }

    /// Holds a name for as long as the lease lives, for one leader among all machines; nil where another holds it.
    /// A lease can be lost with its connection, so what the leader writes is guarded by `Transaction.lock` as well.
    package func lease(_ name: String) async throws -> (any Lease)? {
        try await engine.lease(name)
    }

    /// An element each time something may have been told on the channel: after a commit that did, after connecting anew, and
    /// once at the start. Several are joined into one while nobody listens. Those in other programs are told a moment after the
    /// commit, and not at all where this one ends in that moment.
    package func notifications(on channel: Channel) -> AsyncStream<Void> {
        engine.notifications(on: channel)
    }

    /// Everything that is wrong with this database or its configuration, worst first, with what to do.
    package func check() async throws -> [Finding] {
        try await engine.check()
    }

    /// Figures for metrics and for `check`.
    package var gauges: [Gauge] { engine.gauges }

    /// Finishes what was accepted, within the deadline of `terms`, then closes; later calls throw `.unavailable`.
    package func close() async {
        await engine.close(terms)
    }
}

/// What a transaction or statement is held to.
package struct Terms: Sendable, Hashable {
    /// From the call to its end, waiting included.
    package var deadline: Duration = .seconds(10)
    /// The organisation whose rows are seen, where the database can hold a transaction to it.
    package var organisation: String?
    /// How old the data of a read may be: where not zero, a replica that is known to be fresher may answer.
    package var staleness: Duration = .zero
    /// Whether a write is known to be long (a bulk load, a migration): it then shares no commit with others.
    package var isLong = false
    /// Whether a statement fails from which the wall between organisations would hide rows, instead of passing over them. For
    /// whoever means all rows: migrations.
    package var refusesHiddenRows = false
    /// Whether a write does not count as one for `Channel.written`: of whoever writes because something was written.
    package var isQuiet = false
    /// Whether a write returns before it is on the disk of a PostgreSQL server: for what follows from what is durable, and is done
    /// again where a crash of the server or the machine loses it. Commits stay in their order, so nothing that was written after it
    /// and is durable is there without it. SQLite commits it with others and takes no notice.
    package var mayBeLost = false
    /// Whether a write is one statement and its commit may travel with it. Set by `Database.writeFirst`.
    package internal(set) var isOneStatement = false

    package init() {}
}

/// What an engine does behind `Database`, with the same words.
package protocol DatabaseEngine: Sendable {
    var dialect: Dialect { get }
    var gauges: [Gauge] { get }
    func write<Value: Sendable>(_ terms: Terms, _ body: @escaping @Sendable (borrowing Transaction) throws -> Value) async throws -> Value
    func read<Value: Sendable>(_ terms: Terms, _ body: @escaping @Sendable (borrowing Transaction) throws -> Value) async throws -> Value
    func query(_ terms: Terms, _ sql: SQL, _ visit: (any RowSource) throws -> Bool) async throws
    func executeAlone(_ terms: Terms, _ sql: SQL) async throws
    func lease(_ name: String) async throws -> (any Lease)?
    func notifications(on channel: Channel) -> AsyncStream<Void>
    func check() async throws -> [Finding]
    func close(_ terms: Terms) async
}

/// A name held by one holder among all machines. Released by `release()`, or with the last reference.
package protocol Lease: AnyObject, Sendable {
    /// False once the connection that held it was lost.
    var isHeld: Bool { get }
    func release() async
}

/// Something `check` found.
package struct Finding: Sendable, Hashable {
    /// How bad it is, worst first.
    package enum Severity: Int, Sendable, Hashable, Comparable {
        /// Data is damaged, or writes cannot be trusted.
        case broken
        /// It runs, and will not for long, or not as it should.
        case warning
        /// Worth knowing.
        case note

        package static func < (one: Severity, other: Severity) -> Bool { one.rawValue < other.rawValue }
    }

    package let severity: Severity
    /// Stable, for programs.
    package let code: String
    /// What is so, and what to do about it.
    package let message: Text

    package init(_ severity: Severity, _ code: String, _ message: Text) {
        self.severity = severity
        self.code = code
        self.message = message
    }
}

/// A figure of the moment: `writer_queue_depth`, `connections_active`.
package struct Gauge: Sendable, Hashable {
    package let name: String
    package let value: Double

    package init(_ name: String, _ value: Double) {
        self.name = name
        self.value = value
    }
}
