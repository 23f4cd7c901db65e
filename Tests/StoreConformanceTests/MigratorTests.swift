import Base
import Store
import TestKit
import Testing

/// The schema is brought forward alike on every engine; by its owner, who is not the program.
@Suite(.timeLimit(.minutes(2)))
struct MigratorTests {
    private static let first = Migration(1, "add plans") { dialect in
        ["CREATE TABLE plans (id \(dialect.text) PRIMARY KEY, title \(dialect.text))\(dialect.strict)"]
    }
    private static let second = Migration(2, "index titles", unity: .separate) { dialect in
        [
            "DROP INDEX IF EXISTS plans_title",
            dialect == .postgres ? "CREATE INDEX CONCURRENTLY plans_title ON plans (title)" : "CREATE INDEX plans_title ON plans (title)",
        ]
    }
    private static let broken = Migration(3, "half of it") { _ in
        ["CREATE TABLE halves (id BIGINT)", "INSERT INTO nowhere VALUES (1)"]
    }

    private func migrator(_ migrations: [Migration]) -> Migrator { Migrator([MigrationSeries("plans", migrations)]) }

    private func withOwner(_ engine: EngineMatrix, _ body: (Database, TestStore) async throws -> Void) async throws {
        try await engine.withStore { store in
            let owner = engine == .sqlite ? store.database : try store.another(EngineSettings { $0.isOwner = true })
            try await body(owner, store)
            if engine != .sqlite { await owner.close() }
        }
    }

    @Test("steps are taken once, and the program can use what they made", arguments: EngineMatrix.all)
    func steps(_ engine: EngineMatrix) async throws {
        try await withOwner(engine) { owner, store in
            let migrator = migrator([Self.first, Self.second])
            let done = try await migrator.migrate(owner, now: { .epoch })
            #expect(done.map(\.title) == ["plans 1: add plans", "plans 2: index titles"])
            let again = try await migrator.migrate(owner, now: { .epoch })
            #expect(again.isEmpty)
            let status = try await migrator.status(store.database)
            #expect(status.obstacle == nil && status.due.isEmpty && status.takenCount == 2)
            try await store.database.write { tx in try tx.execute("INSERT INTO plans (id, title) VALUES (\("p"), \("Rodilla"))") }
        }
    }

    @Test("a step that fails leaves nothing of itself, and what came before stays", arguments: EngineMatrix.all)
    func failingStep(_ engine: EngineMatrix) async throws {
        try await withOwner(engine) { owner, store in
            let found = await failure { try await migrator([Self.first, Self.second, Self.broken]).migrate(owner, now: { .epoch }) }
            #expect(found?.code == "bad_statement")
            let status = try await migrator([Self.first, Self.second, Self.broken]).status(owner)
            #expect(status.takenCount == 2)
            #expect(status.due.map(\.title) == ["plans 3: half of it"])
            let halves = await failure { try await owner.first("SELECT id FROM halves") { _ in 1 } }
            #expect(halves?.code == "bad_statement")
        }
    }

    @Test("a separate step that broke off is said, corrected, and taken", arguments: EngineMatrix.all)
    func brokenOff(_ engine: EngineMatrix) async throws {
        try await withOwner(engine) { owner, store in
            let wrong = Migration(2, "index titles", unity: .separate) { dialect in
                Self.second.statements(dialect) + ["CREATE INDEX plans_nothing ON nowhere (id)"]
            }
            let found = await failure { try await migrator([Self.first, wrong]).migrate(owner, now: { .epoch }) }
            #expect(found?.code == "bad_statement")
            for migrations in [[Self.first, wrong], [Self.first, Self.second]] {
                let status = try await migrator(migrations).status(owner)
                #expect(status.halfTaken == ["plans 2: index titles"] && status.obstacle == nil && status.takenCount == 1)
            }
            let done = try await migrator([Self.first, Self.second]).migrate(owner, now: { .epoch })
            #expect(done.map(\.title) == ["plans 2: index titles"])
            let status = try await migrator([Self.first, Self.second]).status(owner)
            #expect(status.halfTaken.isEmpty && status.pending.isEmpty)
            let other = try await migrator([Self.first, wrong]).status(owner)
            #expect(other.obstacle?.code == "altered_migration")
        }
    }

    @Test("what older releases use is taken away when asked for, and in order", arguments: EngineMatrix.all)
    func contraction(_ engine: EngineMatrix) async throws {
        let added = Migration(2, "add names") { dialect in ["ALTER TABLE plans ADD COLUMN name \(dialect.text)"] }
        let removed = Migration(3, "drop titles", phase: .contract) { _ in ["ALTER TABLE plans DROP COLUMN title"] }
        let again = Migration(4, "titles of another kind") { dialect in ["ALTER TABLE plans ADD COLUMN title \(dialect.integer)"] }
        try await withOwner(engine) { owner, store in
            _ = try await migrator([Self.first]).migrate(owner, now: { .epoch })
            let expanded = try await migrator([Self.first, added, removed]).migrate(owner, now: { .epoch })
            #expect(expanded.map(\.migration.number) == [2])
            let status = try await migrator([Self.first, added, removed]).status(owner)
            #expect(status.due.isEmpty && status.awaitingContraction.map(\.migration.number) == [3])

            let whole = migrator([Self.first, added, removed, again])
            let refused = await failure { try await whole.migrate(owner, now: { .epoch }) }
            #expect(refused?.code == "contraction_first" && refused?.kind == .conflict)
            let contracted = try await whole.migrate(owner, contracting: true, now: { .epoch })
            #expect(contracted.map(\.migration.number) == [3, 4])
        }
        // No older release can be running on what is new.
        try await withOwner(engine) { owner, store in
            let done = try await migrator([Self.first, added, removed, again]).migrate(owner, now: { .epoch })
            #expect(done.map(\.migration.number) == [1, 2, 3, 4])
        }
    }

    @Test("a step that changes rows behind a wall fails unless it takes the wall's force away", arguments: EngineMatrix.servers)
    func walled(_ engine: EngineMatrix) async throws {
        let notes = Migration(1, "add notes") { dialect in
            ["CREATE TABLE notes (tenant \(dialect.text), body \(dialect.text))"] + dialect.organisationWall(table: "notes")
        }
        let change: SQL = "UPDATE notes SET body = 'changed'"
        let careless = Migration(2, "change all") { _ in [change] }
        let careful = Migration(2, "change all") { _ in
            ["ALTER TABLE notes NO FORCE ROW LEVEL SECURITY", change, "ALTER TABLE notes FORCE ROW LEVEL SECURITY"]
        }
        try await withOwner(engine) { owner, store in
            _ = try await migrator([notes]).migrate(owner, now: { .epoch })
            let here = store.database.within(organisation: "here")
            try await here.write { tx in try tx.execute("INSERT INTO notes (tenant, body) VALUES ('here', 'written')") }
            let found = await failure { try await migrator([notes, careless]).migrate(owner, now: { .epoch }) }
            #expect(found?.code == "database_permission_denied")
            _ = try await migrator([notes, careful]).migrate(owner, now: { .epoch })
            let body: String? = try await here.first("SELECT body FROM notes") { try $0["body"] }
            #expect(body == "changed")
            let outside: String? = try await owner.first("SELECT body FROM notes") { try $0["body"] }
            #expect(outside == nil)
        }
    }

    @Test("a newer schema and an altered step are refused", arguments: EngineMatrix.all)
    func obstacles(_ engine: EngineMatrix) async throws {
        try await withOwner(engine) { owner, store in
            _ = try await migrator([Self.first, Self.second]).migrate(owner, now: { .epoch })
            let newer = await failure { try await migrator([Self.first]).migrate(owner, now: { .epoch }) }
            #expect(newer?.code == "newer_schema")
            let edited = Migration(1, "add plans") { _ in ["CREATE TABLE plans (id BIGINT)"] }
            let altered = await failure { try await migrator([edited, Self.second]).migrate(owner, now: { .epoch }) }
            #expect(altered?.code == "altered_migration")
        }
    }

    @Test("of several migrators at once, each step is taken by one", arguments: EngineMatrix.all)
    func together(_ engine: EngineMatrix) async throws {
        try await withOwner(engine) { owner, store in
            let migrator = migrator([Self.first, Self.second])
            let taken = try await withThrowingTaskGroup(of: Int.self) { group in
                for _ in 0..<6 {
                    group.addTask {
                        do { return try await migrator.migrate(owner, now: { .epoch }).count } catch let failure as Failure {
                            #expect(failure.code == "another_migrator")
                            return 0
                        }
                    }
                }
                return try await group.reduce(0, +)
            }
            #expect(taken == 2)
            let status = try await migrator.status(owner)
            #expect(status.takenCount == 2)
        }
    }
}
