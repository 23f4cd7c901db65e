import Base
import PostgresEngine
import Records
import Store

/// The PostgreSQL role as which the program works: it owns nothing, and is given what it needs after each migration.
struct ProgramRole {
    private let name: String

    /// Throws a `Failure(.usage)` where the database knows no roles, or not this one.
    init(_ name: String, in database: Database) async throws {
        guard database.dialect == .postgres else {
            throw Failure(
                .usage, "grant_needs_postgres",
                Text(es: "--grant-to es para PostgreSQL; SQLite no tiene roles.", en: "--grant-to is for PostgreSQL; SQLite has no roles."))
        }
        guard SQL.isName(name) else {
            throw Failure(
                .usage, "role_name",
                Text(
                    es: "--grant-to espera el nombre de un rol: letras, cifras y «_», como mucho 63.",
                    en: "--grant-to takes the name of a role: letters, digits and _, at most 63."))
        }
        guard try await database.first("SELECT 1 AS one FROM pg_roles WHERE rolname = \(name)", { _ in true }) != nil else {
            throw Failure(
                .usage, "no_such_role",
                Text(
                    es: "No hay un rol \(name) en la base de datos: créelo (CREATE ROLE \(name) LOGIN …) y repita la orden.",
                    en: "The database has no role \(name): create it (CREATE ROLE \(name) LOGIN …), then run this again."))
        }
        self.name = name
    }

    func grant(in database: Database) async throws {
        let grants: [SQL] =
            PostgresRoles.grants(to: name)
            + JournalTables.appendedOnly.map { "REVOKE UPDATE, DELETE, TRUNCATE ON \(name: $0) FROM \(name: name)" }
        try await database.write { tx in for grant in grants { try tx.execute(grant) } }
    }
}
