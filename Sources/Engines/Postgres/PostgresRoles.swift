import Base
import Store

/// The rights of the role as which the program runs. It owns nothing: it reads and writes rows, and only reads what was done
/// to the schema.
package enum PostgresRoles {
    /// Statements for the owner of the tables, to be run in one transaction after each migration; they can be repeated.
    /// `role` is a name as `SQL(name:)` takes it.
    package static func grants(to role: String) -> [SQL] {
        let role = SQL(name: role)
        return [
            "GRANT USAGE ON SCHEMA public TO \(role)",
            "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO \(role)",
            "GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO \(role)",
            // The ledger says what the schema is; whoever could write it could make the program believe anything.
            "REVOKE INSERT, UPDATE, DELETE ON schema_migrations FROM \(role)",
        ]
    }
}
