import Base
import Foundation
import PostgresEngine
import Store

/// An empty PostgreSQL database that a restore fills in one transaction. Until everything is proved its ledger of migrations has another
/// name, so that no program starts on it; what a killed restore left is known by that and taken away by the next.
struct RestoredPostgres: RestoredDatabase {
    private let url: DatabaseURL
    private let world: World

    private static let ledger = "schema_migrations"
    private static let hiddenLedger = "schema_migrations_unfinished_restore"

    init(at url: DatabaseURL, world: World) {
        self.url = url
        self.world = world
    }

    private func opened<Value: Sendable>(_ body: (Database) async throws -> Value) async throws -> Value {
        let database = Database(try PostgresDatabase(PostgresConfiguration(url: url), world: world))
        return try await database.closing(after: body)
    }

    func requireFree() async throws {
        _ = try await opened { database in
            guard try await PostgresSnapshot.seesAllRows(database) else { throw Failure.restoreRoleHidesRows }
            if try await Self.names(database).contains(Self.hiddenLedger) { try await Self.empty(database) }
            if let first = try await Self.names(database).first { throw Failure.restoreDatabaseTaken(url.description, first) }
        }
    }

    private static func names(_ database: Database) async throws -> [String] {
        try await database.rows(
            """
            SELECT classes.relname::text AS name FROM pg_class AS classes
            JOIN pg_namespace AS spaces ON spaces.oid = classes.relnamespace
            WHERE spaces.nspname NOT IN ('pg_catalog', 'information_schema') AND spaces.nspname NOT LIKE 'pg_toast%'
            AND classes.relkind IN ('r', 'v', 'm', 'S', 'f', 'p') ORDER BY 1
            """
        ) { try $0["name"] }
    }

    /// Everything in it was put there by a restore.
    private static func empty(_ database: Database) async throws {
        let tables: [String] = try await database.rows(
            "SELECT tablename::text AS name FROM pg_tables WHERE schemaname = 'public' ORDER BY 1"
        ) { try $0["name"] }
        let functions: [String] = try await database.rows(
            """
            SELECT procedures.proname::text AS name FROM pg_proc AS procedures
            JOIN pg_namespace AS spaces ON spaces.oid = procedures.pronamespace
            WHERE spaces.nspname = 'public' AND NOT EXISTS (
                SELECT 1 FROM pg_depend AS parts WHERE parts.objid = procedures.oid AND parts.deptype = 'e'
            ) ORDER BY 1
            """
        ) { try $0["name"] }
        try await database.under { $0.deadline = .seconds(600) }.write { tx in
            for table in tables { try tx.execute("DROP TABLE IF EXISTS \(name: table) CASCADE") }
            for function in functions { try tx.execute("DROP FUNCTION IF EXISTS \(name: function) CASCADE") }
        }
    }

    /// The dump, between a BEGIN and a COMMIT of ours: where the stream breaks off there is no COMMIT, and nothing was done.
    func fill(_ body: (_ write: (_ bytes: [UInt8]) async throws -> Void) async throws -> Void) async throws {
        let program = try PostgresProgram(
            "psql", ["--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1", "--file=-"], to: url, .toProgram)
        do {
            try program.write(Array("SET client_min_messages = warning;\nBEGIN;\n".utf8))
            try await body { bytes in try program.write(bytes) }
            try program.write(
                Array("\nALTER TABLE public.\(Self.ledger) RENAME TO \(Self.hiddenLedger);\nCOMMIT;\n".utf8))
            try program.finish()
        } catch {
            program.stop()
            throw error
        }
    }

    func using<Value: Sendable>(_ body: (Database) async throws -> Value) async throws -> Value {
        try await opened { database in
            // Autovacuum has not looked at anything yet.
            try await database.under { $0.deadline = .seconds(600) }.executeAlone("ANALYZE")
            return try await body(database)
        }
    }

    func name(ofRestored table: String) -> String { table == Self.hiddenLedger ? Self.ledger : table }

    func finish() async throws {
        _ = try await opened { database in
            try await database.write { tx in
                try tx.execute("ALTER TABLE \(name: Self.hiddenLedger) RENAME TO \(name: Self.ledger)")
            }
        }
    }

    func remove() async throws {
        _ = try await opened { database in
            if try await Self.names(database).contains(Self.hiddenLedger) { try await Self.empty(database) }
        }
    }
}

extension Failure {
    static let restoreRoleHidesRows = Failure(
        .forbidden, "restore_role_hides_rows",
        Text(
            es:
                "El rol de --database no puede leer las filas de todas las organizaciones, y no se podría probar que todo es igual: dele BYPASSRLS mientras dura la recuperación (docs/backup.md).",
            en:
                "The role of --database may not read the rows of all organisations, so nothing could be proved equal: give it BYPASSRLS for as long as the restore takes (docs/backup.md)."
        ))

    static func restoreDatabaseTaken(_ url: String, _ name: String) -> Failure {
        Failure(
            .cannotCreate, "restore_database_taken",
            Text(
                es: "La base de datos \(url) no está vacía (tiene «\(name)») y no se tocó: indique una recién creada.",
                en: "The database \(url) is not empty (it has \"\(name)\") and was left alone: name one that was just created."))
    }
}
