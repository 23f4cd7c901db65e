import Base
import Resources
import Testing

@Suite("JSON merge patch")
struct MergePatchTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let original: String
        let patch: String
        let result: String

        var testDescription: String { "\(original) + \(patch)" }
    }

    @Test(
        "each case of RFC 7396's appendix comes out as it says",
        arguments: [
            Case(original: #"{"a":"b"}"#, patch: #"{"a":"c"}"#, result: #"{"a":"c"}"#),
            Case(original: #"{"a":"b"}"#, patch: #"{"b":"c"}"#, result: #"{"a":"b","b":"c"}"#),
            Case(original: #"{"a":"b"}"#, patch: #"{"a":null}"#, result: #"{}"#),
            Case(original: #"{"a":"b","b":"c"}"#, patch: #"{"a":null}"#, result: #"{"b":"c"}"#),
            Case(original: #"{"a":["b"]}"#, patch: #"{"a":"c"}"#, result: #"{"a":"c"}"#),
            Case(original: #"{"a":"c"}"#, patch: #"{"a":["b"]}"#, result: #"{"a":["b"]}"#),
            Case(original: #"{"a":{"b":"c"}}"#, patch: #"{"a":{"b":"d","c":null}}"#, result: #"{"a":{"b":"d"}}"#),
            Case(original: #"{"a":[{"b":"c"}]}"#, patch: #"{"a":[1]}"#, result: #"{"a":[1]}"#),
            Case(original: #"["a","b"]"#, patch: #"["c","d"]"#, result: #"["c","d"]"#),
            Case(original: #"{"a":"b"}"#, patch: #"["c"]"#, result: #"["c"]"#),
            Case(original: #"{"a":"foo"}"#, patch: "null", result: "null"),
            Case(original: #"{"a":"foo"}"#, patch: #""bar""#, result: #""bar""#),
            Case(original: #"{"e":null}"#, patch: #"{"a":1}"#, result: #"{"e":null,"a":1}"#),
            Case(original: "[1,2]", patch: #"{"a":"b","c":null}"#, result: #"{"a":"b"}"#),
            Case(original: "{}", patch: #"{"a":{"bb":{"ccc":null}}}"#, result: #"{"a":{"bb":{}}}"#),
        ])
    func appendix(_ row: Case) throws {
        func json(_ text: String) throws -> JSON { try JSON.parse(Array(text.utf8)) }
        let (patch, original, result) = (try json(row.patch), try json(row.original), try json(row.result))
        #expect(MergePatch.apply(patch, to: original) == result)
    }

    @Test("applied twice it is as applied once, and what it does not name stays")
    func again() throws {
        var random = SystemRandomNumberGenerator()
        for _ in 0..<300 {
            let (target, patch) = (Self.value(3, &random), Self.value(3, &random))
            let once = MergePatch.apply(patch, to: target)
            #expect(MergePatch.apply(patch, to: once) == once)
            guard let changes = patch.object, let before = target.object else { continue }
            for member in before.members where changes[member.name] == nil { #expect(once[member.name] == member.value) }
            for change in changes.members where change.value.isNull { #expect(once[change.name] == nil) }
        }
    }

    private static func value(_ depth: Int, _ random: inout some RandomNumberGenerator) -> JSON {
        switch Int.random(in: 0..<(depth > 0 ? 6 : 4), using: &random) {
        case 0: .null
        case 1: .bool(Bool.random(using: &random))
        case 2: .number(Double(Int.random(in: 0...3, using: &random)))
        case 3: .array([.string("x")])
        default:
            .object(
                JSON.Object(
                    ["a", "b", "c", "d"].filter { _ in Bool.random(using: &random) }.map { .init($0, value(depth - 1, &random)) }))
        }
    }
}

@Suite("Entity tags")
struct EntityTagTests {
    @Test(
        "what If-Match may say is read, and nothing else",
        arguments: [
            (#""1.1""#, true), (#"*"#, true), (#" "0.9" , "1.1" "#, true), (#"W/"1.1""#, false), (#""1.2""#, false), (#""""#, false),
        ])
    func matching(_ field: String, _ allows: Bool) throws {
        let condition = try #require(TagCondition(field))
        #expect(condition.allowsChanging(EntityTag(opaque: "1.1")) == allows)
        #expect(condition.knows(EntityTag(opaque: "1.1")) == (allows || field.hasPrefix("W/")))
    }

    @Test(
        "what is no list of tags is none", arguments: ["", "1.1", "\"1.1", "\"1\" \"2\"", "\"1\",", ",", "w/\"1\"", "\"a b\"", "* , \"1\""])
    func unreadable(_ field: String) { #expect(TagCondition(field) == nil) }
}
