import Base
import Foundation
import PostgresEngine
import Store
import Testing

@Suite("PostgreSQL: sessions and replicas")
struct PostgresSessionTests {
    @Test("Through a pooler alone there is no lease, and check says why")
    func pooledAlone() async throws {
        let database = try Servers.open { $0.url = try Servers.pooledOwner() }
        let failure = await #expect(throws: Failure.self) { _ = try await database.lease("x") }
        #expect(failure?.code == "needs_direct_url")
        #expect(try await database.check().contains { $0.code == "pooler_without_direct" })
        await database.close()
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

    private func elsewhere(_ name: String) throws -> DatabaseURL {
        var components = try #require(URLComponents(string: Servers.url(name).exposed))
        components.path = "/postgres"
        return try DatabaseURL(try #require(components.string))
    }

    @Test("A replica of another database is never read, and check says so")
    func strangeReplica() async throws {
        let database = try Servers.open { $0.replicas = [try elsewhere("REPLICA")] }
        let lenient = database.under { $0.staleness = .seconds(60) }
        #expect(try await database.check().contains { $0.code == "replica_is_another" && $0.severity == .broken })
        for _ in 0..<200 {
            #expect(try await lenient.first("SELECT current_database() AS name") { try $0["name"] as String } == "zancada")
        }
        await database.close()
    }

    @Test("A direct address that leads to another database is not used, and check says so")
    func strangeDirect() async throws {
        let database = try Servers.open {
            $0.url = try Servers.pooledOwner()
            $0.direct = try elsewhere("OWNER")
        }
        let long = database.under {
            $0.isLong = true
            $0.deadline = .seconds(3)
        }
        let unused = await #expect(throws: Failure.self) { try await long.write { tx in try tx.execute("SELECT 1") } }
        #expect(unused?.kind == .unavailable)
        #expect(unused?.message.english.contains("is not the same database") == true)
        let alone = await #expect(throws: Failure.self) { try await long.executeAlone("SELECT 1") }
        #expect(alone?.kind == .unavailable)
        let lease = await #expect(throws: Failure.self) { _ = try await long.lease("x") }
        #expect(lease?.kind == .unavailable)
        #expect(try await database.check().contains { $0.code == "direct_is_another" && $0.severity == .broken })
        await database.close()
    }
}
