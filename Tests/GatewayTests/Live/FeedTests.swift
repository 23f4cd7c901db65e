import Access
import Base
import FeatureKit
import Gateway
import LiveKit
import Records
import Runtime
import TestKit
import Testing

@Suite(.serialized) struct FeedTests {
    @Test(arguments: EngineMatrix.all) func whatHappensIsToldToWhoListens(engine: EngineMatrix) async throws {
        try await LiveGround.with(engine) { live in
            let socket = try await live.connect()
            #expect(try await socket.subscribe("records/notice") != nil)
            let record = try await live.notice("uno")
            let event = try #require(try await socket.events(1).first)
            #expect(event["kind"]?.string == "notice")
            #expect(event["record"]?.string == record.id)
            #expect(event["version"]?.integer == 1)
            #expect(event["verb"]?.string == "created")
            #expect(event["time"]?.string == record.createdAt.description)
            #expect(Set(event.object?.members.map(\.name) ?? []) == ["position", "kind", "record", "version", "verb", "time"])
        }
    }

    @Test func ofOneRecordOnlyItsOwnChangesAreTold() async throws {
        try await LiveGround.with { live in
            let (one, other) = (try await live.notice("uno"), try await live.notice("dos"))
            let socket = try await live.connect()
            try await socket.subscribe("records/notice/\(other.id)")
            let store = live.ground.host.store
            for record in [one, other] {
                _ = try await store.update(LiveGround.notice, record.id, Array(#"{"text":"tres"}"#.utf8), ifVersion: 1, by: live.admin)
            }
            try await store.delete(LiveGround.notice, other.id, ifVersion: 2, by: live.admin)
            let events = try await socket.events(2)
            #expect(events.map { $0["record"]?.string } == [other.id, other.id])
            #expect(events.map { $0["verb"]?.string } == ["updated", "deleted"])
        }
    }

    @Test func readsAreNobodysNews() async throws {
        try await LiveGround.with { live in
            let record = try await live.notice()
            let socket = try await live.connect()
            try await socket.subscribe("records/notice")
            _ = try await live.ground.host.store.read(LiveGround.notice, record.id, by: live.admin)
            let next = try await live.notice()
            #expect(try await socket.events(1).first?["record"]?.string == next.id)
        }
    }

    @Test func anotherOrganisationHearsNothing() async throws {
        try await LiveGround.with { live in
            let (inside, outside) = (try await live.connect(), try await live.connect("therapist-1+therapist@hospital"))
            try await inside.subscribe("records/notice")
            try await outside.subscribe("records/notice")
            try await live.notice("nuestro")
            let theirs = try await live.notice("suyo", by: live.ground.standing("admin-2", in: "hospital"))
            _ = try await inside.events(1)
            #expect(try await outside.events(1).first?["record"]?.string == theirs.id)
        }
    }

    @Test func whoIsNotLetInHearsNothingUntilTheyAreAndNothingAfter() async throws {
        try await LiveGround.with { live in
            let person = try await live.person()
            let socket = try await live.connect()
            try await socket.subscribe("subjects/\(person)")
            try await socket.subscribe("records/notice")
            try await live.note(about: person)
            try await live.notice("1")
            #expect(try await socket.events(1).map { $0["kind"]?.string } == ["notice"])
            let relation = try await live.relate(person, "therapist-1")
            let seen = try await live.note(about: person)
            #expect(try await socket.events(1).first?["record"]?.string == seen.id)
            try await live.relations.end(relation, by: live.admin)
            try await live.note(about: person)
            try await live.notice("2")
            #expect(try await socket.events(1).map { $0["kind"]?.string } == ["notice"])
        }
    }

    @Test func whoCanNeverReadAKindIsRefused() async throws {
        try await LiveGround.with { live in
            let socket = try await live.connect("nobody-1")
            for (topic, code) in [
                ("records/nothing", "topic_unknown"), ("records/notice/not-an-id", "topic_unknown"), ("weather/today", "topic_unknown"),
                ("records", "topic_unknown"), ("subjects/x/y", "topic_unknown"), ("records/Notice", "topic_unknown"),
                ("jobs/secret", "access_denied"),
            ] {
                try await socket.send(#"{"type":"subscribe","topic":"\#(topic)"}"#)
                let answer = try #require(try await socket.message())
                #expect(answer["type"]?.string == "refused")
                #expect(answer["code"]?.string == code, "\(topic)")
            }
        }
    }

    @Test func somebodyFoundToBeAnotherIsHeardOfUnderBothNames() async throws {
        try await LiveGround.with { live in
            let (one, other) = (try await live.person(), try await live.person())
            let early = try await live.note(about: one)
            let socket = try await live.connect("admin-1+organisation_admin")
            try await socket.subscribe("subjects/\(other)")
            try await live.subjects.merge(one, into: other, by: live.admin)
            _ = try await live.ground.host.store.update(
                Note.kind.shape, early.id, Array(#"{"text":"otro"}"#.utf8), ifVersion: 1, by: live.admin)
            #expect(try await socket.events(1).first?["record"]?.string == early.id)
        }
    }

    @Test func whatIsNotWrittenDownIsToldToo() async throws {
        try await LiveGround.with { live in
            let (admin, other) = (try await live.connect("admin-1+organisation_admin"), try await live.connect())
            try await admin.subscribe("jobs/7")
            try await other.subscribe("jobs/open")
            for share in [10, 20] { live.feed.publish("jobs/7", .init([.init("percent", .number(Double(share)))]), in: "clinic") }
            live.feed.publish("jobs/7", .init([]), in: "hospital")
            live.feed.publish("jobs/open", .init([.init("percent", .number(1))]), in: "clinic")
            let events = try await admin.events(2)
            #expect(events.map { $0["data"]?["percent"]?.integer } == [10, 20])
            #expect(try await other.events(1).first?["data"]?["percent"]?.integer == 1)
        }
    }
}
