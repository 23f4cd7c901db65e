import Store

/// The tables of keys. Names of organisations and subjects have at most 64 characters (`KeyFolder.isName`).
package enum KeysSchema {
    /// `subject_keys` has one row for each version of a subject's key, wrapped by the organisation's epoch; `erased_subjects`
    /// one for each subject that never gets a key again; `organisation_epochs` says under which epoch new keys are wrapped;
    /// `record_keys` has the key of each record about several people, wrapped once for each of them.
    package static let migrations = MigrationSeries(
        "keys",
        [
            Migration(1, "subject keys") { dialect in
                let clustered: SQL = dialect == .sqlite ? ", WITHOUT ROWID" : ""
                return [
                    """
                    CREATE TABLE subject_keys (
                        tenant \(dialect.text) NOT NULL,
                        subject \(dialect.text) NOT NULL,
                        version \(dialect.integer) NOT NULL CHECK (version >= 1),
                        epoch \(dialect.integer) NOT NULL CHECK (epoch >= 1),
                        wrapped \(dialect.bytes) NOT NULL CHECK (length(wrapped) = 93),
                        created_at \(dialect.integer) NOT NULL,
                        \(dialect.check("tenant", atMost: 64)),
                        \(dialect.check("subject", atMost: 64)),
                        PRIMARY KEY (tenant, subject, version)
                    )\(dialect.strict)\(clustered)
                    """,
                    """
                    CREATE TABLE erased_subjects (
                        tenant \(dialect.text) NOT NULL,
                        subject \(dialect.text) NOT NULL,
                        erased_at \(dialect.integer) NOT NULL,
                        PRIMARY KEY (tenant, subject)
                    )\(dialect.strict)\(clustered)
                    """,
                    """
                    CREATE TABLE organisation_epochs (
                        tenant \(dialect.text) PRIMARY KEY,
                        epoch \(dialect.integer) NOT NULL CHECK (epoch >= 1),
                        changed_at \(dialect.integer) NOT NULL
                    )\(dialect.strict)
                    """,
                ] + dialect.organisationWall(table: "subject_keys") + dialect.organisationWall(table: "erased_subjects")
                    + dialect.organisationWall(table: "organisation_epochs")
            },
            Migration(2, "keys of records about several people") { dialect in
                [
                    """
                    CREATE TABLE record_keys (
                        tenant \(dialect.text) NOT NULL,
                        record \(dialect.text) NOT NULL CHECK (length(record) = 36),
                        subject \(dialect.text) NOT NULL,
                        version \(dialect.integer) NOT NULL CHECK (version >= 1),
                        wrapped \(dialect.bytes) NOT NULL CHECK (length(wrapped) = 93),
                        \(dialect.check("tenant", atMost: 64)),
                        \(dialect.check("subject", atMost: 64)),
                        PRIMARY KEY (record, subject)
                    )\(dialect.strict)
                    """,
                    "CREATE INDEX record_keys_by_subject ON record_keys (tenant, subject)",
                ] + dialect.organisationWall(table: "record_keys")
            },
        ])
}
