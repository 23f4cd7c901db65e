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

@Suite("Records over HTTP", .timeLimit(.minutes(2)))
struct RecordFlowTests {
    @Test("a record is created, read, replaced, patched, deleted, restored and told", arguments: EngineMatrix.all)
    func life(_ engine: EngineMatrix) async throws {
        try await Desk.with(engine) { desk in
            let made = await desk.create("/api/v1/exercises", SampleKinds.exercise("toe-walk"))
            #expect(made.status == 201 && made.tag == "\"1.1\"")
            let place = "/api/v1/exercises/\(made.id)"
            #expect(made.fields[.location] == place)
            let read = await desk.ask(.get, place, as: desk.visitor)
            #expect(read.status == 200 && read.bytes == made.bytes && read.tag == made.tag)
            #expect(read.json["record"]?["slug"] == .string("toe-walk") && read.json["version"] == .number(1))

            let replaced = await desk.ask(
                .put, place, SampleKinds.exercise("toe-walk", (#""sets":2"#, #""sets":3"#)), [.ifMatch: made.tag])
            #expect(replaced.status == 200 && replaced.tag == "\"2.1\"")
            let patched = await desk.ask(
                .patch, place, #"{"dose":{"hold_seconds":5,"repetitions":null},"movement_protocol":"squat"}"#, [.ifMatch: replaced.tag])
            #expect(patched.status == 200 && patched.json["record"]?["dose"]?["sets"] == .number(3))
            #expect(
                patched.json["record"]?["dose"]?["repetitions"] == nil && patched.json["record"]?["dose"]?["hold_seconds"] == .number(5))
            #expect((await desk.ask(.get, place)).bytes == patched.bytes)

            let deleted = await desk.ask(.delete, place, "", [.ifMatch: patched.tag])
            #expect(deleted.status == 204 && deleted.tag == "\"4.1\"")
            let gone = await desk.ask(.get, place)
            #expect(gone.status == 410 && gone.code == "record_deleted" && gone.tag == deleted.tag)
            #expect((await desk.ask(.delete, place, "", [.ifMatch: gone.tag])).status == 410)
            #expect((await desk.ask(.put, place, SampleKinds.exercise("toe-walk"), [.ifMatch: gone.tag])).status == 410)
            let restored = await desk.ask(.post, place + "/restore", "", [.ifMatch: gone.tag])
            #expect(restored.status == 200 && restored.json["record"] == patched.json["record"])
            #expect((await desk.ask(.post, place + "/restore", "", [.ifMatch: restored.tag])).code == "record_not_deleted")

            let history = await desk.ask(.get, place + "/history?limit=3")
            #expect(history.json["items"]?.array?.map { $0["verb"]?.string } == ["created", "updated", "updated"])
            let rest = await desk.ask(.get, place + "/history?after=\(history.json["next"]?.string ?? "")")
            #expect(rest.json["items"]?.array?.map { $0["verb"]?.string } == ["deleted", "restored"])
            #expect(rest.json["next"] == .null)
        }
    }

    @Test("a change without its version is refused, and so is one of a version that is past")
    func versions() async throws {
        try await Desk.with { desk in
            let made = await desk.create("/api/v1/exercises", SampleKinds.exercise("toe-walk"))
            let place = "/api/v1/exercises/\(made.id)"
            let body = SampleKinds.exercise("toe-walk", (#""sets":2"#, #""sets":3"#))
            #expect((await desk.ask(.put, place, body)).code == "if_match_missing")
            #expect((await desk.ask(.put, place, body)).status == 428)
            #expect((await desk.ask(.put, place, body, [.ifMatch: "1.1"])).status == 400)
            let stale = await desk.ask(.put, place, body, [.ifMatch: "\"7.1\""])
            #expect(stale.status == 412 && stale.tag == made.tag)
            #expect((await desk.ask(.put, place, body, [.ifMatch: "W/\"1.1\""])).status == 412)
            #expect((await desk.ask(.put, place, body, [.ifMatch: "\"7.1\", \"1.1\""])).status == 200)
            #expect((await desk.ask(.patch, place, #"{"name_es":"Otro"}"#, [.ifMatch: "*"])).status == 200)
            #expect((await desk.ask(.delete, place, "", [.ifMatch: made.tag])).status == 412)
        }
    }

    @Test("of many who change one version at once, one does")
    func race() async throws {
        try await Desk.with { desk in
            let made = await desk.create("/api/v1/exercises", SampleKinds.exercise("toe-walk"))
            let place = "/api/v1/exercises/\(made.id)"
            let answers = await withTaskGroup(of: Int.self) { group in
                for number in 3..<11 {
                    group.addTask {
                        await desk.ask(.patch, place, #"{"dose":{"sets":\#(number)}}"#, [.ifMatch: made.tag]).status
                    }
                }
                return await group.reduce(into: [Int]()) { $0.append($1) }
            }
            #expect(answers.sorted() == [200] + Array(repeating: 412, count: 7))
            #expect((await desk.ask(.get, place)).json["version"] == .number(2))
        }
    }

    @Test("who has it already is told so")
    func unchanged() async throws {
        try await Desk.with { desk in
            let made = await desk.create("/api/v1/exercises", SampleKinds.exercise("toe-walk"))
            let place = "/api/v1/exercises/\(made.id)"
            for known in [made.tag, "*", "W/\(made.tag)", "\"x\", \(made.tag)"] {
                let answer = await desk.ask(.get, place, "", [.ifNoneMatch: known])
                #expect(answer.status == 304 && answer.bytes.isEmpty && answer.tag == made.tag, "\(known)")
            }
            #expect((await desk.ask(.get, place, "", [.ifNoneMatch: "\"2.1\""])).status == 200)
            #expect((await desk.ask(.get, place, "", [.ifNoneMatch: "nonsense"])).status == 200)
        }
    }

    @Test("another organisation's record is not there, and who may not see one is refused and told of", arguments: EngineMatrix.all)
    func others(_ engine: EngineMatrix) async throws {
        try await Desk.with(engine) { desk in
            let made = await desk.create("/api/v1/exercises", SampleKinds.exercise("toe-walk"))
            let place = "/api/v1/exercises/\(made.id)"
            for (method, rest, body) in [
                (HTTPRequest.Method.get, "", ""), (.get, "/history", ""), (.delete, "", ""), (.post, "/restore", ""),
                (.put, "", SampleKinds.exercise("toe-walk")), (.patch, "", "{}"),
            ] {
                let answer = await desk.ask(method, place + rest, body, [.ifMatch: made.tag], as: desk.stranger)
                #expect(answer.status == 404, "\(method) \(rest)")
            }
            #expect((await desk.ask(.get, "/api/v1/exercises", as: desk.stranger)).json["items"] == .array([]))
            #expect((await desk.ask(.get, "/api/v1/exercises/nonsense")).status == 404)

            let person = try await Subjects(desk.ground.host.database, desk.ground.host.keyring, world: desk.ground.host.world)
                .create(by: desk.therapist)
            let note = await desk.create("/api/v1/notes?subject=\(person)", #"{"text":"Duele menos."}"#)
            #expect(note.status == 201 && note.json["subjects"] == .array([.string(person.text)]))
            #expect((await desk.ask(.get, "/api/v1/notes/\(note.id)", as: desk.visitor)).status == 404)
            #expect((await desk.ask(.get, "/api/v1/notes/\(note.id)", as: desk.stranger)).status == 404)
            #expect((await desk.create("/api/v1/notes?subject=\(person)", #"{"text":"No."}"#, as: desk.visitor)).status == 403)
            try await eventually { try await desk.ground.told().contains("denied note") }
        }
    }

    @Test("a list goes on where it was while others write, each record once", arguments: EngineMatrix.all)
    func paging(_ engine: EngineMatrix) async throws {
        try await Desk.with(engine) { desk in
            for number in 0..<12 {
                let body = SampleKinds.exercise(
                    "walk-\(number)", ("Caminar de puntas", "\(Character(UnicodeScalar(UInt8(98 + number * 2))))"))
                #expect((await desk.create("/api/v1/exercises", body)).status == 201)
            }
            for sort in ["", "&sort=slug", "&sort=name_es"] {
                var (seen, after): ([String], String) = ([], "")
                var rounds = 0
                repeat {
                    let page = await desk.ask(.get, "/api/v1/exercises?limit=5\(sort)\(after)")
                    #expect(page.status == 200)
                    seen += page.json["items"]?.array?.compactMap { $0["id"]?.string } ?? []
                    after = page.json["next"]?.string.map { "&after=\($0)" } ?? ""
                    rounds += 1
                    // Before the place where the list is, so it does not show.
                    let body = SampleKinds.exercise("aa\(rounds)-\(seen.count)-\(sort.count)", ("Caminar de puntas", "A"))
                    if sort != "" { #expect((await desk.create("/api/v1/exercises", body)).status == 201) }
                } while after != "" && rounds < 20
                #expect(Set(seen).count == seen.count && seen.count >= 12, "\(sort)")
            }
        }
    }

    @Test("a name that fills a cursor is gone past like any other")
    func longNames() async throws {
        try await Desk.with { desk in
            let long = String(repeating: "\u{1F9B5}", count: 120)
            for slug in ["one", "two"] {
                #expect((await desk.create("/api/v1/exercises", SampleKinds.exercise(slug, ("Caminar de puntas", long)))).status == 201)
            }
            let first = await desk.ask(.get, "/api/v1/exercises?limit=1&sort=name_es")
            let next = try #require(first.json["next"]?.string)
            let second = await desk.ask(.get, "/api/v1/exercises?limit=1&sort=name_es&after=\(next)")
            #expect(second.status == 200 && second.json["items"]?[0]?["id"] != first.json["items"]?[0]?["id"])
        }
    }

    @Test("what a caller may not see is left out, has another tag, and cannot be overwritten", arguments: [EngineMatrix.sqlite, .postgres])
    func hidden(_ engine: EngineMatrix) async throws {
        try await Desk.with(engine) { desk in
            let host = desk.ground.host
            let person = try await Subjects(host.database, host.keyring, world: host.world).create(by: desk.therapist)
            let helper = desk.ground.standing("helper-1", ["therapist"])
            try await Relations(host.database, host.keyring, book: host.roles, world: host.world).grant(
                try Relation(
                    id: host.world.id(of: Relation.self), tenant: "clinic", subject: person, grantee: "helper-1", role: "therapist",
                    from: host.world.now() - .seconds(5), until: nil, reason: .careTeam), by: desk.therapist)
            let made = await desk.create("/api/v1/charts?subject=\(person)", #"{"stage":3,"document":"CC 1234567"}"#)
            #expect(made.status == 201)
            let place = "/api/v1/charts/\(made.id)"
            let partly = await desk.ask(.get, place, as: helper)
            #expect(partly.status == 200 && partly.json["hidden"] == .array([.string("document")]))
            #expect(partly.json["record"]?["document"] == nil && partly.tag != made.tag)
            #expect((await desk.ask(.get, place, "", [.ifNoneMatch: made.tag], as: helper)).status == 200)
            let refused = await desk.ask(.put, place, #"{"stage":4}"#, [.ifMatch: partly.tag], as: helper)
            #expect(refused.status == 403 && refused.code == "partly_hidden")

            let search = #"{"field":"document","value":" cc  1234567"}"#
            let found = await desk.ask(.post, "/api/v1/charts/search", search)
            #expect(found.json["items"]?[0]?["id"] == .string(made.id))
            #expect((await desk.ask(.post, "/api/v1/charts/search", search, as: helper)).json["items"] == .array([]))
            for wrong in [#"{"field":"stage","value":"3"}"#, #"{"field":"document"}"#, #"{"field":"document","value":"1","x":1}"#, "[]"] {
                #expect((await desk.ask(.post, "/api/v1/charts/search", wrong)).status == 422, "\(wrong)")
            }
        }
    }
}
