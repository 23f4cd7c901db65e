import Base
import Store
import TestKit
import Testing

/// Text is kept, compared and ordered by its bytes.
@Suite(.timeLimit(.minutes(2)))
struct TextTests {
    /// The same word composed and decomposed, letters beyond the first plane, right to left, joiners, a byte-order mark,
    /// what escapes might trip over.
    static let texts = [
        "", " ", "\u{E1}rbol", "a\u{301}rbol", "😀", "👩‍⚕️", "𝔘𝔫𝔦", "שלום", "مرحبا", "\u{202E}abc", "\u{FEFF}bom", "\u{1}\u{7F}\u{85}",
        "\u{10FFFF}", "\u{FFFD}\u{FFFF}", "it's \"quoted\" \\ \\x00 \\N \t \r\n", "$1 ? ?1 :name @name %s", "ZEBRA", "zebra", "Zebra",
        "ñu", "nu", "ﬁ", "fi", "ß", "ss", "İ", "i",
    ]

    private func withTexts(_ engine: EngineMatrix, _ body: (Database) async throws -> Void) async throws {
        try await engine.withStore(Sample.schema(engine)) { store in
            try await store.database.write { tx in
                for (index, text) in Self.texts.enumerated() { try tx.execute(Sample("\(1000 + index)", text: text).insertion) }
            }
            try await body(store.database)
        }
    }

    @Test("every text comes back byte for byte", arguments: EngineMatrix.all)
    func everyTextComesBackByte(_ engine: EngineMatrix) async throws {
        try await withTexts(engine) { database in
            let read = try await database.rows("\(Sample.selection) ORDER BY id") { try Sample($0).text }
            #expect(read.map { $0.map { Array($0.utf8) } } == Self.texts.map { Array($0.utf8) })
        }
    }

    @Test("texts are equal only where their bytes are", arguments: EngineMatrix.all)
    func textsEqualOnlyWhereTheir(_ engine: EngineMatrix) async throws {
        try await withTexts(engine) { database in
            for text in Self.texts {
                let found = try await database.rows("\(Sample.selection) WHERE a_text = \(text)") { try Sample($0).text }
                #expect(found.map { $0.map { Array($0.utf8) } } == [Array(text.utf8)])
            }
        }
    }

    @Test("the order of texts is that of their bytes", arguments: EngineMatrix.all)
    func orderTextsTheirBytes(_ engine: EngineMatrix) async throws {
        try await withTexts(engine) { database in
            let read = try await database.rows("\(Sample.selection) ORDER BY a_text") { try Sample($0).text ?? "" }
            let ordered = Self.texts.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
            #expect(read.map { Array($0.utf8) } == ordered.map { Array($0.utf8) })
        }
    }

    @Test("a null character is refused and nothing is written", arguments: EngineMatrix.all, ["\0", "a\0", "\0a", "a\0b"])
    func nullCharacterRefusedNothingWritten(_ engine: EngineMatrix, _ text: String) async throws {
        try await engine.withStore(Sample.schema(engine)) { store in
            let written = await failure {
                try await store.database.write { tx in
                    try tx.execute(Sample("before").insertion)
                    try tx.execute(Sample("nul", text: text).insertion)
                }
            }
            #expect(written == Failure.textContainsNUL)
            let asked = await failure {
                _ = try await store.database.first("\(Sample.selection) WHERE a_text = \(text)") { try Sample($0) }
            }
            #expect(asked == Failure.textContainsNUL)
            try await store.database.expectSamples(0)
        }
    }

    @Test("the length of a text is its count of scalars", arguments: EngineMatrix.all)
    func lengthTextItsCountScalars(_ engine: EngineMatrix) async throws {
        let schema: [SQL] = [
            """
            CREATE TABLE short (name \(engine.dialect.text) NOT NULL, \(engine.dialect.check("name", atMost: 3)))\(engine.dialect.strict)
            """
        ]
        try await engine.withStore(schema) { store in
            try await store.database.write { tx in try tx.execute("INSERT INTO short (name) VALUES (\("😀ñ€"))") }
            let found = await failure {
                try await store.database.write { tx in try tx.execute("INSERT INTO short (name) VALUES (\("a\u{301}bc"))") }
            }
            #expect(found?.code == ConstraintRule.check.rawValue)
        }
    }
}
