import ArgumentParser
import Base
import Foundation
import PostgresEngine
import SQLiteEngine
import Store

/// The options of whatever needs a database.
struct DatabaseOptions: ParsableArguments {
    @Option(
        help: help(
            Text(
                es: "Carpeta de los datos: base de datos, archivos, claves.", en: "Folder of the data: database, files, keys.")),
        completion: .directory)
    var data: String = "./data"

    @Option(
        help: help(
            Text(
                es:
                    "Base de datos: sqlite:ARCHIVO o postgres://… Si falta, ZANCADA_DATABASE_URL, y si no, la de la carpeta de datos. Una clave va mejor en la variable: la línea de órdenes la ven otros.",
                en:
                    "Database: sqlite:FILE or postgres://… Where missing, ZANCADA_DATABASE_URL, then the one in the data folder. A password is better placed in the variable: others see the command line."
            )))
    var database: String?

    @Option(
        help: help(
            Text(
                es: "El servidor PostgreSQL mismo, cuando --database es un PgBouncer (ZANCADA_DATABASE_DIRECT_URL).",
                en: "The PostgreSQL server itself where --database is a PgBouncer (ZANCADA_DATABASE_DIRECT_URL).")))
    var databaseDirect: String?

    @Option(
        help: help(
            Text(
                es: "Una réplica de PostgreSQL para lecturas; se puede repetir (ZANCADA_DATABASE_REPLICA_URLS, separadas por espacios).",
                en: "A PostgreSQL replica for reads; may be repeated (ZANCADA_DATABASE_REPLICA_URLS, with spaces between them).")))
    var databaseReplica: [String] = []

    @Option(help: help(Text(es: "Idioma de los mensajes.", en: "Language of the messages.")))
    var language: Language?

    @Flag(help: help(Text(es: "Escribe la respuesta en JSON.", en: "Print the answer as JSON.")))
    var json = false

    /// Opens the database, lets `body` use it, and closes it however that ends.
    func using<Value>(isReadOnly: Bool, world: World, _ body: (Database) async throws -> Value) async throws -> Value {
        let database = try await open(isReadOnly: isReadOnly, world: world)
        do {
            let value = try await body(database)
            await database.close()
            return value
        } catch {
            await database.close()
            throw error
        }
    }

    /// Gives the program's role its rights. Throws a `Failure(.usage)` where the database knows no roles.
    func grant(to role: String, in database: Database) async throws {
        guard database.dialect == .postgres else {
            throw Failure(
                .usage, "grant_needs_postgres",
                Text(es: "--grant-to es para PostgreSQL; SQLite no tiene roles.", en: "--grant-to is for PostgreSQL; SQLite has no roles."))
        }
        let grants = try PostgresRoles.grants(to: role)
        try await database.write { tx in for grant in grants { try tx.execute(grant) } }
    }

    /// The database that these options and the environment name, opened. One that must not be changed is opened beside a
    /// program that is running on it.
    func open(isReadOnly: Bool, world: World) async throws -> Database {
        let url = try url
        switch url.dialect {
        case .sqlite:
            var configuration = SQLiteConfiguration(path: url.exposed)
            configuration.isReadOnly = isReadOnly
            return try await SQLiteDatabase.open(configuration, world: world)
        case .postgres:
            var configuration = PostgresConfiguration(url: url)
            configuration.direct = try (databaseDirect ?? environment["ZANCADA_DATABASE_DIRECT_URL"]).map(DatabaseURL.init)
            configuration.replicas = try replicas.map(DatabaseURL.init)
            configuration.mostConnections = 2
            return try await PostgresDatabase.open(configuration, world: world)
        }
    }

    var url: DatabaseURL {
        get throws {
            if let text = database ?? environment["ZANCADA_DATABASE_URL"] { return try DatabaseURL(text) }
            return DatabaseURL(sqlite: data + "/zancada.db")
        }
    }

    private var replicas: [String] {
        guard databaseReplica.isEmpty else { return databaseReplica }
        return environment["ZANCADA_DATABASE_REPLICA_URLS"]?.split(separator: " ").map(String.init) ?? []
    }

    private var environment: [String: String] { ProcessInfo.processInfo.environment }
}
