import Base
import Foundation
import PostgresEngine
import Store
import Testing

/// The servers that `scripts/services` started.
enum Servers {
    /// Fails the test with one sentence where they are not there.
    static func url(_ name: String) throws -> DatabaseURL {
        let variable = "ZANCADA_TEST_\(name)_URL"
        guard let text = ProcessInfo.processInfo.environment[variable] else {
            throw Failure(
                .unavailable, "no_test_servers",
                Text(
                    es: "Falta \(variable): ejecute scripts/services start y su environment, o make test.",
                    en: "\(variable) is missing: run scripts/services start and its environment, or make test."))
        }
        return try DatabaseURL(text)
    }

    static func variable(_ name: String) throws -> String {
        try #require(ProcessInfo.processInfo.environment["ZANCADA_TEST_\(name)"], "run scripts/services start and its environment")
    }

    /// A database of the owner, straight or through PgBouncer.
    static func open(_ change: (inout PostgresConfiguration) throws -> Void = { _ in }) throws -> Database {
        var settings = PostgresConfiguration(url: try url("OWNER"))
        try change(&settings)
        return Database(try PostgresDatabase(settings, world: .live))
    }

    /// The owner through PgBouncer: the pooler of `POOLED`, the user of `OWNER`.
    static func pooledOwner() throws -> DatabaseURL {
        let port = try #require(URLComponents(string: url("POOLED").exposed)?.port)
        var components = try #require(URLComponents(string: url("OWNER").exposed))
        components.port = port
        return try DatabaseURL(try #require(components.string))
    }
}

/// A table of a test's own, so that tests can run beside each other.
struct Scratch {
    let name: String

    init(_ database: Database, _ columns: SQL) async throws {
        name = "t_" + UUID().uuidString.replacing("-", with: "").lowercased()
        let table = SQL(name: name)
        _ = try await database.write { tx in try tx.execute("CREATE TABLE \(table) (\(columns))") }
    }

    var sql: SQL { SQL(name: name) }

    func drop(_ database: Database) async throws {
        let table = sql
        _ = try await database.write { tx in try tx.execute("DROP TABLE \(table)") }
        await database.close()
    }
}
