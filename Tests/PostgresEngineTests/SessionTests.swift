import Base
import Foundation
import PostgresEngine
import Store
import Testing

@Suite("PostgreSQL: sessions and replicas")
struct PostgresSessionTests {
    @Test("Whoever listens hears at the start, and after each commit that told, but not after a rollback")
    func notifications() async throws {
        struct Undo: Error {}
        let database = try Servers.open {
            $0.url = try Servers.pooledOwner()
            $0.direct = try Servers.url("OWNER")
        }
        let channel = Channel("c_" + UUID().uuidString.replacing("-", with: "").lowercased())
        var heard = database.notifications(on: channel).makeAsyncIterator()
        await heard.next()
        for _ in 0..<3 {
            await #expect(throws: Undo.self) {
                try await database.write { tx in
                    try tx.notify(channel)
                    throw Undo()
                }
            }
            try await database.write { tx in try tx.notify(channel) }
            await heard.next()
        }
        await database.close()
        #expect(await heard.next() == nil)
    }

    @Test("A listener whose session the server ends hears again once it is back")
    func listenerReturns() async throws {
        let database = try Servers.open()
        let channel = Channel("c_" + UUID().uuidString.replacing("-", with: "").lowercased())
        var heard = database.notifications(on: channel).makeAsyncIterator()
        await heard.next()
        let ended = try await database.first(
            """
            SELECT count(pg_terminate_backend(pid)) AS n FROM pg_stat_activity
            WHERE datname = current_database() AND query LIKE \("LISTEN%\(channel.name)%")
            """
        ) { try $0["n"] as Int }
        #expect(ended == 1)
        await heard.next()
        try await database.write { tx in try tx.notify(channel) }
        await heard.next()
        await database.close()
    }

    @Test("One at a time holds a lease, and it is free once released or its session is gone")
    func leases() async throws {
        let database = try Servers.open()
        let name = "lease " + UUID().uuidString
        let first = try #require(try await database.lease(name))
        #expect(first.isHeld)
        #expect(try await database.lease(name) == nil)
        await first.release()
        #expect(!first.isHeld)
        let second = try #require(try await database.lease(name))
        let ended = try await database.first(
            """
            SELECT count(pg_terminate_backend(pid)) AS n FROM pg_stat_activity
            WHERE datname = current_database() AND query LIKE 'SELECT pg_try_advisory_lock%' AND state = 'idle'
            """
        ) { try $0["n"] as Int }
        #expect(ended == 1)
        // The server frees the name as soon as the session is gone; taking it again waits for that.
        var third: (any Lease)?
        while third == nil { third = try await database.lease(name) }
        while second.isHeld { await Task.yield() }
        await third?.release()
        await database.close()
    }

    @Test("Through a pooler alone there is no lease, and check says why")
    func pooledAlone() async throws {
        let database = try Servers.open { $0.url = try Servers.pooledOwner() }
        let failure = await #expect(throws: Failure.self) { _ = try await database.lease("x") }
        #expect(failure?.code == "needs_direct_url")
        #expect(try await database.check().contains { $0.code == "pooler_without_direct" })
        await database.close()
    }

    @Test("What may not stand in a transaction stands alone")
    func alone() async throws {
        let database = try Servers.open {
            $0.url = try Servers.pooledOwner()
            $0.direct = try Servers.url("OWNER")
        }
        let table = try await Scratch(database, "id bigint")
        let sql = table.sql
        try await database.executeAlone("CREATE INDEX CONCURRENTLY \(name: table.name + "_i") ON \(sql) (id)")
        let failure = await #expect(throws: Failure.self) { try await database.executeAlone("VACUUM nothing_there") }
        #expect(failure?.kind == .fault)
        try await table.drop(database)
    }

    @Test("A replica answers once it provably holds what is asked for, and never without being allowed to")
    func replicas() async throws {
        let database = try Servers.open { $0.replicas = [try Servers.url("REPLICA")] }
        let table = try await Scratch(database, "id bigint PRIMARY KEY")
        let sql = table.sql
        for grant in PostgresRoles.grants(to: "zancada_app") where !grant.markedText.contains("schema_migrations") {
            _ = try await database.write { tx in try tx.execute(grant) }
        }
        _ = try await database.write { tx in try tx.execute("INSERT INTO \(sql) VALUES (1)") }
        let lenient = database.under { $0.staleness = .seconds(60) }
        @Sendable func isReplica(_ database: Database) async throws -> Bool? {
            try await database.first("SELECT pg_is_in_recovery() AS r FROM \(sql) WHERE id = 1") { try $0["r"] as Bool }
        }
        // Nil would be a replica that does not hold the row yet, which the bound allows; the primary answers at first.
        while try await isReplica(lenient) != true {}
        #expect(try await isReplica(database) == false)
        let inTransaction = try await lenient.read { tx in try tx.first("SELECT pg_is_in_recovery() AS r") { try $0["r"] as Bool } }
        #expect(inTransaction == true)
        // A bound that nothing can prove.
        let strict = database.under { $0.staleness = .nanoseconds(1) }
        #expect(try await isReplica(strict) == false)
        #expect(database.gauges.contains { $0.name == "replica_point_reads" && $0.value > 0 })
        try await table.drop(database)
    }

    @Test("A replica that is not there leaves reads to the primary")
    func deadReplica() async throws {
        let database = try Servers.open { $0.replicas = [try DatabaseURL("postgres://zancada_app:x@127.0.0.1:9/zancada")] }
        let lenient = database.under { $0.staleness = .seconds(60) }
        for _ in 0..<50 { #expect(try await lenient.first("SELECT 1 AS n") { try $0["n"] as Int } == 1) }
        let findings = try await database.check()
        #expect(findings.contains { $0.code == "replica_unreachable" })
        await database.close()
    }
}
