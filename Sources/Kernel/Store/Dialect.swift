/// How one of the two databases spells what both can do.
///
/// Statements are written in the subset that both read: TEXT ids, integers for microseconds, `ON CONFLICT`, `RETURNING`,
/// common table expressions, windows. What differs is here, as fragments.
package enum Dialect: String, Sendable, Hashable, CaseIterable {
    case sqlite
    case postgres

    /// The mark of the value with this number, from 1.
    func placeholder(_ number: Int) -> String {
        switch self {
        case .sqlite: "?"
        case .postgres: "$\(number)"
        }
    }
}

/// Types of columns, for `CREATE TABLE`.
extension Dialect {
    /// Unicode text, compared and ordered by its bytes.
    package var text: SQL {
        switch self {
        case .sqlite: "TEXT"
        case .postgres: "TEXT COLLATE \"C\""
        }
    }

    /// A whole number of 64 bits: counts, and times in microseconds.
    package var integer: SQL {
        switch self {
        case .sqlite: "INTEGER"
        case .postgres: "BIGINT"
        }
    }

    /// A 64-bit floating-point number.
    package var real: SQL {
        switch self {
        case .sqlite: "REAL"
        case .postgres: "DOUBLE PRECISION"
        }
    }

    /// Bytes.
    package var bytes: SQL {
        switch self {
        case .sqlite: "BLOB"
        case .postgres: "BYTEA"
        }
    }

    /// True or false; SQLite keeps 1 and 0 and is held to them by `check(bool:)`.
    package var bool: SQL {
        switch self {
        case .sqlite: "INTEGER"
        case .postgres: "BOOLEAN"
        }
    }

    /// What follows the closing parenthesis of every `CREATE TABLE`: the small engine is as strict as the large one.
    package var strict: SQL {
        switch self {
        case .sqlite: " STRICT"
        case .postgres: ""
        }
    }

    /// A constraint that holds a column to a length in characters.
    package func check(_ column: String, atMost characters: Int) -> SQL {
        "CHECK (length(\(name: column)) <= \(literal: characters))"
    }

    /// A column of text of so many characters, for tables that are written often: PostgreSQL is held to the most by the type, because
    /// it reads the expression of each constraint anew for each statement that writes (a quarter of an insert's time where a table
    /// has ten).
    package func text(_ column: String, _ length: ClosedRange<Int>) -> SQL {
        switch self {
        case .sqlite:
            """
            \(name: column) TEXT CHECK (length(\(name: column)) BETWEEN \(literal: length.lowerBound) AND \(literal: length.upperBound))
            """
        case .postgres: "\(name: column) VARCHAR(\(literal: length.upperBound)) COLLATE \"C\""
        }
    }

    /// A constraint that is dear on PostgreSQL for the same reason, and held to on SQLite alone, in tables that are written often.
    package func check(_ condition: SQL) -> SQL {
        switch self {
        case .sqlite: "CHECK (\(condition))"
        case .postgres: ""
        }
    }

    /// A constraint that holds a column of truth values to them.
    package func check(bool column: String) -> SQL {
        switch self {
        case .sqlite: "CHECK (\(name: column) IN (0, 1))"
        case .postgres: "CHECK (TRUE)"
        }
    }
}

/// Endings of statements.
extension Dialect {
    /// After a `SELECT` of rows that this transaction will change: others wait for them. SQLite has one writer.
    package var forUpdate: SQL {
        switch self {
        case .sqlite: ""
        case .postgres: " FOR UPDATE"
        }
    }

    /// After a `SELECT … LIMIT` of rows that several workers share out: rows that another holds are passed over.
    package var claiming: SQL {
        switch self {
        case .sqlite: ""
        case .postgres: " FOR UPDATE SKIP LOCKED"
        }
    }

    /// The second wall behind the access rules: rows of `table` are seen and written only by transactions of the
    /// organisation that stands in `column`. SQLite has no such wall: nothing.
    package func organisationWall(table: String, column: String = "tenant") -> [SQL] {
        switch self {
        case .sqlite: []
        case .postgres:
            [
                "ALTER TABLE \(name: table) ENABLE ROW LEVEL SECURITY",
                "ALTER TABLE \(name: table) FORCE ROW LEVEL SECURITY",
                """
                CREATE POLICY organisation ON \(name: table)
                USING (\(name: column) = NULLIF(current_setting('zancada.organisation', true), ''))
                WITH CHECK (\(name: column) = NULLIF(current_setting('zancada.organisation', true), ''))
                """,
            ]
        }
    }
}

extension SQL.StringInterpolation {
    /// A whole number written out, for statements in which neither engine binds values.
    mutating func appendInterpolation(literal number: Int) {
        sql.markedText += String(number)
    }
}
