import Base
import Store

/// The journal's tables. They are stable: whoever wrote a program against them ten years ago still reads them.
///
/// - `journal_entries`: what happened; nothing in it is ever changed or removed. `subjects` are whom it is about, a line each.
/// - `journal_subjects`: the same, to find the entries about somebody.
/// - `journal_leaves`: the hash of each entry, for the tree, and on PostgreSQL its organisation; names nobody.
/// - `journal_positions`: the index of each entry in the tree, from 0, without a gap for whoever reads in order.
/// - `journal_tiles`: the tree, derived.
/// - `journal_checkpoints`: what was signed.
///
/// SQLite has one writer, so the order of its rows is that of their commits: leaves and positions are views there. PostgreSQL's
/// sequences are taken in another order than transactions commit, so the sealer gives positions.
package enum JournalTables {
    package static let migrations = MigrationSeries(
        "journal",
        [
            Migration(1, "write entries") { dialect in
                entries(dialect) + order(dialect) + dialect.organisationWall(table: "journal_entries")
                    + dialect.organisationWall(table: "journal_subjects") + guards(dialect)
            },
            Migration(2, "say whose each leaf is") { dialect in tenants(dialect) },
        ])

    /// Tables in which the program writes new rows and changes none: on PostgreSQL its role has no right to.
    package static let appendedOnly = [
        "journal_entries", "journal_subjects", "journal_leaves", "journal_positions", "journal_checkpoints",
    ]

    /// The columns of a primary key come first: SQLite 3.40 otherwise takes a table without row numbers for damaged when it
    /// checks integrity.
    private static func entries(_ dialect: Dialect) -> [SQL] {
        let number: SQL =
            switch dialect {
            case .sqlite: "INTEGER PRIMARY KEY"
            case .postgres: "BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY"
            }
        let leaf: SQL =
            switch dialect {
            case .sqlite: "leaf BLOB NOT NULL CHECK (length(leaf) = 32),"
            case .postgres: ""
            }
        let clustered: SQL = dialect == .sqlite ? ", WITHOUT ROWID" : ""
        // No entry is ever removed, so PostgreSQL need not look for it each time.
        let reference: SQL = dialect == .sqlite ? " REFERENCES journal_entries (entry)" : ""
        let (text, integer, bytes) = (dialect.text, dialect.integer, dialect.bytes)
        return [
            """
            CREATE TABLE journal_entries (
                entry \(number),
                \(dialect.text("id", 36...36)) NOT NULL,
                \(dialect.text("tenant", 1...200)) NOT NULL,
                at \(integer) NOT NULL,
                \(dialect.text("actor", 1...200)) NOT NULL,
                \(dialect.text("on_behalf_of", 1...200)),
                \(dialect.text("verb", 1...40)) NOT NULL,
                \(dialect.text("kind", 1...40)) NOT NULL,
                \(dialect.text("record", 36...36)),
                version \(integer) NOT NULL \(dialect.check("version >= 0")),
                shape \(integer) NOT NULL \(dialect.check("shape >= 0")),
                \(dialect.text("sealing_subject", 1...200)),
                subjects \(text),
                key_version \(integer) NOT NULL \(dialect.check("key_version >= 0")),
                salt \(bytes) NOT NULL \(dialect.check("length(salt) = 16")),
                \(leaf)
                body \(bytes)
            )\(dialect.strict)
            """,
            // Versions alone: who read a record is asked by whom it is about.
            "CREATE INDEX journal_entries_by_record ON journal_entries (record, version) WHERE body IS NOT NULL",
            "CREATE INDEX journal_entries_by_tenant ON journal_entries (tenant, entry)",
            """
            CREATE TABLE journal_subjects (
                \(dialect.text("subject", 1...200)) NOT NULL,
                entry \(integer) NOT NULL\(reference),
                tenant \(text) NOT NULL,
                PRIMARY KEY (subject, entry)
            )\(dialect.strict)\(clustered)
            """,
            """
            CREATE TABLE journal_tiles (
                level \(integer) NOT NULL,
                tile \(integer) NOT NULL,
                hashes \(bytes) NOT NULL CHECK (length(hashes) BETWEEN 32 AND 8192 AND length(hashes) % 32 = 0),
                PRIMARY KEY (level, tile)
            )\(dialect.strict)
            """,
            """
            CREATE TABLE journal_checkpoints (
                size \(integer) NOT NULL PRIMARY KEY,
                root \(bytes) NOT NULL CHECK (length(root) = 32),
                signed_at \(integer) NOT NULL,
                note \(text) NOT NULL
            )\(dialect.strict)
            """,
        ]
    }

    /// How entries come by their positions.
    private static func order(_ dialect: Dialect) -> [SQL] {
        switch dialect {
        case .sqlite:
            [
                "CREATE VIEW journal_leaves AS SELECT entry, leaf FROM journal_entries",
                "CREATE VIEW journal_positions AS SELECT entry - 1 AS position, entry FROM journal_entries",
            ]
        case .postgres:
            [
                """
                CREATE TABLE journal_leaves (
                    entry BIGINT PRIMARY KEY,
                    transaction XID8 NOT NULL DEFAULT pg_current_xact_id(),
                    leaf BYTEA NOT NULL
                )
                """,
                "CREATE INDEX journal_leaves_by_transaction ON journal_leaves (transaction, entry)",
                "CREATE TABLE journal_positions (position BIGINT PRIMARY KEY, entry BIGINT NOT NULL UNIQUE)",
                // How far the sealer is: every entry up to this one, in the order of the index above, has its position.
                """
                CREATE TABLE journal_sealed (
                    one BIGINT PRIMARY KEY CHECK (one = 1), next_position BIGINT NOT NULL, transaction XID8 NOT NULL,
                    entry BIGINT NOT NULL
                )
                """,
                "INSERT INTO journal_sealed (one, next_position, transaction, entry) VALUES (1, 0, '0', 0)",
            ]
        }
    }

    /// Whoever follows the journal for all organisations learns so which of them have news, without asking each behind its wall. It
    /// says itself, by the transaction's own organisation, which the wall holds the entry to as well: so nothing is added to the
    /// statement that writes an entry, and the release before this one fills it too.
    private static func tenants(_ dialect: Dialect) -> [SQL] {
        switch dialect {
        case .sqlite: []
        case .postgres:
            [
                "ALTER TABLE journal_leaves ADD COLUMN tenant VARCHAR(200) COLLATE \"C\"",
                """
                ALTER TABLE journal_leaves ALTER COLUMN tenant SET DEFAULT NULLIF(current_setting('zancada.organisation', true), '')
                """,
                "ALTER TABLE journal_entries NO FORCE ROW LEVEL SECURITY",
                """
                UPDATE journal_leaves SET tenant = entries.tenant FROM journal_entries AS entries
                WHERE entries.entry = journal_leaves.entry
                """,
                "ALTER TABLE journal_entries FORCE ROW LEVEL SECURITY",
            ]
        }
    }

    /// Refuses changes even to a program gone wrong. On PostgreSQL the program's role has no right to them.
    private static func guards(_ dialect: Dialect) -> [SQL] {
        switch dialect {
        case .sqlite:
            [
                """
                CREATE TRIGGER journal_entries_stay BEFORE UPDATE ON journal_entries
                BEGIN SELECT RAISE(ABORT, 'the journal is never changed'); END
                """,
                """
                CREATE TRIGGER journal_entries_remain BEFORE DELETE ON journal_entries
                BEGIN SELECT RAISE(ABORT, 'the journal is never changed'); END
                """,
                """
                CREATE TRIGGER journal_subjects_stay BEFORE UPDATE ON journal_subjects
                BEGIN SELECT RAISE(ABORT, 'the journal is never changed'); END
                """,
                """
                CREATE TRIGGER journal_subjects_remain BEFORE DELETE ON journal_subjects
                BEGIN SELECT RAISE(ABORT, 'the journal is never changed'); END
                """,
            ]
        case .postgres: []
        }
    }
}
