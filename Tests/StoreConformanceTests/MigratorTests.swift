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
