import Access
import Base
import Records
import Testing

struct KindTests {
    /// Every type of field, every way to be wrong.
    struct Sample: Codable, Sendable {
        var title: String
        var side: String
        var count: Int
        var angle: Double
        var isDone: Bool
        var at: Instant
        var born: CalendarDay
        var plan: ID<Sample>
        var document: String?
        var tags: [String]

        static let kind = RecordKind<Sample>(
            "sample", about: .given, access: RecordAccess(read: .nobody, create: .nobody, change: .nobody),
            fields: [
                .init(\.title, "title", .text(1...8), .internal, search: .order), .init(\.side, "side", .choice(["left", "right"])),
                .init(\.count, "count", .integer(0...10)), .init(\.angle, "angle", .real(-180...180)), .init(\.isDone, "isDone", .bool),
                .init(\.at, "at", .instant), .init(\.born, "born", .day), .init(\.plan, "plan", .id),
                .init(\.document, "document", .text(3...20), .secret, search: .exact),
                .init(\.tags, "tags", .list(.text(1...5), atMost: 3)),
            ], indexes: [RecordIndex(by: "title")])

        static let right = #"""
            {"tags":["a","b"],"title":"Rodilla","side":"left","count":3,"angle":-12.5,"isDone":true,"at":"2026-11-21T10:30:00Z",
             "born":"2024-02-29","plan":"01890a5d-ac96-774b-bcce-b302099a8057","document":null}
            """#
    }

    @Test("a body comes out in the order of its fields, without nulls and white space")
    func canonical() throws {
        let valid = try Sample.kind.shape.validated(Array(Sample.right.utf8))
        #expect(
            String(decoding: valid.bytes, as: UTF8.self)
                == #"{"title":"Rodilla","side":"left","count":3,"angle":-12.5,"isDone":true,"at":"2026-11-21T10:30:00.000000Z","born":"2024-02-29","plan":"01890a5d-ac96-774b-bcce-b302099a8057","tags":["a","b"]}"#
        )
        let value = try Sample.kind.value(from: valid.bytes)
        #expect(try Sample.kind.body(of: value).bytes == valid.bytes)
        #expect(try Sample.kind.misnamedFields(in: value).isEmpty)
    }

    @Test("every fault is told at its place, and nothing of what was sent")
    func faults() throws {
        let wrong = #"""
            {"title":"","side":"middle","count":11,"angle":"x","isDone":0,"at":"yesterday","born":"2023-02-29","plan":"secreto",
             "document":"a\u0007","tags":["a","secreto",1,"b"],"extra/~":1}
            """#
        let error = try #require(throws: InvalidInput.self) { try Sample.kind.shape.validated(Array(wrong.utf8)) }
        #expect(
            error.faults.map { "\($0.pointer) \($0.code)" } == [
                "/title too_short", "/side not_a_choice", "/count integer_expected", "/angle number_expected", "/isDone bool_expected",
                "/at instant_expected", "/born day_expected", "/plan id_expected", "/document too_short", "/document control_character",
                "/tags too_many", "/extra~1~0 unknown_field",
            ])
        #expect(!"\(error.failure.message)".contains("secreto"))
        let tags = Sample.right.replacing(#""a","b""#, with: #""a","secreto",1"#)
        let inside = try #require(throws: InvalidInput.self) { try Sample.kind.shape.validated(Array(tags.utf8)) }
        #expect(inside.faults.map(\.pointer) == ["/tags/1", "/tags/2"])
        let nothing = try #require(throws: InvalidInput.self) { try Sample.kind.shape.validated(Array("[]".utf8)) }
        #expect(nothing.faults.map(\.code) == ["object_expected"])
    }

    @Test("a body that is no JSON or too large is refused, and a thousand faults are cut")
    func bounds() throws {
        for text in ["", "{", #"{"text":"a","text":"b"}"#, "{\"text\":\"\u{0}\"}"] {
            #expect(throws: Failure.self) { try Note.kind.shape.validated(Array(text.utf8)) }
        }
        let large = try #require(throws: Failure.self) {
            try Note.kind.shape.validated([UInt8](repeating: UInt8(ascii: "x"), count: 70_000))
        }
        #expect(large.code == "record_too_large")
        let many = "{" + (0..<1000).map { "\"x\($0)\":1" }.joined(separator: ",") + "}"
        let cut = try #require(throws: InvalidInput.self) { try Note.kind.shape.validated(Array(many.utf8)) }
        #expect(cut.faults.count == InvalidInput.mostFaults)
    }

    @Test("older shapes are brought forward step by step, a newer one is left alone")
    func upgrades() throws {
        let shape = KindShape(
            "remark", number: 3, about: .given, access: RecordAccess(read: .nobody, create: .nobody, change: .nobody),
            fields: [
                FieldShape("text", .text(0...50), isRequired: true), FieldShape("tone", .choice(["calm", "loud"]), isRequired: true),
            ],
            upgrades: [
                { old in .object(.init([.init("text", old["words"] ?? .null)])) },
                { old in .object(.init([.init("tone", .string("calm")), .init("text", old["text"] ?? .null)])) },
            ])
        func brought(_ text: String, from number: Int) throws -> String {
            String(decoding: try shape.upgraded(Array(text.utf8), from: number), as: UTF8.self)
        }
        #expect(try brought(#"{"words":"hola"}"#, from: 1) == #"{"text":"hola","tone":"calm"}"#)
        #expect(try brought(#"{"text":"hola"}"#, from: 2) == #"{"text":"hola","tone":"calm"}"#)
        #expect(try brought(#"{"text":"hola","tone":"loud"}"#, from: 3) == #"{"text":"hola","tone":"loud"}"#)
        let future = #expect(throws: Failure.self) { try brought("{}", from: 4) }
        #expect(future?.code == "newer_shape")
    }
}
