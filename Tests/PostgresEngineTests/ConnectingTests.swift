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

    @Test("A wrong password is said, straight and pooled, and none is printed", arguments: ["OWNER", "POOLED"])
    func wrongPassword(_ name: String) async throws {
        let failure = try await refusal(try url(name) { $0.password = "verysecretword" })
        #expect(failure.kind == .unavailable)
        #expect(failure.message.english.contains("does not accept that user"))
        #expect(!"\(failure) \(failure.message)".contains("verysecretword"))
    }

    @Test("A database that does not exist is named")
    func noSuchDatabase() async throws {
        let failure = try await refusal(try url { $0.path = "/nowhere_at_all" })
        #expect(failure.message.english.contains("nowhere_at_all"))
        #expect(failure.message.english.contains("does not exist"))
    }

    @Test("Where nobody answers, it says so")
    func refused() async throws {
        let failure = try await refusal(try url { $0.port = 9 })
        #expect(failure.message.english.contains("nobody answers at postgres://127.0.0.1:9/"))
    }

    @Test("A database in another encoding is refused")
    func encoding() async throws {
        let failure = try await refusal(try Servers.url("ASCII"))
        #expect(failure.message.english.contains("SQL_ASCII"))
    }

    @Test("A replica is not taken for the primary")
    func replicaAsPrimary() async throws {
        let failure = try await refusal(try Servers.url("REPLICA"))
        #expect(failure.message.english.contains("is a replica"))
    }

    @Test("TLS holds with the right authority and fails with a wrong one")
    func certificates() async throws {
        let authority = try Servers.variable("CA")
        let good = try url {
            $0.queryItems = [URLQueryItem(name: "sslmode", value: "verify-full"), URLQueryItem(name: "sslrootcert", value: authority)]
        }
        let database = Database(try PostgresDatabase(PostgresConfiguration(url: good), world: .live))
        let isEncrypted = try await database.first("SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()") { try $0["ssl"] as Bool }
        #expect(isEncrypted == true)
        await database.close()

        let other = FileManager.default.temporaryDirectory.appending(path: "zancada-\(UUID().uuidString).crt")
        try Data(Self.otherAuthority.utf8).write(to: other)
        defer { do { try FileManager.default.removeItem(at: other) } catch {} }
        let failure = try await refusal(
            try url {
                $0.queryItems = [URLQueryItem(name: "sslmode", value: "verify-full"), URLQueryItem(name: "sslrootcert", value: other.path)]
            })
        #expect(failure.message.english.contains("certificate"))
    }

    @Test("An address that cannot be read is not repeated")
    func unreadable() throws {
        let settings = PostgresConfiguration(url: try DatabaseURL("postgres://ana:sec%ZZret@127.0.0.1/x"))
        let failure = #expect(throws: Failure.self) { _ = try PostgresDatabase(settings, world: .live) }
        #expect(failure?.kind == .usage)
        #expect(failure.map { "\($0)" }?.contains("ret") == false || failure?.message.english.contains("ZZ") == false)
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

    @Test("Check finds a role that is too strong, and tables without a wall")
    func check() async throws {
        let database = try Servers.open { $0.url = try Servers.url("SUPERUSER") }
        let findings = try await database.check()
        #expect(findings.contains { $0.code == "role_too_strong" })
        #expect(!findings.contains { $0.code == "fsync_off" })
        #expect(findings == findings.sorted { $0.severity < $1.severity })
        await database.close()
    }

    @Test("The wall between organisations holds for transactions and for point reads")
    func wall() async throws {
        let owner = try Servers.open()
        let table = try await Scratch(owner, "id bigint PRIMARY KEY, tenant text NOT NULL")
        let sql = table.sql
        let name = table.name
        for statement in Dialect.postgres.organisationWall(table: name) { _ = try await owner.write { tx in try tx.execute(statement) } }
        for pooled in [false, true] {
            let database = try Servers.open { if pooled { $0.url = try Servers.pooledOwner() } }
            let ours = database.within(organisation: "a")
            let theirs = database.within(organisation: "b")
            let id = pooled ? 2 : 1
            _ = try await ours.write { tx in try tx.execute("INSERT INTO \(sql) VALUES (\(id), 'a')") }
            let failure = await #expect(throws: Failure.self) {
                _ = try await theirs.write { tx in try tx.execute("INSERT INTO \(sql) VALUES (9, 'a')") }
            }
            #expect(failure?.code == "database_permission_denied")
            try await withThrowingTaskGroup(of: Bool.self) { group in
                for number in 0..<60 {
                    let (database, expected) = [(ours, id), (theirs, 0), (database, 0)][number % 3]
                    group.addTask {
                        try await database.first("SELECT count(*) AS n FROM \(sql)") { try $0["n"] as Int } == expected
                    }
                }
                for try await isRight in group { #expect(isRight) }
            }
            await database.close()
        }
        try await table.drop(owner)
    }

    /// A self-signed certificate that signed nothing here.
    private static let otherAuthority = """
        -----BEGIN CERTIFICATE-----
        MIIBkDCCATWgAwIBAgIUWQFL43ESwE4vwkH/HfUBl1myJ6UwCgYIKoZIzj0EAwIw
        HDEaMBgGA1UEAwwRQW5vdGhlciBhdXRob3JpdHkwIBcNMjYxMTIxMTUzOTA2WhgP
        MjEyNjEwMjgxNTM5MDZaMBwxGjAYBgNVBAMMEUFub3RoZXIgYXV0aG9yaXR5MFkw
        EwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEjQ2u887qj55IdpTwj8xV7CMwn9G0mm12
        CDBPvIL/ghijHoOESnr7TSF92jhs5zASHP0V5qU36x8YWEswPk6di6NTMFEwHQYD
        VR0OBBYEFOyyFKh0zU6XUbGy2XtQ3gc/OoNnMB8GA1UdIwQYMBaAFOyyFKh0zU6X
        UbGy2XtQ3gc/OoNnMA8GA1UdEwEB/wQFMAMBAf8wCgYIKoZIzj0EAwIDSQAwRgIh
        AJaWKc+Y6jF9GKxA/XhDcJt6V2JjgbPmS5L1lUyoNhh6AiEAgbrxCOcQ/VOAV8Py
        Cpdp0YXPN8q1LV3OW6DVtPDWm2Y=
        -----END CERTIFICATE-----
        """
}
