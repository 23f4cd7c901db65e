import Access
import Base
import Store

/// The table of a kind: what is current, and the columns by which it is found. Everything else of a record is in its sealed body.
package struct RecordTable: Sendable {
    package let kind: KindShape

    package init(_ kind: KindShape) { self.kind = kind }

    /// Creates the table with its indexes and wall. A kind that changes its columns adds a migration of its own.
    package func creation(_ dialect: Dialect) -> [SQL] {
        let integer = dialect.integer
        var columns: SQL = ""
        for field in kind.orderedFields { columns += "\(name: KindShape.column(field.name)) \(field.type.column(dialect)),\n" }
        for field in kind.hashedFields { columns += "\(name: KindShape.hashColumn(field.name)) \(dialect.bytes),\n" }
        var statements: [SQL] = [
            """
            CREATE TABLE \(name: kind.table) (
                \(dialect.text("id", 36...36)) PRIMARY KEY,
                \(dialect.text("tenant", 1...64)) NOT NULL,
                \(dialect.text("subject", 1...64)),
                \(dialect.text("author", 1...200)) NOT NULL,
                shape \(integer) NOT NULL \(dialect.check("shape >= 1")),
                version \(integer) NOT NULL \(dialect.check("version >= 1")),
                created_at \(integer) NOT NULL,
                updated_at \(integer) NOT NULL,
                deleted_at \(integer),
                \(columns)body \(dialect.bytes) NOT NULL
            )\(dialect.strict)
            """,
            "CREATE INDEX \(name: kind.table + "_by_time") ON \(name: kind.table) (tenant, created_at, id) WHERE deleted_at IS NULL",
            // Of deleted ones too: access predicates and erasure ask for all of a person's.
            "CREATE INDEX \(name: kind.table + "_by_subject") ON \(name: kind.table) (tenant, subject, created_at, id)",
        ]
        for index in kind.indexes {
            let column = KindShape.column(index.field)
            statements += [
                """
                CREATE INDEX \(name: "\(kind.table)_by_\(index.field)") ON \(name: kind.table) (tenant, \(name: column), id)
                WHERE deleted_at IS NULL
                """,
                """
                CREATE INDEX \(name: "\(kind.table)_by_subject_\(index.field)") ON \(name: kind.table) (tenant, subject, \(name: column), id)
                WHERE deleted_at IS NULL
                """,
            ]
        }
        for field in kind.hashedFields {
            statements.append(
                """
                CREATE INDEX \(name: "\(kind.table)_with_\(field.name)") ON \(name: kind.table)
                (tenant, \(name: KindShape.hashColumn(field.name)))
                """)
        }
        return statements + dialect.organisationWall(table: kind.table) + people(dialect)
    }

    /// Whom records about several people are about.
    private func people(_ dialect: Dialect) -> [SQL] {
        guard let people = kind.peopleTable else { return [] }
        return [
            """
            CREATE TABLE \(name: people) (
                \(dialect.text("tenant", 1...64)) NOT NULL,
                \(dialect.text("subject", 1...64)) NOT NULL,
                \(dialect.text("record", 36...36)) NOT NULL,
                PRIMARY KEY (subject, record)
            )\(dialect.strict)
            """,
            "CREATE INDEX \(name: people + "_by_record") ON \(name: people) (record)",
        ] + dialect.organisationWall(table: people)
    }

    /// What access rules ask of the table. A rule that asks for more is refused at start (`checkAccess`).
    var columns: RecordColumns { RecordColumns(table: kind.table, people: kind.peopleTable, author: "author") }

    /// To be asked at start: throws a `Failure(.fault)` where a rule of the kind names a column that the table has not, or a role
    /// that nobody declares.
    package func checkAccess(by book: RoleBook) throws(Failure) {
        for rule in [kind.access.read, kind.access.create, kind.access.change] { try rule.check(over: columns, by: book) }
    }

    /// Every column that makes a `StoredRecord`.
    func selected(_ dialect: Dialect) -> SQL {
        "id, tenant, \(subjects(dialect)), author, shape, version, created_at, updated_at, deleted_at, body"
    }

    /// Whom a record is about, as the column `subject`: one on each line where they may be several.
    func subjects(_ dialect: Dialect) -> SQL {
        guard let people = kind.peopleTable else { return "subject" }
        let joined: SQL = dialect == .sqlite ? "group_concat(subject, char(10))" : "string_agg(subject, chr(10))"
        return "(SELECT \(joined) FROM \(name: people) WHERE record = \(name: kind.table).id) AS subject"
    }

    /// Removes what is about somebody who is erased; what is about others as well stays theirs.
    func removal(of subject: String, in tenant: String) -> [SQL] {
        guard let people = kind.peopleTable else {
            return ["DELETE FROM \(name: kind.table) WHERE tenant = \(tenant) AND subject = \(subject)"]
        }
        return [
            """
            DELETE FROM \(name: kind.table) WHERE tenant = \(tenant)
            AND id IN (SELECT record FROM \(name: people) WHERE subject = \(subject))
            AND NOT EXISTS (SELECT 1 FROM \(name: people) AS others WHERE others.record = id AND others.subject <> \(subject))
            """,
            "DELETE FROM \(name: people) WHERE tenant = \(tenant) AND subject = \(subject)",
        ]
    }
}

extension FieldType {
    /// How one value of it stands in a column.
    func column(_ dialect: Dialect) -> SQL {
        switch self {
        case .integer, .instant: dialect.integer
        case .real: dialect.real
        case .bool: dialect.bool
        default: dialect.text
        }
    }

    /// What a value is cast to on PostgreSQL; nil for text.
    var castType: SQL? {
        switch self {
        case .integer, .instant: "BIGINT"
        case .real: "DOUBLE PRECISION"
        case .bool: "BOOLEAN"
        default: nil
        }
    }

    /// The column's value for a member that was validated; NULL where it is absent.
    func columnValue(_ json: JSON?) -> SQLValue {
        guard let json, !json.isNull else { return .null }
        switch self {
        case .integer: return json.integer.map { .integer(Int64($0)) } ?? .null
        case .real: return json.number.map { .real($0) } ?? .null
        case .bool: return json.bool.map { .bool($0) } ?? .null
        case .instant: return json.string.flatMap { Instant($0) }.map { .integer($0.microseconds) } ?? .null
        default: return json.string.map { .text($0) } ?? .null
        }
    }
}

/// A row of a kind's table: sealed.
struct StoredRecord: Sendable {
    let id: String
    let tenant: String
    /// None where it is the organisation's own. In the order of their bytes.
    let subjects: [String]
    let author: String
    let shape: Int64
    let version: Int64
    let createdAt: Instant
    let updatedAt: Instant
    let deletedAt: Instant?
    let body: [UInt8]
}

extension StoredRecord {
    init(_ row: borrowing Row) throws {
        id = try row["id"]
        tenant = try row["tenant"]
        let named: String? = try row["subject"]
        subjects = named?.split(separator: "\n").map(String.init).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) } ?? []
        author = try row["author"]
        shape = try row["shape"]
        version = try row["version"]
        createdAt = try row["created_at"]
        updatedAt = try row["updated_at"]
        deletedAt = try row["deleted_at"]
        body = try row["body"]
    }
}
