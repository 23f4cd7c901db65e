import Access
import Base
import Store

/// Where second factors are kept. The installation's, as accounts are: no organisation, so no wall. What says something of a person is
/// sealed under the account's own key; in clear stand only what statements compare.
package enum FactorTables {
    package static let names = [
        "identity_factors", "identity_passkeys", "identity_ceremonies", "identity_sent_codes", "identity_recovery_codes",
        "identity_factor_tries",
    ]

    package static func creation(_ dialect: Dialect) -> [SQL] {
        factors(dialect) + passkeys(dialect) + codes(dialect)
    }

    /// Everything of an account, in the transaction that removes it.
    package static func forget(_ account: Identifier, _ tx: borrowing Transaction) throws {
        for name in names { try tx.execute("DELETE FROM \(name: name) WHERE account = \(account)") }
    }

    /// Codes that were sent count no more: in the transaction that changes the address or number they went to.
    package static func endCodes(of account: Identifier, _ tx: borrowing Transaction) throws {
        try tx.execute("UPDATE identity_sent_codes SET tries_left = 0 WHERE account = \(account)")
    }

    /// Removes what nobody can answer any more, once a day: ceremonies, codes and what was begun and never confirmed; wrong tries that are long
    /// forgiven.
    package static func tidy(at now: Instant, _ tx: borrowing Transaction) throws {
        try tx.execute("DELETE FROM identity_ceremonies WHERE expires_at <= \(now)")
        try tx.execute("DELETE FROM identity_sent_codes WHERE sent_at <= \(now - FreshCode.window)")
        try tx.execute(
            """
            DELETE FROM identity_factors
            WHERE state = \(FactorRow.State.pending) AND made_at <= \(now - SecondFactors.setupLife)
            """)
        try tx.execute("DELETE FROM identity_factor_tries WHERE last_at <= \(now - FactorTries.memory)")
    }

    /// An app, a telephone, mail: of each one that stands, and one that is being set up.
    private static func factors(_ dialect: Dialect) -> [SQL] {
        [
            """
            CREATE TABLE identity_factors (
                \(dialect.text("id", 36...36)) PRIMARY KEY,
                \(dialect.text("account", 1...64)) NOT NULL,
                \(dialect.text("method", 1...10)) NOT NULL,
                \(dialect.text("state", 1...10)) NOT NULL,
                made_at \(dialect.integer) NOT NULL,
                used_at \(dialect.integer),
                last_step \(dialect.integer),
                body \(dialect.bytes) NOT NULL
            )\(dialect.strict)
            """,
            "CREATE UNIQUE INDEX identity_factors_one ON identity_factors (account, method, state)",
        ]
    }

    /// A credential is looked up by the SHA-256 of its id, which is unique among all accounts (WebAuthn Level 2, 7.1, step 22). The
    /// account of a ceremony is empty where the authenticator says who it is.
    private static func passkeys(_ dialect: Dialect) -> [SQL] {
        [
            """
            CREATE TABLE identity_passkeys (
                \(dialect.text("id", 36...36)) PRIMARY KEY,
                \(dialect.text("account", 1...64)) NOT NULL,
                \(dialect.text("lookup", 64...64)) NOT NULL UNIQUE,
                version \(dialect.integer) NOT NULL,
                made_at \(dialect.integer) NOT NULL,
                used_at \(dialect.integer),
                suspect_at \(dialect.integer),
                sign_count \(dialect.integer) NOT NULL CHECK (sign_count BETWEEN 0 AND 4294967295),
                is_backed_up \(dialect.bool) NOT NULL \(dialect.check(bool: "is_backed_up")),
                body \(dialect.bytes) NOT NULL
            )\(dialect.strict)
            """,
            "CREATE INDEX identity_passkeys_account ON identity_passkeys (account, id)",
            """
            CREATE TABLE identity_ceremonies (
                \(dialect.text("id", 36...36)) PRIMARY KEY,
                \(dialect.text("account", 0...64)) NOT NULL,
                \(dialect.text("purpose", 1...10)) NOT NULL,
                \(dialect.text("verification", 1...11)) NOT NULL,
                challenge \(dialect.bytes) NOT NULL,
                expires_at \(dialect.integer) NOT NULL
            )\(dialect.strict)
            """,
            "CREATE INDEX identity_ceremonies_by_time ON identity_ceremonies (expires_at)",
            "CREATE INDEX identity_ceremonies_account ON identity_ceremonies (account)",
        ]
    }

    /// Sent codes stay for an hour, so that it is known how many were sent.
    private static func codes(_ dialect: Dialect) -> [SQL] {
        [
            """
            CREATE TABLE identity_sent_codes (
                \(dialect.text("id", 36...36)) PRIMARY KEY,
                \(dialect.text("account", 1...64)) NOT NULL,
                \(dialect.text("purpose", 1...20)) NOT NULL,
                digest \(dialect.bytes) NOT NULL,
                sent_at \(dialect.integer) NOT NULL,
                expires_at \(dialect.integer) NOT NULL,
                tries_left \(dialect.integer) NOT NULL CHECK (tries_left >= 0)
            )\(dialect.strict)
            """,
            "CREATE INDEX identity_sent_codes_account ON identity_sent_codes (account, sent_at)",
            """
            CREATE TABLE identity_recovery_codes (
                \(dialect.text("account", 1...64)) NOT NULL,
                digest \(dialect.bytes) NOT NULL,
                made_at \(dialect.integer) NOT NULL,
                PRIMARY KEY (account, digest)
            )\(dialect.strict)
            """,
            """
            CREATE TABLE identity_factor_tries (
                \(dialect.text("account", 1...64)) PRIMARY KEY,
                wrong \(dialect.integer) NOT NULL,
                last_at \(dialect.integer) NOT NULL,
                until_at \(dialect.integer) NOT NULL
            )\(dialect.strict)
            """,
        ]
    }
}
