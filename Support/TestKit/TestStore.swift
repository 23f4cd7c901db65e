import Base
import Foundation
import PostgresEngine
import SQLiteEngine
import Store

/// The database of one test.
package struct TestStore: Sendable {
    package let engine: EngineMatrix
    /// In the program's own role, as it runs in production.
    package let database: Database
    /// Between the engine and the server, where the settings ask for one.
    package let proxy: FaultProxy?
    private let ground: any Ground

    init(_ engine: EngineMatrix, on ground: any Ground, _ schema: [SQL], _ settings: EngineSettings) async throws {
        self.engine = engine
        self.ground = ground
        switch ground {
        case let folder as FolderGround:
            proxy = nil
            database = try folder.open(settings)
            if !schema.isEmpty {
                try await database.write { tx in
                    for statement in schema { try tx.execute(statement) }
                }
            }
        case let server as ServerGround:
            let session = try server.session()
            try session.run("SET ROLE zancada_owner")
            for statement in schema { try session.run(statement.rendered(for: .postgres)) }
            proxy = settings.isProxied ? try FaultProxy(to: server.port(of: engine)) : nil
            database = try server.open(engine, settings, proxyPort: proxy?.port)
        default: throw Overdue()
        }
    }

    /// The superuser in the same database; PostgreSQL alone.
    package func superuser() throws -> SuperuserSession {
        guard let server = ground as? ServerGround else { throw ServerRefused(message: "SQLite has no superuser") }
        return try server.session()
    }

    /// Another program on the same database; PostgreSQL alone.
    package func another(_ settings: EngineSettings = EngineSettings()) throws -> Database {
        guard let server = ground as? ServerGround else { throw ServerRefused(message: "SQLite serves one program") }
        return try server.open(engine, settings, proxyPort: nil)
    }

    func close() async {
        await database.close()
        proxy?.close()
    }
}

extension TestServers {
    /// A database at an address of PostgreSQL's, as it is: for servers that cannot be used. Connects to nobody yet.
    package static func open(_ url: String, deadline: Duration = .seconds(5)) throws -> Database {
        let settings = EngineSettings { $0.deadline = deadline }
        return Database(try PostgresDatabase(PostgresConfiguration(url: try DatabaseURL(url)), world: .live), terms: settings.terms)
    }
}

extension FolderGround {
    fileprivate func open(_ settings: EngineSettings) throws -> Database {
        var configuration = SQLiteConfiguration(path: databasePath)
        if let most = settings.mostWaiting { configuration.mostWaitingWrites = most }
        return Database(try SQLiteDatabase.openEngine(configuration, world: settings.world), terms: settings.terms)
    }
}

extension ServerGround {
    fileprivate func port(of engine: EngineMatrix) -> UInt16 { engine == .pooled ? servers.pooled.port : servers.app.port }

    /// The proxy reads what passes, so nothing that passes is encrypted.
    fileprivate func open(_ engine: EngineMatrix, _ settings: EngineSettings, proxyPort: UInt16?) throws -> Database {
        let role = settings.isOwner ? servers.owner : servers.app
        let server = address(role).with {
            if engine == .pooled { $0.port = servers.pooled.port }
            guard let proxyPort else { return }
            $0.port = proxyPort
            $0.parameters = ["sslmode=disable", "gssencmode=disable"]
        }
        var configuration = PostgresConfiguration(url: try server.url())
        if engine == .pooled {
            configuration.direct = try address(role).url()
            configuration.preparesStatements = false
        }
        if settings.hasReplica { configuration.replicas = [try address(servers.replica).url()] }
        if let most = settings.mostConnections { configuration.mostConnections = most }
        if let most = settings.mostWaiting { configuration.mostWaiting = most }
        if let most = settings.mostTries { configuration.mostTries = most }
        return Database(try PostgresDatabase(configuration, world: settings.world), terms: settings.terms)
    }
}

extension EngineSettings {
    fileprivate var terms: Terms {
        var terms = Terms()
        terms.deadline = deadline
        return terms
    }
}
