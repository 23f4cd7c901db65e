import Access
import Base
import FeatureKit
import HTTPTypes
import Records
import Resources
import Runtime
import Store
import TestKit
import Testing
import Web

@Suite("Asking again", .timeLimit(.minutes(2)))
struct RepeatTests {
    private static let key = "11111111-2222-4333-8444-555555555555"
    private static let path = "/api/v1/exercises"

    @Test("the same key and body give the same answer, and one record", arguments: EngineMatrix.all)
    func same(_ engine: EngineMatrix) async throws {
        try await Desk.with(engine) { desk in
            let body = SampleKinds.exercise("toe-walk")
            let first = await desk.create(Self.path, body, key: Self.key)
            #expect(first.status == 201)
            // It changed and was deleted since: what was answered stays what was answered.
            let changed = await desk.ask(.patch, "\(Self.path)/\(first.id)", #"{"name_es":"Otra"}"#, [.ifMatch: first.tag])
            _ = await desk.ask(.delete, "\(Self.path)/\(first.id)", "", [.ifMatch: changed.tag])
            let again = await desk.create(Self.path, body, key: Self.key)
            #expect(again.status == 201 && again.bytes == first.bytes && again.fields == first.fields)
            let many = try await desk.count("record_exercise")
            #expect(many == 1)
        }
    }

    @Test("a key that was used is refused for another body, person, and the rest of the request")
    func reused() async throws {
        try await Desk.with { desk in
            let host = desk.ground.host
            let subjects = Subjects(host.database, host.keyring, world: host.world)
            let (one, two) = (try await subjects.create(by: desk.therapist), try await subjects.create(by: desk.therapist))
            let body = #"{"text":"Duele menos."}"#
            let first = await desk.create("/api/v1/notes?subject=\(one)", body, key: Self.key)
            #expect(first.status == 201)
            for (path, body) in [
                ("/api/v1/notes?subject=\(one)", #"{"text":"Duele más."}"#), ("/api/v1/notes?subject=\(two)", body),
                ("/api/v1/notes?subject=\(one)", #"{"text":"Duele menos." }"#),
            ] {
                let other = await desk.create(path, body, key: Self.key)
                #expect(other.status == 422 && other.code == "idempotency_key_reused")
            }
            #expect(try await desk.count("record_note") == 1)
        }
    }

    @Test("keys of two callers, organisations and routes are not the same key", arguments: EngineMatrix.all)
    func scope(_ engine: EngineMatrix) async throws {
        try await Desk.with(engine) { desk in
            let colleague = desk.ground.standing("therapist-9", ["therapist"])
            #expect((await desk.create(Self.path, SampleKinds.exercise("one"), key: Self.key)).status == 201)
            #expect((await desk.create(Self.path, SampleKinds.exercise("two"), key: Self.key, as: colleague)).status == 201)
            #expect((await desk.create(Self.path, SampleKinds.exercise("one"), key: Self.key, as: desk.stranger)).status == 201)
            #expect((await desk.create("/api/v1/exercise-files", "[]", key: Self.key)).status == 202)
        }
    }

    @Test("of many at once with one key exactly one is done, and all are told the same", arguments: EngineMatrix.all)
    func concurrent(_ engine: EngineMatrix) async throws {
        try await Desk.with(engine) { desk in
            let host = desk.ground.host
            let person = try await Subjects(host.database, host.keyring, world: host.world).create(by: desk.therapist)
            // A note has nothing unique about it: the key alone keeps a second from being made.
            for (path, body, table) in [
                ("/api/v1/notes?subject=\(person)", #"{"text":"Duele menos."}"#, "record_note"),
                (Self.path, SampleKinds.exercise("toe-walk"), "record_exercise"),
            ] {
                let answers = await withTaskGroup(of: Desk.Answer.self) { group in
                    for _ in 0..<12 { group.addTask { await desk.create(path, body, key: Self.key) } }
                    return await group.reduce(into: [Desk.Answer]()) { $0.append($1) }
                }
                #expect(answers.allSatisfy { $0.status == 201 }, "\(answers.map { ($0.status, $0.code) })")
                #expect(Set(answers.map(\.bytes)).count == 1 && Set(answers.map { $0.fields[.location] }).count == 1)
                #expect(try await desk.count(table) == 1)
            }
        }
    }

    @Test("without a key nothing is created, nor with one that is too short or holds spaces")
    func missing() async throws {
        try await Desk.with { desk in
            let body = SampleKinds.exercise("toe-walk")
            let answer = await desk.ask(.post, Self.path, body)
            #expect(answer.status == 400 && answer.code == "idempotency_key_missing")
            for key in ["short", String(repeating: "x", count: 129), "with spaces in its middle"] {
                #expect((await desk.create(Self.path, body, key: key)).status == 400, "\(key)")
            }
            let many = try await desk.count("record_exercise")
            #expect(many == 0)
        }
    }

    @Test("what was refused is not remembered: mended, the same key is taken")
    func refused() async throws {
        try await Desk.with { desk in
            #expect((await desk.create(Self.path, SampleKinds.exercise("Not A Slug"), key: Self.key)).status == 422)
            #expect((await desk.create(Self.path, SampleKinds.exercise("a-slug"), key: Self.key)).status == 201)
        }
    }

    @Test("after a day a key is as new, and what was kept is removed", arguments: EngineMatrix.all)
    func age(_ engine: EngineMatrix) async throws {
        let fixed = FixedWorld(seed: 7)
        try await Desk.with(engine, world: fixed.world) { desk in
            let first = await desk.create(Self.path, SampleKinds.exercise("one"), key: Self.key)
            fixed.advance(by: .seconds(86_399))
            #expect((await desk.create(Self.path, SampleKinds.exercise("one"), key: Self.key)).bytes == first.bytes)
            fixed.advance(by: .seconds(1))
            let second = await desk.create(Self.path, SampleKinds.exercise("two"), key: Self.key)
            #expect(second.status == 201 && second.id != first.id)
            try await RepeatTidying(desk.ground.host).tidy()
            #expect(try await desk.count("idempotent_answers") == 1)
            fixed.advance(by: .seconds(86_400))
            try await RepeatTidying(desk.ground.host).tidy()
            #expect(try await desk.count("idempotent_answers") == 0)
        }
    }

    @Test("nothing of what was sent is in what is kept")
    func content() async throws {
        try await Desk.with { desk in
            _ = await desk.create(Self.path, SampleKinds.exercise("toe-walk"), key: Self.key)
            let row = try await desk.ground.rows.first("SELECT slot, request, location, tag, refs FROM idempotent_answers") { row in
                [try row["slot"] as String, try row["request"], try row["location"], try row["tag"], try row["refs"]].joined()
            }
            let text = try #require(row)
            for word in ["toe-walk", "Caminar", Self.key, "therapist"] { #expect(!text.contains(word), "\(word)") }
        }
    }
}

extension Desk {
    func count(_ table: String) async throws -> Int {
        try await ground.rows.first("SELECT count(*) AS many FROM \(name: table)") { try $0["many"] } ?? -1
    }
}
