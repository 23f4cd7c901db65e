import Base
import Store
import Synchronization

/// PostgreSQL 15 or later behind the store's contract, by libpq.
///
/// Transactions run at REPEATABLE READ on a thread that owns a connection; where others were in the way the closure runs
/// again. Point reads of many callers share trips to the server.
package final class PostgresDatabase: DatabaseEngine {
    let settings: PostgresConfiguration
    let world: World
    let primary: Pool
    /// Where the primary's address is a pooler's: the server itself, for what is long.
    let direct: Pool?
    let replicas: Replicas
    /// The server itself, for sessions.
    let sessionTarget: Target
    private let listener: Listener
    private let herald: Herald
    private let isClosed = Atomic(false)

    /// Connects to nobody yet. Throws a `Failure(.usage)` for an address that cannot be read.
    package init(_ settings: PostgresConfiguration, world: World) throws(Failure) {
        self.settings = settings
        self.world = world
        var target = try Target(settings.url)
        let kinship = Kinship()
        if settings.direct != nil || !settings.replicas.isEmpty { target.kinship = kinship }
        let primaryTarget = target
        if let url = settings.direct {
            var target = try Target(url)
            target.kinship = kinship.relative
            sessionTarget = target
            var few = settings
            few.mostConnections = min(settings.mostConnections, Self.mostDirectConnections)
            listener = Listener(sessionTarget, world)
            herald = Herald(listener, world)
            direct = Pool(sessionTarget, .primary, few, world, herald: herald)
        } else {
            sessionTarget = target
            listener = Listener(sessionTarget, world)
            herald = Herald(listener, world)
            direct = nil
        }
        primary = Pool(primaryTarget, .primary, settings, world, herald: herald)
        var targets: [Target] = []
        for url in settings.replicas {
            var target = try Target(url)
            target.kinship = kinship.relative
            targets.append(target)
        }
        replicas = Replicas(targets, settings, world)
    }

    deinit { abandonAll() }

    /// Long work is rare; each connection past the pooler is one that the pooler does not count.
    private static let mostDirectConnections = 2

    private func abandonAll() {
        listener.close()
        replicas.abandonAll()
        direct?.abandonAll()
        primary.abandonAll()
    }

    package var dialect: Dialect { .postgres }

    package func write<Value: Sendable>(
        _ terms: Terms, _ body: @escaping @Sendable (borrowing Transaction) throws -> Value
    ) async throws -> Value {
        if terms.isLong { try await knowPrimary(terms) }
        return try await transaction(terms, isReading: false, body, by: terms.isLong ? direct ?? primary : primary)
    }

    package func read<Value: Sendable>(
        _ terms: Terms, _ body: @escaping @Sendable (borrowing Transaction) throws -> Value
    ) async throws -> Value {
        try await reading(terms) { terms, pool in try await self.transaction(terms, isReading: true, body, by: pool) }
    }

    package func query(_ terms: Terms, _ sql: SQL, _ visit: (any RowSource) throws -> Bool) async throws {
        let statement = try EncodedStatement(program: sql)
        let answer = try await reading(terms) { terms, pool in
            try await self.serve(try Ticket(.read(statement), terms, now: self.world.elapsed()), by: pool)
        }
        guard let answer else { return }
        let row = AnswerRow(answer)
        for index in 0..<answer.rowCount {
            row.stand(on: index)
            guard try visit(row) else { return }
        }
    }

    package func executeAlone(_ terms: Terms, _ sql: SQL) async throws {
        guard !isClosed.load(ordering: .acquiring) else { throw Failure.databaseClosed }
        try await knowPrimary(terms)
        try await StandaloneStatement(sql, on: sessionTarget, terms, world).run()
    }

    package func lease(_ name: String) async throws -> (any Lease)? {
        guard !isClosed.load(ordering: .acquiring) else { throw Failure.databaseClosed }
        try await knowPrimary(Terms())
        return try await PostgresLease.take(name, from: sessionTarget, world)
    }

    package func notifications(on channel: Channel) -> AsyncStream<Void> { listener.stream(on: channel) }

    package func close(_ terms: Terms) async {
        isClosed.store(true, ordering: .releasing)
        let limit = world.elapsed() + terms.deadline
        await herald.finish()
        listener.close()
        await replicas.close(by: limit)
        await direct?.close(by: limit)
        await primary.close(by: limit)
    }
}

extension PostgresDatabase {
    /// On a replica where one may do, and on the primary where none does.
    private func reading<Value: Sendable>(
        _ terms: Terms, _ read: (Terms, Pool) async throws -> Value
    ) async throws -> Value {
        guard let replica = replicas.choose(terms.staleness, sample: { [weak self] in try await self?.samplePosition() }) else {
            return try await read(terms, primary)
        }
        let start = world.elapsed()
        do {
            return try await read(terms, replica)
        } catch let failure as Failure where failure.kind == .unavailable || failure.code == "contended" {
            var rest = terms
            rest.deadline -= world.elapsed() - start
            return try await read(rest, primary)
        }
    }

    /// To be called before the direct address is used: what it leads to is compared with the primary.
    func knowPrimary(_ terms: Terms) async throws {
        guard direct != nil, sessionTarget.kinship?.isKnown == false else { return }
        _ = try await serve(try Ticket(.read(.signOfLife), terms, now: world.elapsed()), by: primary)
    }

    private func samplePosition() async throws -> Int64? {
        var terms = Terms()
        terms.deadline = .seconds(2)
        let answer = try await serve(try Ticket(.read(.writtenPosition), terms, now: world.elapsed()), by: primary)
        return answer.flatMap { Freshness.position($0) }
    }

    private func transaction<Value: Sendable>(
        _ terms: Terms, isReading: Bool, _ body: @escaping @Sendable (borrowing Transaction) throws -> Value, by pool: Pool
    ) async throws -> Value {
        let result = Kept<Value>()
        let ticket = try Ticket(.transaction(isReading: isReading) { tx in result.keep(try body(tx)) }, terms, now: world.elapsed())
        _ = try await serve(ticket, by: pool)
        guard let value = result.value else { throw Failure.databaseClosed }
        return value
    }

    private func serve(_ ticket: Ticket, by pool: Pool) async throws -> Answer? {
        try await withTaskCancellationHandler {
            try await withUnsafeThrowingContinuation { continuation in
                pool.enqueue(ticket, continuation)
            }
        } onCancel: {
            pool.cancel(ticket)
        }
    }
}
