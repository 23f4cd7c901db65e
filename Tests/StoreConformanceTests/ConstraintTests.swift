import Base
import Store
import TestKit
import Testing

/// The rules of tables are broken with the same words on every engine.
@Suite(.timeLimit(.minutes(2)))
struct ConstraintTests {
    private static func schema(_ engine: EngineMatrix) -> [SQL] {
        let dialect = engine.dialect
        return [
            """
            CREATE TABLE parents (
                id \(dialect.text) PRIMARY KEY, email \(dialect.text) UNIQUE,
                age \(dialect.integer) NOT NULL CONSTRAINT age_is_human CHECK (age BETWEEN 0 AND 150)
            )\(dialect.strict)
            """,
            """
            CREATE TABLE children (
                id \(dialect.text) PRIMARY KEY,
                parent \(dialect.text) NOT NULL REFERENCES parents (id),
                friend \(dialect.text) REFERENCES children (id) DEFERRABLE INITIALLY DEFERRED
            )\(dialect.strict)
            """,
        ]
    }

    private static func parent(_ id: String, email: String? = nil, age: Int? = 40) -> SQL {
        "INSERT INTO parents (id, email, age) VALUES (\(id), \(email), \(age))"
    }

    private static func child(_ id: String, of parent: String?, friend: String? = nil) -> SQL {
        "INSERT INTO children (id, parent, friend) VALUES (\(id), \(parent), \(friend))"
    }

    struct Breach: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let kind: Failure.Kind
        let rule: ConstraintRule
        let statement: SQL
    }

    static let breaches = [
        Breach(testDescription: "primary key", kind: .conflict, rule: .unique, statement: parent("p")),
        Breach(testDescription: "unique column", kind: .conflict, rule: .unique, statement: parent("q", email: "p@example.org")),
        Breach(
            testDescription: "key changed to another's", kind: .conflict, rule: .unique,
            statement: "UPDATE parents SET id = 'p' WHERE id = 'o'"),
        Breach(testDescription: "check", kind: .invalid, rule: .check, statement: parent("q", age: 151)),
        Breach(testDescription: "missing value", kind: .invalid, rule: .notNull, statement: parent("q", age: nil)),
        Breach(testDescription: "no such parent", kind: .conflict, rule: .foreignKey, statement: child("d", of: "nobody")),
        Breach(testDescription: "parent in use", kind: .conflict, rule: .foreignKey, statement: "DELETE FROM parents WHERE id = 'p'"),
        Breach(
            testDescription: "no such friend, seen at commit", kind: .conflict, rule: .foreignKey,
            statement: child("d", of: "p", friend: "z")),
    ]

    @Test("a rule that is broken has its code, and nothing is written", arguments: EngineMatrix.all, breaches)
    func ruleBrokenHasItsCode(_ engine: EngineMatrix, _ breach: Breach) async throws {
        try await engine.withStore(Self.schema(engine)) { store in
            try await store.database.write { tx in
                try tx.execute(Self.parent("p", email: "p@example.org"))
                try tx.execute(Self.parent("o"))
                try tx.execute(Self.child("c", of: "p"))
            }
            let found = await failure {
                try await store.database.write { tx in
                    try tx.execute(Self.parent("before"))
                    try tx.execute(breach.statement)
                }
            }
            #expect(found?.kind == breach.kind)
            #expect(found?.code == breach.rule.rawValue)
            let left: [String] = try await store.database.rows("SELECT id FROM parents ORDER BY id") { try $0["id"] }
            #expect(left == ["o", "p"])
        }
    }

    @Test("one that breaks a rule at commit does not take others along", arguments: EngineMatrix.all)
    func oneBreaksRuleAtCommit(_ engine: EngineMatrix) async throws {
        try await engine.withStore(Self.schema(engine)) { store in
            let database = store.database
            try await database.write { tx in try tx.execute(Self.parent("p")) }
            let refused = Tally()
            await withTaskGroup { group in
                for number in 0..<60 {
                    group.addTask {
                        let found = await failure {
                            try await database.write { tx in
                                try tx.execute(Self.child("\(number)", of: "p", friend: number % 5 == 0 ? "nobody" : nil))
                            }
                        }
                        if let found {
                            #expect(found.code == ConstraintRule.foreignKey.rawValue)
                            refused.next()
                        }
                    }
                }
            }
            #expect(refused.total == 12)
            let count = try await database.first("SELECT count(*) AS n FROM children") { try $0["n"] as Int }
            #expect(count == 48)
        }
    }

    @Test("a statement that nobody understands is a fault that says why", arguments: EngineMatrix.all)
    func statementNobodyUnderstandsFaultSays(_ engine: EngineMatrix) async throws {
        try await engine.withStore(Self.schema(engine)) { store in
            let found = [
                await failure { try await store.database.write { tx in try tx.execute("SELEKT 1") } },
                await failure { try await store.database.write { tx in try tx.execute("INSERT INTO nowhere (a) VALUES (\("secret"))") } },
                await failure { try await store.database.first("SELECT nothing FROM parents") { try $0["nothing"] as Int } },
            ]
            for failure in found {
                #expect(failure?.kind == .fault)
                #expect(failure?.code == "bad_statement")
                #expect(failure?.message.english.contains("secret") == false, "values never stand in messages")
            }
        }
    }
}
