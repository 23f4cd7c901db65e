import Base

/// One step of the schema: a number, what it does, and the statements, for ever the same once released.
package struct Migration: Sendable {
    /// When a step may be taken, so that the release before this one can go on running beside the new schema.
    package enum Phase: String, Sendable, Hashable, SQLBindable, ColumnDecodable {
        /// Adds what the new release needs and the previous one does not mind. Taken by `migrate`.
        case expand
        /// Takes away what no running release needs any more. Taken when asked for by name, after the old
        /// release is gone, or with the rest by a database that is new to the series.
        case contract
    }

    /// How the statements are held together.
    package enum Unity: Sendable, Hashable {
        /// One transaction: all or nothing. A statement from which a wall hides rows fails: one that changes rows behind a wall
        /// takes `FORCE ROW LEVEL SECURITY` away before, and puts it back.
        case transaction
        /// One after the other, each by itself (`CREATE INDEX CONCURRENTLY`). Taken again from the first where it broke off, so
        /// each statement must be one that can be repeated (`DROP INDEX IF EXISTS` before it).
        case separate
    }

    /// From 1 without a gap within its series.
    package let number: Int
    package let name: String
    package let phase: Phase
    package let unity: Unity
    package let statements: @Sendable (Dialect) -> [SQL]

    package init(
        _ number: Int, _ name: String, phase: Phase = .expand, unity: Unity = .transaction,
        statements: @escaping @Sendable (Dialect) -> [SQL]
    ) {
        self.number = number
        self.name = name
        self.phase = phase
        self.unity = unity
        self.statements = statements
    }

    /// SHA-256 of the statements as this dialect reads them, in hexadecimal: a released step that was edited is noticed.
    package func checksum(_ dialect: Dialect) -> String {
        var digest = Digest()
        for statement in statements(dialect) {
            digest.update([UInt8](statement.rendered(for: dialect).utf8))
            digest.update([0])
        }
        return digest.hexadecimal
    }
}

/// The migrations of one feature, forward only, numbered from 1.
package struct MigrationSeries: Sendable {
    package let feature: String
    package let migrations: [Migration]

    package init(_ feature: String, _ migrations: [Migration]) {
        precondition(zip(1..., migrations).allSatisfy { $0 == $1.number }, "migrations are numbered from 1 without a gap")
        self.feature = feature
        self.migrations = migrations
    }
}
