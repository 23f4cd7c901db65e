import Base
import Store
import TestKit
import Testing

/// Decoding by name, with errors that say what disagrees.
@Suite(.timeLimit(.minutes(2)))
struct RowTests {
    private static let full = Sample("a", integer: 7, real: 0.5, text: "text", bytes: [1, 2], bool: true)

    private func withRow(_ engine: EngineMatrix, _ body: (Database) async throws -> Void) async throws {
        try await engine.withStore(Sample.schema(engine)) { store in
            try await store.database.write { tx in
                try tx.execute(Self.full.insertion)
                try tx.execute(Sample("b").insertion)
            }
            try await body(store.database)
        }
    }

    @Test("columns are found by name in any order", arguments: EngineMatrix.all)
    func columnsFoundNameAnyOrder(_ engine: EngineMatrix) async throws {
        try await withRow(engine) { database in
            let read = try await database.rows("\(Sample.selection) WHERE id = \("a")") { row in
                let bool: Bool = try row["a_bool"]
                let text: String = try row["a_text"]
                let integer: Int = try row["a_integer"]
                let again: Int64? = try row["a_integer"]
                #expect(again == 7)
                return "\(bool) \(text) \(integer)"
            }
            #expect(read == ["true text 7"])
        }
    }

    @Test("a column that is not there is named", arguments: EngineMatrix.all)
    func columnNotThereNamed(_ engine: EngineMatrix) async throws {
        try await withRow(engine) { database in
            let found = await failure {
                _ = try await database.first(Sample.selection) { row in
                    let value: Int = try row["nothing"]
                    return value
                }
            }
            #expect(found == Failure.missingColumn("nothing"))
        }
    }

    @Test("NULL where a value was due is named", arguments: EngineMatrix.all, ["a_integer", "a_real", "a_text", "some_bytes", "a_bool"])
    func nullWhereValueWasDue(_ engine: EngineMatrix, _ column: String) async throws {
        try await withRow(engine) { database in
            let found = await failure {
                _ = try await database.first("\(Sample.selection) WHERE id = \("b")") { row in
                    switch column {
                    case "a_integer": _ = try row[column] as Int64
                    case "a_real": _ = try row[column] as Double
                    case "a_text": _ = try row[column] as String
                    case "some_bytes": _ = try row[column] as [UInt8]
                    default: _ = try row[column] as Bool
                    }
                }
            }
            #expect(found == Failure.unexpectedNull(column))
        }
    }

    @Test("another type than was expected is refused", arguments: EngineMatrix.all)
    func anotherTypeThanWasExpected(_ engine: EngineMatrix) async throws {
        try await withRow(engine) { database in
            func code(_ decode: @escaping @Sendable (borrowing Row) throws -> Void) async -> String? {
                await failure { _ = try await database.first("\(Sample.selection) WHERE id = \("a")") { try decode($0) } }?.code
            }
            #expect(await code { _ = try $0["a_text"] as Int64 } == "wrong_column_type")
            #expect(await code { _ = try $0["a_text"] as Double } == "wrong_column_type")
            #expect(await code { _ = try $0["a_text"] as Bool } == "wrong_column_type")
            #expect(await code { _ = try $0["a_text"] as [UInt8] } == "wrong_column_type")
            #expect(await code { _ = try $0["a_integer"] as String } == "wrong_column_type")
            #expect(await code { _ = try $0["a_integer"] as Double } == "wrong_column_type")
            #expect(await code { _ = try $0["a_real"] as Int64 } == "wrong_column_type")
            #expect(await code { _ = try $0["a_real"] as String } == "wrong_column_type")
            #expect(await code { _ = try $0["some_bytes"] as String } == "wrong_column_type")
            #expect(await code { _ = try $0["a_text"] as ID<Sample> } == "wrong_column_type")
        }
    }

    @Test("the first of no rows is nil", arguments: EngineMatrix.all)
    func firstNoRowsNil(_ engine: EngineMatrix) async throws {
        try await withRow(engine) { database in
            let first = try await database.first("\(Sample.selection) WHERE id = \("none")") { try Sample($0) }
            #expect(first == nil)
            try await database.expectSamples(0, "WHERE id = \("none")")
        }
    }

    @Test("more rows than allowed are a fault, in and out of a transaction", arguments: EngineMatrix.all)
    func moreRowsThanAllowedFault(_ engine: EngineMatrix) async throws {
        try await withRow(engine) { database in
            let enough = try await database.samples(atMost: 2)
            #expect(enough.count == 2)
            let outside = await failure { _ = try await database.rows(Sample.selection, atMost: 1) { try Sample($0) } }
            let inside = await failure {
                _ = try await database.read { tx in try tx.rows(Sample.selection, atMost: 1) { try Sample($0) } }
            }
            #expect(outside == Failure.tooManyRows(1))
            #expect(inside == Failure.tooManyRows(1))
            // The connection is as good as before.
            try await database.expectSamples(2)
        }
    }

    @Test("an error of the decoding closure comes out as it is", arguments: EngineMatrix.all)
    func errorDecodingClosureComesOut(_ engine: EngineMatrix) async throws {
        try await withRow(engine) { database in
            await #expect(throws: Refusal(reason: "mine")) {
                _ = try await database.rows(Sample.selection) { _ -> Int in throw Refusal(reason: "mine") }
            }
            try await database.expectSamples(2)
        }
    }

    @Test("a list of values is matched, an empty one matches nothing", arguments: EngineMatrix.all)
    func listValuesMatchedEmptyOne(_ engine: EngineMatrix) async throws {
        try await withRow(engine) { database in
            let some = ["b", "c", "a"]
            let none: [String] = []
            try await database.expectSamples(2, "WHERE \("id", in: some)")
            try await database.expectSamples(0, "WHERE \("id", in: none)")
        }
    }

    @Test("long answers are read row by row until enough", arguments: EngineMatrix.all)
    func longAnswersReadRowRow(_ engine: EngineMatrix) async throws {
        try await engine.withStore(Counters.schema(engine)) { store in
            try await store.database.write { tx in
                _ = try tx.load(into: "counters", columns: ["name", "amount"], rows: (0..<20_000).map { [.text("\($0)"), .integer($0)] })
            }
            let seen = try await store.database.read { tx in
                var seen = 0
                try tx.each("SELECT name FROM counters") { _ in
                    seen += 1
                    return seen < 15_000
                }
                // The transaction goes on after an answer that was not read to its end.
                let count = try tx.first("SELECT count(*) AS n FROM counters") { try $0["n"] as Int }
                #expect(count == 20_000)
                return seen
            }
            #expect(seen == 15_000)
        }
    }
}
