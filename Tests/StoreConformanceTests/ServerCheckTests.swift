import Base
import Store
import TestKit
import Testing

/// What `check` says of a server, its role and its tables: each fault is made, found, and gone once it is mended.
@Suite(.timeLimit(.minutes(2)))
struct ServerCheckTests {
    private func severities(_ store: TestStore) async throws -> [String: Finding.Severity] {
        let findings = try await store.database.check()
        return Dictionary(findings.map { ($0.code, $0.severity) }) { first, _ in first }
    }

    @Test("tables without a wall or without rights, and indexes left half made", arguments: EngineMatrix.servers)
    func tables(_ engine: EngineMatrix) async throws {
        let schema: [SQL] = [
            "CREATE TABLE ajar (id BIGINT, tenant TEXT)", "ALTER TABLE ajar ENABLE ROW LEVEL SECURITY",
            "CREATE POLICY theirs ON ajar USING (tenant = 'x')", "CREATE TABLE secret (id BIGINT)",
        ]
        try await engine.withStore(schema) { store in
            let superuser = try store.superuser()
            try superuser.run("REVOKE ALL ON secret FROM zancada_app; INSERT INTO secret VALUES (1), (1)")
            #expect(throws: ServerRefused.self) { try superuser.run("CREATE UNIQUE INDEX CONCURRENTLY half ON secret (id)") }
            let found = try await severities(store)
            #expect(found["wall_not_forced"] == .broken)
            #expect(found["missing_rights"] == .broken)
            #expect(found["invalid_index"] == .warning)
            try superuser.run("ALTER TABLE ajar FORCE ROW LEVEL SECURITY; GRANT SELECT ON secret TO zancada_app; DROP INDEX half")
            let mended = try await severities(store)
            for code in ["wall_not_forced", "missing_rights", "invalid_index"] { #expect(mended[code] == nil) }
        }
    }

    @Test("settings under which a power cut loses what was saved", arguments: EngineMatrix.servers)
    func settings(_ engine: EngineMatrix) async throws {
        try await engine.withStore { store in
            let superuser = try store.superuser()
            let name = try #require(try superuser.run("SELECT current_database()"))
            try superuser.run("ALTER DATABASE \(name) SET synchronous_commit = off; ALTER DATABASE \(name) SET zero_damaged_pages = on")
            // Sessions that begin now have it so.
            try superuser.cutConnections(to: name)
            let found: [String: Finding.Severity]
            do { found = try await severities(store) } catch {
                try superuser.run("ALTER DATABASE \(name) RESET ALL")
                throw error
            }
            try superuser.run("ALTER DATABASE \(name) RESET ALL")
            #expect(found["synchronous_commit_off"] == .broken)
            #expect(found["zero_damaged_pages_on"] == .broken)
            try superuser.cutConnections(to: name)
            let mended = try await severities(store)
            #expect(mended["synchronous_commit_off"] == nil && mended["zero_damaged_pages_on"] == nil)
        }
    }

    @Test("a role that owns the tables", arguments: [false, true])
    func owner(_ isOwner: Bool) async throws {
        try await EngineMatrix.postgres.withStore(Counters.schema(.postgres), EngineSettings { $0.isOwner = isOwner }) { store in
            let found = try await severities(store)
            #expect(found["role_owns_tables"] == (isOwner ? .warning : nil))
            #expect(found["role_too_strong"] == nil)
        }
    }

    @Test("more connections than the server takes", arguments: [8, 60])
    func connections(_ most: Int) async throws {
        try await EngineMatrix.postgres.withStore([], EngineSettings { $0.mostConnections = most }) { store in
            let found = try await severities(store)
            #expect(found["too_few_connections"] == (most == 60 ? .warning : nil))
        }
    }

    @Test("clocks that differ", arguments: EngineMatrix.servers, [0, 3600, -3600])
    func clocks(_ engine: EngineMatrix, seconds: Int) async throws {
        let live = World.live
        let world = World(now: { live.now() + .seconds(seconds) }, elapsed: live.elapsed, random: live.random)
        try await engine.withStore([], EngineSettings { $0.world = world }) { store in
            let found = try await severities(store)
            #expect(found["clocks_differ"] == (seconds == 0 ? nil : .warning))
        }
    }
}
