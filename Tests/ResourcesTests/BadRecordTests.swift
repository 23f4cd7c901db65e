import Base
import FeatureKit
import HTTPTypes
import Records
import Resources
import TestKit
import Testing
import Web

@Suite("Records that will not do")
struct BadRecordTests {
    struct Bad: Sendable, CustomTestStringConvertible {
        let name: String
        let body: String
        let status: Int
        let pointer: String?

        init(_ name: String, _ body: String, _ status: Int, _ pointer: String? = nil) {
            (self.name, self.body, self.status, self.pointer) = (name, body, status, pointer)
        }

        var testDescription: String { name }
    }

    static let bodies = [
        Bad("nothing", "", 400), Bad("no JSON", "{\"slug\":", 400), Bad("a comma too many", "{\"slug\":\"a\",}", 400),
        Bad("twice the same name", "{\"slug\":\"a\",\"slug\":\"b\"}", 400),
        Bad("too deep", String(repeating: "[", count: 400) + String(repeating: "]", count: 400), 400),
        Bad("half a surrogate", #"{"slug":"\ud800"}"#, 400), Bad("a list", "[]", 422, ""), Bad("a number", "7", 422, ""),
        Bad("null", "null", 422, ""), Bad("an empty object", "{}", 422, "/slug"),
        Bad("a wrong type", SampleKinds.exercise("a", (#""sets":2"#, #""sets":"two""#)), 422, "/dose/sets"),
        Bad("a number out of range", SampleKinds.exercise("a", (#""sets":2"#, #""sets":1e300"#)), 422, "/dose/sets"),
        Bad("an unknown field", SampleKinds.exercise("a", (#""slug""#, #""stranger":1,"slug""#)), 422, "/stranger"),
        Bad("an unknown field within", SampleKinds.exercise("a", (#""sets":2"#, #""sets":2,"x":{}"#)), 422, "/dose/x"),
        Bad("a null character", SampleKinds.exercise("a", ("Walking", #"\u0000"#)), 422, "/name_en"),
        Bad("a slug that is none", SampleKinds.exercise("No Slug"), 422, "/slug"),
        Bad("languages that differ", SampleKinds.exercise("a", (#"["Walk."]"#, #"["Walk.","Rest."]"#)), 422, "/english/instructions"),
        Bad(
            "itself as what comes next", SampleKinds.exercise("a", (#""progressions":[]"#, #""progressions":["a"]"#)), 422,
            "/progressions/0"),
        Bad(
            "a protocol that nobody knows", SampleKinds.exercise("a", (#""source""#, #""movement_protocol":"flying","source""#)), 422,
            "/movement_protocol"),
        Bad("too large", SampleKinds.exercise("a", ("Fuerza.", String(repeating: "x", count: 70_000))), 413),
    ]

    @Test("each is refused with its place, on every way", arguments: bodies)
    func refused(_ bad: Bad) async throws {
        try await Desk.with { desk in
            let made = await desk.create("/api/v1/exercises", SampleKinds.exercise("toe-walk"))
            let place = "/api/v1/exercises/\(made.id)"
            for answer in [
                await desk.create("/api/v1/exercises", bad.body), await desk.ask(.put, place, bad.body, [.ifMatch: made.tag]),
            ] {
                #expect(answer.status == bad.status, "\(String(describing: answer.problem))")
                if let pointer = bad.pointer { #expect(answer.problem?.faults.contains { $0.pointer == pointer } == true) }
            }
            #expect((await desk.ask(.get, place)).bytes == made.bytes)
        }
    }

    @Test("a patch that breaks a rule is refused as the whole would be")
    func patches() async throws {
        try await Desk.with { desk in
            let made = await desk.create("/api/v1/exercises", SampleKinds.exercise("toe-walk"))
            for (patch, status) in [
                (#"{"slug":null}"#, 422), (#"{"slug":"No Slug"}"#, 422), (#"{"english":{"instructions":["a","b"]}}"#, 422), ("null", 422),
                (#"{"dose":null}"#, 422), (#"{"dose":{"repetitions":null}}"#, 422), ("{", 400), (#"{"a":1,"a":2}"#, 400), ("[]", 422),
            ] {
                let answer = await desk.ask(.patch, "/api/v1/exercises/\(made.id)", patch, [.ifMatch: made.tag])
                #expect(answer.status == status, "\(patch) \(String(describing: answer.problem))")
            }
        }
    }

    @Test("rules between exercises hold over HTTP", arguments: EngineMatrix.all)
    func between(_ engine: EngineMatrix) async throws {
        try await Desk.with(engine) { desk in
            let path = "/api/v1/exercises"
            let one = await desk.create(path, SampleKinds.exercise("one"))
            #expect((await desk.create(path, SampleKinds.exercise("one"))).code == "exercise_slug_taken")
            let two = await desk.create(path, SampleKinds.exercise("two"))
            #expect((await desk.ask(.put, "\(path)/\(two.id)", SampleKinds.exercise("one"), [.ifMatch: two.tag])).status == 409)

            let review = #"{"exercise":"\#(one.id)","version":1,"verdict":"approved"}"#
            #expect((await desk.create("/api/v1/exercise-reviews", review)).status == 403)
            #expect((await desk.create("/api/v1/exercise-reviews", review, as: desk.reviewer)).status == 201)
            let told = try await desk.ground.told()
            #expect(told.filter { !$0.hasPrefix("denied") }.suffix(2) == ["created exercise_review", "published exercise.reviewed"])
            let late = #"{"exercise":"\#(one.id)","version":2,"verdict":"approved"}"#
            #expect((await desk.create("/api/v1/exercise-reviews", late, as: desk.reviewer)).code == "exercise_moved")
            let lost = #"{"exercise":"00000000-0000-4000-8000-000000000000","version":1,"verdict":"approved"}"#
            #expect((await desk.create("/api/v1/exercise-reviews", lost, as: desk.reviewer)).status == 422)
        }
    }

    @Test("parameters that will not do are refused")
    func parameters() async throws {
        try await Desk.with { desk in
            let path = "/api/v1/exercises"
            for (query, status) in [
                ("limit=0", 400), ("limit=201", 400), ("limit=x", 400), ("limit=1&limit=2", 400), ("after=", 400), ("after=%00", 400),
                ("after=AAAA", 422), ("sort=body", 400), ("sort=slug;DROP TABLE", 400),
                ("after=\(String(repeating: "A", count: 2_000))", 400),
            ] {
                let answer = await desk.ask(.get, "\(path)?\(query)")
                #expect(answer.status == status, "\(query) \(String(describing: answer.problem))")
            }
            let made = await desk.create(path, SampleKinds.exercise("one"))
            #expect((await desk.ask(.get, "\(path)/\(made.id)/history?after=AAAA")).status == 422)
            #expect((await desk.create("/api/v1/notes?subject=nobody", #"{"text":"x"}"#)).status == 400)
            #expect((await desk.create("/api/v1/notes", #"{"text":"x"}"#)).status == 400)
            let nobody = await desk.create("/api/v1/notes?subject=00000000-0000-4000-8000-000000000000", #"{"text":"x"}"#)
            #expect(nobody.status == 404)
        }
    }

    @Test("files of exercises go out and come in by the same door")
    func files() async throws {
        try await Desk.with { desk in
            #expect((await desk.create("/api/v1/exercises", SampleKinds.exercise("one"))).status == 201)
            let file = await desk.ask(.get, "/api/v1/exercise-files")
            #expect(file.status == 200 && file.json["exercises"]?.array?.count == 1)
            #expect(String(decoding: (await desk.ask(.get, "/api/v1/exercise-files?format=csv")).bytes, as: UTF8.self).contains("one"))
            var fields = Desk.keyed("aaaaaaaaaaaaaaaaaaaaaaaa")
            fields[.contentType] = "application/json"
            let taken = await desk.ask(.post, "/api/v1/exercise-files", String(decoding: file.bytes, as: UTF8.self), fields)
            #expect(taken.status == 202)
            let report = await desk.ask(.get, taken.fields[.location] ?? "")
            #expect(report.status == 200 && report.json["is_done"] == .bool(false))
        }
    }
}
