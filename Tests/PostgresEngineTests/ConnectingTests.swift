import Base
import Foundation
import PostgresEngine
import Store
import Testing

@Suite("PostgreSQL: connecting")
struct PostgresConnectingTests {
    /// The owner's address with something changed.
    private func url(_ name: String = "OWNER", _ change: (inout URLComponents) -> Void) throws -> DatabaseURL {
        var components = try #require(URLComponents(string: Servers.url(name).exposed))
        change(&components)
        return try DatabaseURL(try #require(components.string))
    }

    private func refusal(_ url: DatabaseURL) async throws -> Failure {
        let database = Database(try PostgresDatabase(PostgresConfiguration(url: url), world: .live))
        let failure = await #expect(throws: Failure.self) { _ = try await database.first("SELECT 1 AS n") { _ in 1 } }
        await database.close()
        return try #require(failure)
    }

    @Test("A replica is not taken for the primary")
    func replicaAsPrimary() async throws {
        let failure = try await refusal(try Servers.url("REPLICA"))
        #expect(failure.message.english.contains("is a replica"))
    }

    @Test("An address that cannot be read is not repeated")
    func unreadable() throws {
        let settings = PostgresConfiguration(url: try DatabaseURL("postgres://ana:sec%ZZret@127.0.0.1/x"))
        let failure = #expect(throws: Failure.self) { _ = try PostgresDatabase(settings, world: .live) }
        #expect(failure?.kind == .usage)
        for text in [failure?.message.spanish, failure?.message.english] {
            for part in ["ana", "sec", "ZZ", "ret@"] { #expect(text?.contains(part) == false) }
        }
    }

    @Test("A connection that the server ended while nobody used it costs no call")
    func idleLoss() async throws {
        let database = try Servers.open { $0.mostConnections = 1 }
        for _ in 0..<3 {
            let pid = try await database.first("SELECT pg_backend_pid() AS pid") { try $0["pid"] as Int }
            let other = try Servers.open()
            let ended = try await other.first("SELECT pg_terminate_backend(\(pid ?? 0)::integer, 5000) AS ended") {
                try $0["ended"] as Bool
            }
            #expect(ended == true)
            await other.close()
            let next = try await database.write { tx in try tx.first("SELECT pg_backend_pid() AS pid") { try $0["pid"] as Int } }
            #expect(next != pid)
        }
        await database.close()
    }

    @Test("Check finds a role that is too strong")
    func check() async throws {
        let database = try Servers.open { $0.url = try Servers.url("SUPERUSER") }
        let findings = try await database.check()
        #expect(findings.contains { $0.code == "role_too_strong" })
        #expect(!findings.contains { $0.code == "fsync_off" })
        #expect(findings == findings.sorted { $0.severity < $1.severity })
        await database.close()
    }

    /// No name is looked up: `hostaddr` says where.
    @Test(
        "Whoever is elsewhere is spoken to in TLS alone, and check says where nobody looks at the certificate",
        arguments: [
            ("host=127.0.0.1", false, false), ("host=0.0.0.0", true, true), ("host=127.evil.example&hostaddr=127.0.0.1", true, true),
            ("host=0.0.0.0&sslmode=disable", false, true), ("host=0.0.0.0&sslmode=verify-ca&sslrootcert=CA", true, false),
        ])
    func encryption(_ query: String, isEncrypted: Bool, isWarned: Bool) async throws {
        let query = query.replacing("CA", with: try Servers.variable("CA"))
        let owner = try #require(URLComponents(string: Servers.url("OWNER").exposed))
        let (user, password, port) = (try #require(owner.user), try #require(owner.password), try #require(owner.port))
        let url = try DatabaseURL("postgres:///zancada?user=\(user)&password=\(password)&port=\(port)&\(query)")
        let database = Database(try PostgresDatabase(PostgresConfiguration(url: url), world: .live))
        let found = try await database.first("SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()") { try $0["ssl"] as Bool }
        #expect(found == isEncrypted)
        #expect(try await database.check().contains { $0.code == "tls_unverified" && $0.severity == .warning } == isWarned)
        await database.close()
    }
}
