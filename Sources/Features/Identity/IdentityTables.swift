import Base
import Store

/// The installation's accounts and what belongs to them. None of these is walled by organisation: whoever signs in belongs to none yet.
///
/// In clear stand ids, names of organisations and roles, and times; addresses, names, hashes of passwords and names of devices are sealed.
enum IdentityTables {
    static let names = [
        "identity_accounts", "identity_members", "identity_sessions", "identity_links", "identity_attempts", "identity_clients",
        "identity_revocations", "identity_policies",
    ]

    static let migrations = [
        Migration(1, "accounts") { dialect in
            [
                """
                CREATE TABLE identity_accounts (
                    \(dialect.text("id", 36...36)) PRIMARY KEY,
                    address_hash \(dialect.bytes) NOT NULL UNIQUE,
                    version \(dialect.integer) NOT NULL,
                    created_at \(dialect.integer) NOT NULL,
                    confirmed_at \(dialect.integer),
                    disabled_at \(dialect.integer),
                    body \(dialect.bytes) NOT NULL
                )\(dialect.strict)
                """,
                """
                CREATE TABLE identity_members (
                    \(dialect.text("account", 36...36)) NOT NULL,
                    \(dialect.text("organisation", 1...64)) NOT NULL,
                    \(dialect.text("roles", 0...1_000)) NOT NULL,
                    since \(dialect.integer) NOT NULL,
                    ended_at \(dialect.integer),
                    PRIMARY KEY (account, organisation)
                )\(dialect.strict)
                """,
                "CREATE INDEX identity_members_organisation ON identity_members (organisation, since, account)",
                """
                CREATE TABLE identity_policies (
                    \(dialect.text("organisation", 1...64)) PRIMARY KEY,
                    \(dialect.text("body", 2...8_000)) NOT NULL
                )\(dialect.strict)
                """,
            ]
        },
        Migration(2, "sessions") { dialect in
            [
                """
                CREATE TABLE identity_sessions (
                    \(dialect.text("id", 36...36)) PRIMARY KEY,
                    \(dialect.text("account", 36...36)) NOT NULL,
                    \(dialect.text("organisation", 0...64)) NOT NULL,
                    \(dialect.text("kind", 1...20)) NOT NULL,
                    \(dialect.text("assurance", 1...20)) NOT NULL,
                    number \(dialect.integer) NOT NULL,
                    created_at \(dialect.integer) NOT NULL,
                    proved_at \(dialect.integer) NOT NULL,
                    seen_at \(dialect.integer) NOT NULL,
                    ends_at \(dialect.integer) NOT NULL,
                    ended_at \(dialect.integer),
                    body \(dialect.bytes) NOT NULL
                )\(dialect.strict)
                """,
                "CREATE INDEX identity_sessions_account ON identity_sessions (account, created_at)",
                "CREATE INDEX identity_sessions_end ON identity_sessions (ends_at)",
                """
                CREATE TABLE identity_revocations (
                    \(dialect.text("id", 36...36)) PRIMARY KEY,
                    at \(dialect.integer) NOT NULL,
                    \(dialect.text("account", 0...36)) NOT NULL,
                    \(dialect.text("session", 0...36)) NOT NULL
                )\(dialect.strict)
                """,
                "CREATE INDEX identity_revocations_at ON identity_revocations (at)",
            ]
        },
        Migration(3, "links that are sent, attempts, clients") { dialect in
            [
                """
                CREATE TABLE identity_links (
                    hash \(dialect.bytes) NOT NULL PRIMARY KEY,
                    \(dialect.text("id", 36...36)) NOT NULL UNIQUE,
                    \(dialect.text("purpose", 1...20)) NOT NULL,
                    \(dialect.text("account", 0...36)) NOT NULL,
                    \(dialect.text("organisation", 0...64)) NOT NULL,
                    \(dialect.text("roles", 0...1_000)) NOT NULL,
                    created_at \(dialect.integer) NOT NULL,
                    expires_at \(dialect.integer) NOT NULL,
                    used_at \(dialect.integer),
                    body \(dialect.bytes)
                )\(dialect.strict)
                """,
                "CREATE INDEX identity_links_organisation ON identity_links (organisation, purpose, created_at)",
                "CREATE INDEX identity_links_account ON identity_links (account, purpose)",
                "CREATE INDEX identity_links_expiry ON identity_links (expires_at)",
                """
                CREATE TABLE identity_attempts (
                    key \(dialect.bytes) NOT NULL PRIMARY KEY,
                    failures \(dialect.integer) NOT NULL,
                    last_at \(dialect.integer) NOT NULL
                )\(dialect.strict)
                """,
                "CREATE INDEX identity_attempts_time ON identity_attempts (last_at)",
                """
                CREATE TABLE identity_clients (
                    \(dialect.text("id", 36...36)) PRIMARY KEY,
                    \(dialect.text("organisation", 1...64)) NOT NULL,
                    \(dialect.text("name", 1...200)) NOT NULL,
                    \(dialect.text("roles", 0...1_000)) NOT NULL,
                    \(dialect.text("tier", 1...20)) NOT NULL,
                    secret \(dialect.bytes) NOT NULL,
                    created_at \(dialect.integer) NOT NULL,
                    disabled_at \(dialect.integer)
                )\(dialect.strict)
                """,
                "CREATE INDEX identity_clients_organisation ON identity_clients (organisation, created_at)",
            ]
        },
    ]
}
