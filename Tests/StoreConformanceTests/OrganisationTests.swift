import Base
import Store
import TestKit
import Testing

/// The second wall: even a statement that forgets to ask sees and writes one organisation's rows alone.
@Suite(.timeLimit(.minutes(2)))
struct OrganisationTests {
    private static let schema: [SQL] =
        [
            "CREATE TABLE patients (id TEXT COLLATE \"C\" PRIMARY KEY, tenant TEXT COLLATE \"C\" NOT NULL, name TEXT COLLATE \"C\")"
        ] + Dialect.postgres.organisationWall(table: "patients")

    private static func add(_ id: String, to organisation: String, _ tx: borrowing Transaction) throws {
        try tx.execute("INSERT INTO patients (id, tenant, name) VALUES (\(id), \(organisation), \("Ana"))")
    }

    /// Two organisations with two patients each; one connection, so that what one leaves behind the next would find.
    private func withTwo(
        _ engine: EngineMatrix, _ body: (_ nobody: Database, _ here: Database, _ there: Database) async throws -> Void
    ) async throws {
        try await engine.withStore(Self.schema, EngineSettings { $0.mostConnections = 1 }) { store in
            let (here, there) = (store.database.within(organisation: "here"), store.database.within(organisation: "there"))
            try await here.write { tx in
                try Self.add("h1", to: "here", tx)
                try Self.add("h2", to: "here", tx)
            }
            try await there.write { tx in
                try Self.add("t1", to: "there", tx)
                _ = try tx.load(into: "patients", columns: ["id", "tenant"], rows: [[.text("t2"), .text("there")]])
            }
            try await body(store.database, here, there)
        }
    }

    private func ids(_ database: Database) async throws -> [String] {
        try await database.rows("SELECT id FROM patients ORDER BY id") { try $0["id"] }
    }

    @Test("each sees its own rows, and who names no organisation sees none", arguments: EngineMatrix.servers)
    func reading(_ engine: EngineMatrix) async throws {
        try await withTwo(engine) { nobody, here, there in
            // Again and again over one connection, in any order.
            for database in [nobody, here, nobody, there, here, there, nobody] {
                let expected = database.terms.organisation.map { ["\($0.prefix(1))1", "\($0.prefix(1))2"] } ?? []
                let alone = try await ids(database)
                let inside: [String] = try await database.read { tx in
                    try tx.rows("SELECT id FROM patients ORDER BY id") { try $0["id"] }
                }
                let writing: [String] = try await database.write { tx in
                    try tx.rows("SELECT id FROM patients ORDER BY id") { try $0["id"] }
                }
                #expect(alone == expected)
                #expect(inside == expected)
                #expect(writing == expected)
            }
        }
    }

    @Test("many at once never see each other's", arguments: EngineMatrix.servers)
    func crowd(_ engine: EngineMatrix) async throws {
        try await engine.withStore(Self.schema) { store in
            for number in 0..<8 {
                try await store.database.within(organisation: "o\(number)").write { tx in try Self.add("\(number)", to: "o\(number)", tx) }
            }
            try await withThrowingTaskGroup { group in
                for round in 0..<800 {
                    let number = round % 9
                    let database = number == 8 ? store.database : store.database.within(organisation: "o\(number)")
                    group.addTask {
                        let seen: [String] = try await database.rows("SELECT id FROM patients") { try $0["id"] }
                        #expect(seen == (number == 8 ? [] : ["\(number)"]))
                    }
                }
                try await group.waitForAll()
            }
        }
    }

    @Test("a change without a condition stays within", arguments: EngineMatrix.servers)
    func changing(_ engine: EngineMatrix) async throws {
        try await withTwo(engine) { nobody, here, there in
            let changed = try await here.write { tx in try tx.execute("UPDATE patients SET name = 'Eva'") }
            #expect(changed == 2)
            let unknown = try await nobody.write { tx in try tx.execute("UPDATE patients SET name = 'Eva'") }
            #expect(unknown == 0)
            let deleted = try await here.write { tx in try tx.execute("DELETE FROM patients") }
            #expect(deleted == 2)
            let names: [String?] = try await there.rows("SELECT name FROM patients ORDER BY id") { try $0["name"] }
            #expect(names == ["Ana", nil])
        }
    }

    @Test("a row cannot be written to another organisation", arguments: EngineMatrix.servers)
    func writingElsewhere(_ engine: EngineMatrix) async throws {
        try await withTwo(engine) { nobody, here, there in
            let found = [
                await failure { try await here.write { tx in try Self.add("x", to: "there", tx) } },
                await failure { try await here.write { tx in try tx.execute("UPDATE patients SET tenant = 'there'") } },
                await failure {
                    try await here.write { tx in
                        try tx.load(into: "patients", columns: ["id", "tenant"], rows: [[.text("y"), .text("there")]])
                    }
                },
                await failure { try await nobody.write { tx in try Self.add("z", to: "there", tx) } },
            ]
            for failure in found { #expect(failure?.code == "database_permission_denied") }
            let (left, untouched) = (try await ids(here), try await ids(there))
            #expect(left == ["h1", "h2"])
            #expect(untouched == ["t1", "t2"])
        }
    }

    @Test("the program cannot take the wall down", arguments: EngineMatrix.servers)
    func wallStands(_ engine: EngineMatrix) async throws {
        try await withTwo(engine) { _, here, there in
            let statements: [SQL] = [
                "ALTER TABLE patients DISABLE ROW LEVEL SECURITY", "ALTER TABLE patients NO FORCE ROW LEVEL SECURITY",
                "DROP POLICY organisation ON patients", "CREATE TABLE mine (id BIGINT)", "TRUNCATE patients",
            ]
            for statement in statements {
                let found = await failure { try await here.write { tx in try tx.execute(statement) } }
                #expect(found?.code == "database_permission_denied", "\(statement)")
            }
            let found = await failure { try await here.write { tx in try tx.execute("SET LOCAL ROLE zancada_owner") } }
            #expect(found == Failure.transactionStatementRefused)
            let untouched = try await ids(there)
            #expect(untouched == ["t1", "t2"])
        }
    }

    @Test("a name with quotes and backslashes is only a name", arguments: EngineMatrix.servers)
    func oddNames(_ engine: EngineMatrix) async throws {
        try await engine.withStore(Self.schema) { store in
            for name in ["o'; RESET zancada.organisation; --", "\\'", "ñ \"😀\"", String(repeating: "x", count: 5000)] {
                let database = store.database.within(organisation: name)
                try await database.write { tx in try Self.add(name, to: name, tx) }
                let seen = try await ids(database)
                #expect(seen == [name])
            }
        }
    }

    @Test("a name that cannot be sent fails whoever gave it, and nobody who reads beside them", arguments: EngineMatrix.servers)
    func nameThatCannotBeSent(_ engine: EngineMatrix) async throws {
        try await withTwo(engine) { nobody, here, there in
            let bad = nobody.within(organisation: "a\0b")
            let (begun, over) = (Occurrence(), Occurrence())
            async let holding: Void = nobody.write { _ in
                begun.happen()
                try over.block()
            }
            try await begun.wait()
            // All stand in line for the one connection: they travel together.
            try await withThrowingTaskGroup { group in
                for (database, expected) in [(here, ["h1", "h2"]), (bad, nil), (there, ["t1", "t2"]), (nobody, [])] {
                    for _ in 0..<5 {
                        group.addTask {
                            do {
                                let seen = try await ids(database)
                                #expect(seen == expected)
                            } catch let failure as Failure {
                                #expect(expected == nil && failure == .textContainsNUL)
                            }
                        }
                    }
                }
                try await eventually { nobody.gauges.contains { $0.name == "callers_waiting" && $0.value >= 15 } }
                over.happen()
                try await group.waitForAll()
            }
            try await holding
            let found = await failure { try await bad.write { tx in try Self.add("x", to: "here", tx) } }
            #expect(found == .textContainsNUL)
            // And what travels next gets its own answers.
            let (left, untouched) = (try await ids(here), try await ids(there))
            #expect(left == ["h1", "h2"])
            #expect(untouched == ["t1", "t2"])
        }
    }

    @Test("who names no organisation sees none, whatever the session was left with", arguments: EngineMatrix.servers)
    func leftOver(_ engine: EngineMatrix) async throws {
        try await engine.withStore(Self.schema) { store in
            let superuser = try store.superuser()
            let name = try #require(try superuser.run("SELECT current_database()"))
            // Every new session begins with it, the pooler's too, as if a stranger had set it and left.
            try superuser.run("ALTER DATABASE \(name) SET zancada.organisation = 'here'")
            try superuser.cutConnections(to: name)
            let seen: [[String]]
            do {
                try await store.database.within(organisation: "here").write { tx in try Self.add("h1", to: "here", tx) }
                let nobody = store.database
                seen = [
                    try await ids(nobody),
                    try await nobody.read { tx in try tx.rows("SELECT id FROM patients") { try $0["id"] } },
                    try await nobody.write { tx in try tx.rows("SELECT id FROM patients") { try $0["id"] } },
                ]
            } catch {
                try superuser.run("ALTER DATABASE \(name) RESET ALL")
                throw error
            }
            try superuser.run("ALTER DATABASE \(name) RESET ALL")
            #expect(seen == [[], [], []])
        }
    }

    @Test("no row belongs to an organisation without a name", arguments: EngineMatrix.servers)
    func emptyName(_ engine: EngineMatrix) async throws {
        try await withTwo(engine) { nobody, _, _ in
            for database in [nobody, nobody.within(organisation: "")] {
                let found = await failure { try await database.write { tx in try Self.add("x", to: "", tx) } }
                #expect(found?.code == "database_permission_denied")
            }
        }
    }
}
