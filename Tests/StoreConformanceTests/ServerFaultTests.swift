import Base
import Store
import Synchronization
import TestKit
import Testing

/// Servers that go away and come back.
@Suite(.timeLimit(.minutes(3)), .serialized)
struct ServerFaultTests {
    /// Whatever happens, the server runs again for the next test.
    private func without(
        _ server: TestServers.Server, _ servers: TestServers, _ body: () async throws -> Void
    ) async throws {
        try await servers.run(.kill, server)
        do { try await body() } catch {
            try await servers.run(.restart, server)
            throw error
        }
        try await servers.run(.restart, server)
    }

    @Test("a database that goes away is unavailable, and works again once it is back", arguments: EngineMatrix.servers)
    func outage(_ engine: EngineMatrix) async throws {
        let servers = try TestServers.running()
        try await engine.withStore(Counters.schema(engine)) { store in
            let database = store.database
            try await database.write { tx in try Counters.add("before", 1, tx) }
            let hasty = database.under { $0.deadline = .milliseconds(700) }
            try await without(.primary, servers) {
                let found = [
                    await failure { try await hasty.write { tx in try Counters.add("lost", 1, tx) } },
                    await failure { try await hasty.read { tx in try Counters.amount("before", tx) } },
                    await failure { try await Counters.all(hasty) },
                ]
                // A pooler takes the caller in and waits for the server itself; neither has done anything.
                let kinds: Set<Failure.Kind> = engine == .pooled ? [.unavailable, .deadlineExceeded] : [.unavailable]
                for failure in found { #expect(failure.map { kinds.contains($0.kind) } == true, "\(String(describing: failure))") }
            }
            try await eventually { await failure { try await hasty.write { tx in try Counters.add("after", 2, tx) } } == nil }
            try await database.expectCounters(["before": 1, "after": 2])
        }
    }

    @Test("a pooler that goes away is unavailable, and works again once it is back")
    func poolerOutage() async throws {
        let servers = try TestServers.running()
        try await EngineMatrix.pooled.withStore(Counters.schema(.pooled)) { store in
            let hasty = store.database.under { $0.deadline = .seconds(2) }
            try await store.database.write { tx in try Counters.add("before", 1, tx) }
            try await without(.pgbouncer, servers) {
                let found = await failure { try await hasty.write { tx in try Counters.add("lost", 1, tx) } }
                #expect(found?.kind == .unavailable)
            }
            try await eventually { await failure { try await hasty.write { tx in try Counters.add("after", 2, tx) } } == nil }
            try await store.database.expectCounters(["before": 1, "after": 2])
        }
    }

    /// The processes end at once, without a word; what was acknowledged had reached the disk's cache by fsync. That a missing
    /// fsync would not show here is why SQLite has tests of its own.
    @Test("a server killed under load has every acknowledged write, once and whole", arguments: EngineMatrix.servers)
    func killedUnderLoad(_ engine: EngineMatrix) async throws {
        let servers = try TestServers.running()
        try await engine.withStore(Counters.schema(engine)) { store in
            let database = store.database.under { $0.deadline = .seconds(3) }
            let (acknowledged, unknown) = (Names(), Names())
            let (isUnderWay, isOver) = (Occurrence(), Occurrence())
            try await withThrowingTaskGroup { group in
                for writer in 0..<8 {
                    group.addTask {
                        for number in 0..<20_000 where !isOver.hasHappened {
                            let name = "\(writer) \(number)"
                            let found = await failure {
                                try await database.write { tx in
                                    try Counters.add("\(name) first", number, tx)
                                    try Counters.add("\(name) second", number, tx)
                                }
                            }
                            switch found?.kind {
                            case nil: acknowledged.insert(name)
                            case .outcomeUnknown: unknown.insert(name)
                            case .unavailable, .deadlineExceeded: break
                            case .some(let kind): Issue.record("\(kind)")
                            }
                            if number == 50 { isUnderWay.happen() }
                        }
                    }
                }
                try await isUnderWay.wait()
                try await without(.primary, servers) { isOver.happen() }
                try await group.waitForAll()
            }
            try await eventually { await failure { try await database.write { tx in try Counters.add("after", 0, tx) } } == nil }
            let there = Set(try await Counters.all(store.database).keys).subtracting(["after"])
            let names = Set(there.map { $0.split(separator: " ").prefix(2).joined(separator: " ") })
            #expect(there.count == 2 * names.count, "a transaction is there by half")
            #expect(acknowledged.all.subtracting(names) == [])
            #expect(names.subtracting(acknowledged.all).subtracting(unknown.all) == [])
        }
    }

    @Test("reads of data that may be old go to the replica, and to the primary where it is gone")
    func replicaOutage() async throws {
        let servers = try TestServers.running()
        try await withReplica { store, old in
            try await usesReplica(old)
            try await without(.replica, servers) {
                for _ in 0..<20 { try await old.expectCounters(["a": 1]) }
            }
            try await store.database.write { tx in try Counters.set("a", 2, tx) }
            try await store.database.expectCounters(["a": 2])
        }
    }

    @Test("a replica that lags does not answer beyond the bound on staleness")
    func laggingReplica() async throws {
        let servers = try TestServers.running()
        try await withReplica { store, old in
            try await usesReplica(old)
            let replica = try SuperuserSession(servers.superuser.with { $0.port = servers.replica.port })
            try replica.run("SELECT pg_wal_replay_pause()")
            do {
                try await store.database.write { tx in try Counters.set("a", 2, tx) }
                // Who allows no staleness sees the write at once.
                try await store.database.expectCounters(["a": 2])
                // What is being tested is that time passes: from then on the write is older than the bound.
                try await Task.sleep(for: .milliseconds(600))
                let fresher = old.under { $0.staleness = .milliseconds(500) }
                for _ in 0..<50 {
                    try await fresher.expectCounters(["a": 2])
                    let inside = try await fresher.read { tx in try Counters.amount("a", tx) }
                    #expect(inside == 2)
                }
            } catch {
                try replica.run("SELECT pg_wal_replay_resume()")
                throw error
            }
            try replica.run("SELECT pg_wal_replay_resume()")
        }
    }

    private func withReplica(_ body: (_ store: TestStore, _ old: Database) async throws -> Void) async throws {
        try await EngineMatrix.postgres.withStore(Counters.schema(.postgres), EngineSettings { $0.hasReplica = true }) { store in
            try await store.database.write { tx in try Counters.add("a", 1, tx) }
            try await body(store, store.database.under { $0.staleness = .seconds(10) })
        }
    }

    /// Reads until the replica has answered one.
    private func usesReplica(_ old: Database) async throws {
        try await eventually {
            _ = try await Counters.all(old)
            return old.gauges.contains { $0.name == "replica_point_reads" && $0.value > 0 }
        }
    }
}

/// What several tasks found.
private final class Names: Sendable {
    private let names = Mutex<Set<String>>([])

    func insert(_ name: String) { names.withLock { _ = $0.insert(name) } }

    var all: Set<String> { names.withLock { $0 } }
}
