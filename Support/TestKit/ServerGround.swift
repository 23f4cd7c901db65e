import Foundation
import Store
import Synchronization

/// A PostgreSQL database that a test has for itself. Dropping one takes more than a second (it waits for a checkpoint
/// and for the replica), so they are emptied and used again by the next test of the same run.
struct ServerGround: Ground {
    let servers: TestServers
    let name: String

    private static let unused = Mutex<[String]>([])

    static func fresh() async throws -> ServerGround {
        let servers = try TestServers.running()
        if let name = unused.withLock({ $0.popLast() }) { return ServerGround(servers: servers, name: name) }
        let name = "zancada_test_\(UUID().uuidString.prefix(8).lowercased())"
        let session = try SuperuserSession(servers.superuser)
        try session.run("CREATE DATABASE \(name) OWNER zancada_owner")
        try session.run("REVOKE ALL ON DATABASE \(name) FROM PUBLIC; GRANT CONNECT ON DATABASE \(name) TO zancada_app")
        let ground = ServerGround(servers: servers, name: name)
        // As an operator prepares a database: the owner's tables are there for the program to use, not to change.
        try ground.session().run(
            """
            ALTER DEFAULT PRIVILEGES FOR ROLE zancada_owner GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO zancada_app;
            GRANT USAGE ON SCHEMA public TO zancada_app
            """)
        return ground
    }

    /// The superuser in this database.
    func session() throws -> SuperuserSession { try SuperuserSession(address(servers.superuser)) }

    func address(_ server: ServerAddress) -> ServerAddress { server.with { $0.database = name } }

    /// A test that went wrong may have left a transaction open: it is cut off.
    func clear() throws {
        let session = try session()
        let renewal = """
            DROP SCHEMA public CASCADE; CREATE SCHEMA public AUTHORIZATION zancada_owner;
            GRANT USAGE ON SCHEMA public TO zancada_app
            """
        do {
            try session.run("SET lock_timeout = '3s'; BEGIN; \(renewal); COMMIT")
        } catch is ServerRefused {
            try session.run("ROLLBACK")
            try session.cutConnections(to: name)
            try session.run("BEGIN; \(renewal); COMMIT")
        }
        Self.unused.withLock { $0.append(name) }
    }
}
