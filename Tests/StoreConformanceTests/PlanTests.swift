import Base
import Store
import TestKit
import Testing

/// How PostgreSQL reads a large table behind the wall: by its indexes, at most a page of it.
@Suite(.timeLimit(.minutes(2)))
struct PlanTests {
    private static let schema: [SQL] =
        [
            """
            CREATE TABLE visits (id TEXT COLLATE "C" PRIMARY KEY, tenant TEXT COLLATE "C" NOT NULL, patient TEXT COLLATE "C" NOT NULL, \
            at BIGINT NOT NULL)
            """,
            "CREATE INDEX visits_by_patient ON visits (tenant, patient, at, id)",
            """
            INSERT INTO visits SELECT 'v' || n, 'o' || n % 20, 'p' || n / 20 % 5, n FROM generate_series(1, 100000) n
            """,
        ] + Dialect.postgres.organisationWall(table: "visits")

    private static let statements: [SQL] = [
        "SELECT at FROM visits WHERE id = \("v4")",
        "SELECT id FROM visits WHERE tenant = \("o4") AND patient = \("p0") ORDER BY at, id LIMIT \(50)",
        """
        SELECT id FROM visits WHERE tenant = \("o4") AND patient = \("p0") AND (at, id) > (\(5000), \("v5000")) ORDER BY at, id LIMIT \(50)
        """,
        // Who forgets the organisation is held to it by the wall, which finds the same index.
        "SELECT id FROM visits WHERE patient = \("p0") ORDER BY at, id LIMIT \(50)",
        "UPDATE visits SET at = at + 1 WHERE id = \("v4")",
    ]

    @Test("of 100,000 rows none but those asked for are read or sorted", arguments: EngineMatrix.servers)
    func plans(_ engine: EngineMatrix) async throws {
        try await engine.withStore(Self.schema) { store in
            try store.superuser().run("ANALYZE visits")
            let here = store.database.within(organisation: "o4")
            let found = try await here.first(Self.statements[1]) { try $0["id"] as String }
            #expect(found == "v4")
            for statement in Self.statements {
                let lines = try await here.write { tx in
                    try tx.rows("EXPLAIN \(statement)") { try $0["QUERY PLAN"] as String }
                }
                let plan = lines.joined(separator: "\n")
                #expect(plan.contains("Index Scan using visits_") || plan.contains("Index Only Scan using visits_"), "\(plan)")
                #expect(!plan.contains("Seq Scan") && !plan.contains("Sort"), "\(plan)")
            }
        }
    }
}
