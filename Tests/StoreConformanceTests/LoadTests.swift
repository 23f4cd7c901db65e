import Base
import Store
import TestKit
import Testing

/// Many rows by the fastest way are the same rows.
@Suite(.timeLimit(.minutes(3)))
struct LoadTests {
    private static let columns = ["id", "a_integer", "a_real", "a_text", "some_bytes", "a_bool"]

    private static func values(_ sample: Sample) -> [SQLValue] {
        [
            .text(sample.id), sample.integer.map { .integer($0) } ?? .null, sample.real.map { .real($0) } ?? .null,
            sample.text.map { .text($0) } ?? .null, sample.bytes.map { .bytes($0) } ?? .null, sample.bool.map { .bool($0) } ?? .null,
        ]
    }

    @Test("every value comes back as it does from an insert", arguments: EngineMatrix.all)
    func everyValueComesBackDoes(_ engine: EngineMatrix) async throws {
        var samples = [
            Sample("a", integer: .min, real: -.infinity, text: "", bytes: [], bool: false), Sample("b"),
            Sample("c", integer: .max, real: .leastNonzeroMagnitude, text: "\\N", bytes: (0...255).map { UInt8($0) }, bool: true),
            Sample("d", real: .infinity, text: "a\tb\nc\r\n\\.\\\\ \u{8}\u{B}\u{C}", bytes: Array("\\x00".utf8)),
            Sample("e", text: String(repeating: "€😀", count: 50_000)),
        ]
        samples += TextTests.texts.enumerated().map { Sample("t\(100 + $0)", text: $1) }
        let expected = samples
        try await engine.withStore(Sample.schema(engine)) { store in
            let count = try await store.database.write { tx in
                try tx.load(into: "samples", columns: Self.columns, rows: expected.map(Self.values))
            }
            let read = try await store.database.samples("ORDER BY id")
            #expect(count == expected.count)
            #expect(read == expected)
            #expect(read.map { $0.text.map { Array($0.utf8) } } == expected.map { $0.text.map { Array($0.utf8) } })
        }
    }

    @Test("a hundred thousand rows arrive together with what stands around them", arguments: EngineMatrix.all)
    func hundredThousandRowsArriveTogether(_ engine: EngineMatrix) async throws {
        try await engine.withStore(Counters.schema(engine)) { store in
            let database = store.database.under { $0.isLong = true }
            let count = try await database.write { tx in
                try Counters.add("before", -1, tx)
                let count = try tx.load(
                    into: "counters", columns: ["amount", "name"], rows: (0..<100_000).lazy.map { [.integer($0), .text("row \($0)")] })
                try Counters.add("after", -2, tx)
                return count
            }
            #expect(count == 100_000)
            let found = try await database.first("SELECT count(*) AS n, min(amount) AS low, max(amount) AS high FROM counters") { row in
                [try row["n"] as Int, try row["low"] as Int, try row["high"] as Int]
            }
            #expect(found == [100_002, -2, 99_999])
        }
    }

    @Test("a load that fails in the middle leaves nothing", arguments: EngineMatrix.all)
    func loadFailsMiddleLeavesNothing(_ engine: EngineMatrix) async throws {
        try await engine.withStore(Counters.schema(engine)) { store in
            let database = store.database.under { $0.isLong = true }
            func load(_ rows: @escaping @Sendable (Int64) -> [SQLValue]) async -> Failure? {
                await failure {
                    try await database.write { tx in
                        try Counters.add("before", 1, tx)
                        return try tx.load(into: "counters", columns: ["name", "amount"], rows: (0..<50_000).lazy.map(rows))
                    }
                }
            }
            let twice = await load { [.text("\($0 == 40_000 ? 7 : $0)"), .integer($0)] }
            #expect(twice?.kind == .conflict)
            #expect(twice?.code == ConstraintRule.unique.rawValue)
            let missing = await load { [.text("\($0)"), $0 == 40_000 ? .null : .integer($0)] }
            #expect(missing?.code == ConstraintRule.notNull.rawValue)
            let hasNUL = await load { [.text($0 == 40_000 ? "\0" : "\($0)"), .integer($0)] }
            #expect(hasNUL == Failure.textContainsNUL)
            try await database.expectCounters([:])
            try await database.write { tx in try Counters.add("a", 1, tx) }
            try await database.expectCounters(["a": 1])
        }
    }

    @Test("a load of nothing is fine", arguments: EngineMatrix.all)
    func loadNothingFine(_ engine: EngineMatrix) async throws {
        try await engine.withStore(Counters.schema(engine)) { store in
            let count = try await store.database.write { tx in
                try tx.load(into: "counters", columns: ["name", "amount"], rows: [[SQLValue]]())
            }
            #expect(count == 0)
        }
    }

    @Test("a value of another type is refused and nothing is loaded", arguments: EngineMatrix.all)
    func wrongType(_ engine: EngineMatrix) async throws {
        try await engine.withStore(Counters.schema(engine)) { store in
            let found = await failure {
                try await store.database.write { tx in
                    try tx.load(
                        into: "counters", columns: ["name", "amount"], rows: [[.text("a"), .integer(1)], [.text("b"), .text("many")]])
                }
            }
            #expect(found != nil)
            #expect(found?.code != "not_a_failure")
            try await store.database.expectCounters([:])
        }
    }

    /// Nothing of them is copied: the bound is looked at first.
    @Test("a value or a row that no message holds is refused, inserted or loaded, behind a wall or not", arguments: EngineMatrix.servers)
    func tooLarge(_ engine: EngineMatrix) async throws {
        let most = 512 << 20
        let (half, whole) = (
            SQLValue.bytes([UInt8](repeating: 1, count: most / 2 + 1)), SQLValue.bytes([UInt8](repeating: 1, count: most + 1))
        )
        let table: (SQL) -> SQL = { "CREATE TABLE \($0) (id BIGINT, one BYTEA, other BYTEA, tenant TEXT)" }
        let schema = [table("open"), table("walled")] + Dialect.postgres.organisationWall(table: "walled")
        try await engine.withStore(schema) { store in
            for name in ["open", "walled"] {
                for row in [[.integer(1), whole, .null], [.integer(1), half, half]] as [[SQLValue]] {
                    let found = await failure {
                        try await store.database.write { tx in try tx.load(into: name, columns: ["id", "one", "other"], rows: [row]) }
                    }
                    #expect(found?.code == "value_too_large")
                }
            }
            guard case .bytes(let bytes) = half else { return }
            let found = await failure {
                try await store.database.write { tx in try tx.execute("INSERT INTO open VALUES (1, \(bytes), \(bytes))") }
            }
            #expect(found?.code == "value_too_large")
            let count = try await store.database.first("SELECT count(*) AS n FROM open") { try $0["n"] as Int }
            #expect(count == 0)
        }
    }
}
