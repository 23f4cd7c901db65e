import Access
import Base
import FeatureKit
import Gateway
import HTTPTypes
import LiveKit
import Records
import Runtime
import TestKit
import Testing
import Web

@Suite(.serialized) struct EventStreamTests {
    private struct Writer: ReplyWriter {
        let inbox: Inbox
        func write(_ bytes: [UInt8]) async throws { inbox.add(bytes) }
    }

    private static func call(_ query: String, _ standing: Standing, last: String? = nil) throws -> Call {
        var fields = HTTPFields()
        if let name = HTTPField.Name("Last-Event-ID"), let last { fields[name] = last }
        let trace = TraceContext(
            trace: Array(repeating: 1, count: 16), span: Array(repeating: 1, count: 8), parent: nil, isSampled: false, state: nil)
        return Call(
            method: .get, path: "/api/v1/events", query: try Query(query), fields: fields, id: World.live.id(), trace: trace,
            standing: standing, language: .english, deadline: .seconds(1 << 40), peer: "127.0.0.1", isSecure: false)
    }

    /// The next event's lines by name; comments are passed over.
    private static func next(_ inbox: Inbox) async throws -> [String: String] {
        while true {
            let block: String? = try await inbox.take { (bytes: inout [UInt8]) -> String? in
                guard let end = (0..<max(bytes.count - 1, 0)).first(where: { bytes[$0] == 10 && bytes[$0 + 1] == 10 }) else { return nil }
                defer { bytes.removeFirst(end + 2) }
                return String(decoding: bytes[..<end], as: UTF8.self)
            }
            let lines = try #require(block).split(separator: "\n").map { $0.split(separator: ":", maxSplits: 1) }
            let named = lines.compactMap { $0.count == 2 ? (String($0[0]), String($0[1].dropFirst())) : nil }
            if !named.isEmpty { return Dictionary(named) { one, _ in one } }
        }
    }

    private static func listen(
        _ live: LiveGround, _ query: String, last: String? = nil, _ body: (Inbox) async throws -> Void
    ) async throws {
        let reply = try await live.reception.eventsRoute.handle(
            try call(query, live.ground.standing("therapist-1", ["therapist"]), last: last))
        #expect(reply.fields[.contentType] == "text/event-stream")
        guard case .stream(_, let produce) = reply.content else {
            Issue.record("no stream")
            return
        }
        let inbox = Inbox()
        let producing = Task { try? await produce(Writer(inbox: inbox)) }
        let outcome: Result<Void, any Error>
        do { outcome = .success(try await body(inbox)) } catch { outcome = .failure(error) }
        producing.cancel()
        await producing.value
        try outcome.get()
    }

    @Test func changesOfSeveralTopicsComeOnceAndAreResumed() async throws {
        try await LiveGround.with { live in
            let first = try await live.notice()
            let query = "topic=records/notice&topic=records/notice/\(first.id)&topic=jobs/open"
            var place = ""
            try await Self.listen(live, query) { inbox in
                let begun = try await Self.next(inbox)
                #expect(begun["event"] == "subscribed" && begun["retry"] == "3000")
                _ = try await live.ground.host.store.update(
                    LiveGround.notice, first.id, Array(#"{"text":"dos"}"#.utf8), ifVersion: 1, by: live.admin)
                let change = try await Self.next(inbox)
                place = try #require(change["id"])
                let data = try JSON.parse(Array(try #require(change["data"]).utf8))
                #expect(data["topics"]?.array?.compactMap(\.string) == ["records/notice", "records/notice/\(first.id)"])
                #expect(data["verb"]?.string == "updated")
            }
            let missed = try await live.notice()
            live.feed.publish("jobs/open", .init([.init("n", .number(1))]), in: "clinic")
            try await Self.listen(live, query, last: place) { inbox in
                #expect(try await Self.next(inbox)["event"] == "subscribed")
                let events = [try await Self.next(inbox), try await Self.next(inbox)].compactMap { $0["data"] }
                #expect(events.count { $0.contains(missed.id) } == 1)
                #expect(events.count { $0.contains(#""n":1"#) } == 1)
            }
        }
    }

    @Test func whatCannotBeListenedToIsRefused() async throws {
        try await LiveGround.with { live in
            let standing = live.ground.standing("nobody-1")
            for query in ["", "topic=jobs/secret", "topic=nothing/x", "topic=records/notice&topic=records/notice"] {
                await #expect(throws: (any Error).self, "\(query)") {
                    _ = try await live.reception.eventsRoute.handle(try Self.call(query, standing))
                }
            }
        }
    }
}
