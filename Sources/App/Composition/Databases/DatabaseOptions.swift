import ArgumentParser
import Base
import Foundation
import PostgresEngine
import SQLiteEngine
import Store

/// The options of whatever needs a database.
struct DatabaseOptions: ParsableArguments {
    /// As help groups them.
    static let title = phrase(es: "Datos, claves y configuración", en: "Data, keys and configuration")

    @Option(
        help: help(
            Text(
                es: "Carpeta de los datos: base de datos, archivos, claves.", en: "Folder of the data: database, files, keys.")),
        completion: .directory)
    var data: String = "./data"

    @Option(
        help: help(
            Text(
                es: "Base de datos, sqlite:ARCHIVO o postgres://…; con clave, mejor en ZANCADA_DATABASE_URL, que otros no ven.",
                en: "Database, sqlite:FILE or postgres://…; with a password, better in ZANCADA_DATABASE_URL, which others do not see.")))
    var database: String?

    @Option(
        help: help(
            Text(
                es: "El servidor PostgreSQL mismo, cuando --database es un PgBouncer.",
                en: "The PostgreSQL server itself where --database is a PgBouncer.")))
    var databaseDirect: String?

    @Option(
        help: help(Text(es: "Réplicas de PostgreSQL para lecturas, con comas.", en: "PostgreSQL replicas for reads, joined by commas.")))
    var databaseReplicas: String?

    @OptionGroup(title: DatabaseOptions.title) var rootKey: RootKeyOptions

    @Option(
        help: help(Text(es: "Archivo JSON con la configuración.", en: "JSON file with the configuration.")), completion: .file())
    var config: String?

    @Option(help: help(Text(es: "Idioma de los mensajes.", en: "Language of the messages.")))
    var language: Language?

    /// Opens the database, lets `body` use it, and closes it however that ends.
    func using<Value>(isReadOnly: Bool, world: World, _ body: (Database) async throws -> Value) async throws -> Value {
        // In a program that serves, on behalf of another process: its database stays open.
        if let residence = Residence.current { return try await body(residence.office.database) }
        let database = try await open(isReadOnly: isReadOnly, world: world)
        return try await database.closing(after: body)
    }

    /// Opens the database that these options, the environment and the file name. One that must not be changed is opened
    /// beside a program that is running on it.
    /// `isServing`: for the program that serves itself, which has nobody run it.
    func open(isReadOnly: Bool, isServing: Bool = false, world: World) async throws -> Database {
        let settings = try settings
        let url = try url(settings)
        switch url.dialect {
        case .sqlite:
            var configuration = SQLiteConfiguration(path: url.exposed)
            configuration.isReadOnly = isReadOnly
            guard !isReadOnly || FileManager.default.fileExists(atPath: url.exposed) else { throw Self.noDatabase(url) }
            do {
                return try await SQLiteDatabase.open(configuration, world: world)
            } catch let failure as Failure where failure.code == "database_owned" && !isServing {
                // Whoever owns it runs the command; here is nothing more to do than to end as it did.
                throw try ControlClient.run(beside: url.exposed) ?? failure
            }
        case .postgres:
            var configuration = PostgresConfiguration(url: url)
            configuration.direct = try settings[DatabaseKeys.directURL].map { try DatabaseURL($0) }
            configuration.replicas = try settings[DatabaseKeys.replicaURLs].map { try DatabaseURL($0) }
            configuration.mostConnections = settings[DatabaseKeys.connections]
            return Database(try PostgresDatabase(configuration, world: world))
        }
    }

    private static func noDatabase(_ url: DatabaseURL) -> Failure {
        Failure(
            .unavailable, "no_database",
            Text(
                es: "Todavía no hay base de datos en \(url.exposed): «zancada migrate» la crea.",
                en: "There is no database at \(url.exposed) yet: 'zancada migrate' makes it."))
    }

    /// How the database is called in what people read: without its password.
    var databaseName: String {
        get throws { try url(settings).description }
    }

    func url(_ settings: Config) throws -> DatabaseURL {
        try settings[DatabaseKeys.url].map { try DatabaseURL($0) } ?? DatabaseURL(sqlite: data + "/zancada.db")
    }

    /// What the operator decided, on all ways of saying so.
    var settings: Config {
        get throws { try settings([:]) }
    }

    /// The same with what a command's own options say: the key and the value of each.
    func settings(_ own: [String: (key: String, value: String?)]) throws -> Config {
        let environment = ProcessInfo.processInfo.environment
        let others = own.sorted { $0.key < $1.key }.map { option, setting in
            setting.value.map { Config.Flag(option: option, key: setting.key, value: $0) }
        }
        let flags = [
            database.map { Config.Flag(option: "--database", key: DatabaseKeys.url.name, value: $0) },
            databaseDirect.map { Config.Flag(option: "--database-direct", key: DatabaseKeys.directURL.name, value: $0) },
            databaseReplicas.map { Config.Flag(option: "--database-replicas", key: DatabaseKeys.replicaURLs.name, value: $0) },
        ]
        return try Config(
            Roster.settings, file: config.map(ConfigFile.init(path:)), environment: environment,
            flags: (flags + rootKey.flags + others).compactMap { $0 }, otherVariables: DatabaseKeys.otherVariables(of: environment))
    }
}

/// How a command answers.
struct AnswerOptions: ParsableArguments {
    @Flag(help: help(Text(es: "Escribe la respuesta en JSON.", en: "Print the answer as JSON.")))
    var json = false
}
