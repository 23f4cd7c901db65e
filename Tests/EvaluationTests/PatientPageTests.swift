import Access
import Base
import Evaluation
import FeatureKit
import Foundation
import HTTPTypes
import Records
import Runtime
import Store
import Synchronization
import TestKit
import Testing
import Web

/// What a patient is shown, by the routes themselves.
@Suite("Evaluation: the pages of patients", .timeLimit(.minutes(2)))
struct PatientPageTests {
    @Test("who has not agreed is told where to, in both languages; who has, films")
    func consent() async throws {
        try await Studio.with(agreeing: false) { studio in
            for path in ["/evaluations", "/evaluations/new"] {
                let (spanish, english) = (try await studio.look(path, .spanish), try await studio.look(path))
                #expect(spanish.contains("Falta su permiso para medir") && spanish.contains("/privacy#consents"), "\(path)")
                #expect(english.contains("Your permission to measure is missing"), "\(path)")
                #expect(!english.contains("data-film"))
            }
            try await studio.agree(to: EvaluationFeature.consent)
            #expect(try await studio.look("/evaluations").contains("href=\"/evaluations/new\""))
            #expect(try await studio.look("/evaluations/new?exercise=squat").contains("value=\"squat\" selected"))
        }
    }

    @Test("what is under way says what is safe, and what waits leads to its stream")
    func underWay() async throws {
        try await Studio.with { studio in
            let video = Studio.video()
            let entry = try await studio.begin(video)
            try await studio.send(Studio.parts(video)[0], 0, of: entry)
            #expect(try await studio.look("/evaluations/\(entry.id)").contains("1 of 3 parts have arrived and are safe."))
            let waiting = try await studio.sent()
            let page = try await studio.look("/evaluations/\(waiting.id)")
            #expect(page.contains("data-follow=\"/api/v1/evaluations/\(waiting.id)/progress\"") && page.contains("Your video is safe"))
            #expect(try await studio.look("/evaluations").contains("Under way"))
        }
    }

    @Test("a result is a pre-assessment until a clinician with a name has signed; what they changed is what is shown")
    func review() async throws {
        try await Studio.with { studio in
            let entry = try await studio.sent()
            try await studio.ground.perform(studio.feature.jobs)
            let before = try await studio.look("/evaluations/\(entry.id)")
            #expect(before.contains("Pre-assessment, not certified") && before.contains("Squat: we saw 3"))
            #expect(!before.contains("In numbers"))
            var evaluation = try await studio.state(of: entry)
            evaluation.state = .certified
            evaluation.review = try JSONDecoder().decode(
                MovementEvaluation.Review.self,
                from: Data(
                    """
                    {"decision": "amended", "reviewer": "therapist-1", "reviewer_name": "Eva <Ruiz>", "reviewed_at": "\(studio.host.world.now())",
                    "words": "Muy bien.", "amendments": [{"what": "repetitions", "from": "3", "to": "4"}, {"what": "fault", "to": "heel_rise:l"}]}
                    """.utf8))
            try await studio.put(evaluation, entry)
            let after = try await studio.look("/evaluations/\(entry.id)")
            #expect(after.contains("Certified with changes by Eva &lt;Ruiz&gt;") && after.contains("«Muy bien.»"))
            #expect(after.contains("Squat: we saw 4") && after.contains("Your left heel comes off the floor."))
            #expect(!after.contains("Pre-assessment"))
            // What a clinician took back is said to nobody any more, whichever side it was on.
            let fault = try JSONDecoder().decode(
                MovementEvaluation.Fault.self,
                from: Data(
                    """
                    {"code": "heel_rise", "side": "r", "amount": 7, "uncertainty": 1, "unit": "cm", "severity": "marked", "moment": 1, "times": 2}
                    """.utf8))
            evaluation.result?.faults = [fault]
            evaluation.review?.amendments = []
            try await studio.put(evaluation, entry)
            #expect(try await studio.look("/evaluations/\(entry.id)").contains("Your right heel comes off the floor."))
            evaluation.review?.amendments = [
                try JSONDecoder().decode(MovementEvaluation.Amendment.self, from: Data(#"{"what": "fault", "from": "\#(fault.key)"}"#.utf8))
            ]
            try await studio.put(evaluation, entry)
            #expect(try await !studio.look("/evaluations/\(entry.id)").contains("heel comes off the floor"))
            evaluation.state = .rejected
            evaluation.review?.decision = .rejected
            try await studio.put(evaluation, entry)
            let rejected = try await studio.look("/evaluations/\(entry.id)", .spanish)
            #expect(
                rejected.contains("dice que esta grabación no sirve") && !rejected.contains("Qué se vio")
                    && rejected.contains("Grabar de nuevo"))
        }
    }

    @Test("who cares for the person sees numbers with their errors, and reviews; a stranger finds nothing")
    func clinician() async throws {
        try await Studio.with { studio in
            let entry = try await studio.sent()
            try await studio.ground.perform(studio.feature.jobs)
            let path = "/evaluations/\(entry.id)"
            await #expect(throws: Failure.self) { try await studio.look(path, as: studio.therapist) }
            try await studio.relate("therapist-1", as: "therapist")
            let page = try await studio.look(path, as: studio.therapist)
            #expect(page.contains("In numbers") && page.contains("±") && page.contains("\(path)/review"))
            #expect(try await !studio.look(path).contains("\(path)/review"))
        }
    }

    @Test("a recording that cannot be measured shows the mistake and how it is done well")
    func refused() async throws {
        try await Studio.with { studio in
            studio.seen.set(.success(try Studio.observations(seconds: 0.3)))
            let entry = try await studio.sent()
            try await studio.ground.perform(studio.feature.jobs)
            let page = try await studio.look("/evaluations/\(entry.id)")
            #expect(page.contains("class=\"mistake\"") && page.contains("href=\"/evaluations/new?exercise=squat\""))
        }
    }

    @Test("two of an exercise show how it goes, clearly as pre-assessments, and lead to their comparison")
    func trend() async throws {
        try await Studio.with { studio in
            var ids: [String] = []
            for size in [2_000, 3_000] {
                ids.append(try await studio.sent(Studio.video(size)).id)
                try await studio.ground.perform(studio.feature.jobs)
                studio.clock.advance(by: .seconds(86_400))
            }
            let page = try await studio.look("/evaluations")
            #expect(page.contains("/evaluations/compare?before=\(ids[0])&amp;after=\(ids[1])"))
            #expect(page.contains("nobody has certified them yet") && !page.contains("of what your clinic certified"))
        }
    }

    @Test(
        "who follows a measurement is told how it goes, and when it is over; the journal hears of one reading", arguments: EngineMatrix.all)
    func stream(_ engine: EngineMatrix) async throws {
        try await Studio.with(engine) { studio in
            let entry = try await studio.sent()
            let readings = { try await studio.ground.told().filter { $0 == "read evaluation" }.count }
            try await eventually { try await readings() > 0 }
            let before = try await readings()
            let reply = try await studio.ask("/api/v1/evaluations/\(entry.id)/progress", as: studio.own, .english)
            guard case .stream(nil, let write) = reply.content else { return #expect(Bool(false), "no stream") }
            let heard = Heard()
            async let told: Void = write(heard)
            try await eventually { heard.text.contains("\"step\":\"waiting\"") }
            try await studio.ground.perform(studio.feature.jobs.filter { $0.shape.name == "evaluation.measure" })
            try await told
            #expect(heard.text.hasSuffix("event: end\ndata: {}\n\n"), "\(heard.text)")
            try await eventually { try await readings() >= before + 1 }
            // The worker read it as well.
            #expect(try await readings() <= before + 2)
            await #expect(throws: Failure.self) {
                try await studio.ask(
                    "/api/v1/evaluations/\(entry.id)/progress", as: studio.ground.standing("luis-1", ["patient"]), .english)
            }
        }
    }

    @Test("an account has so many streams and no more; each that ends gives its place back")
    func places() async throws {
        try await Studio.with { studio in
            let entry = try await studio.sent()
            let routes = studio.feature.routes
            let path = "/api/v1/evaluations/\(entry.id)/progress"
            var replies: [Reply] = []
            for _ in 0..<6 { replies.append(try await studio.ask(path, as: studio.own, .english, routes)) }
            await #expect(throws: Problem.self) { try await studio.ask(path, as: studio.own, .english, routes) }
            replies.removeLast()
            replies.append(try await studio.ask(path, as: studio.own, .english, routes))
        }
    }

    /// What a stream wrote so far.
    private final class Heard: ReplyWriter {
        private let bytes = Mutex<[UInt8]>([])
        var text: String { String(decoding: bytes.withLock { $0 }, as: UTF8.self) }
        func write(_ more: [UInt8]) async throws { bytes.withLock { $0 += more } }
    }
}

extension Studio {
    /// A page as somebody is shown it.
    fileprivate func look(_ target: String, _ language: Language = .english, as standing: Standing? = nil) async throws -> String {
        guard case .bytes(let bytes) = try await ask(target, as: standing ?? own, language).content else { return "" }
        return String(decoding: bytes, as: UTF8.self)
    }

    fileprivate func ask(
        _ target: String, as standing: Standing, _ language: Language, _ routes: [Route]? = nil
    ) async throws -> Reply {
        let parts = target.split(separator: "?", maxSplits: 1).map(String.init)
        for route in routes ?? feature.routes where route.method == .get {
            guard let captured = Self.captured(parts[0], by: route.path) else { continue }
            if case .permission(let permission) = route.access { try standing.require(permission) }
            let call = Call(
                method: .get, path: parts[0], query: parts.count > 1 ? try Query(parts[1]) : .empty, fields: [:], captured: captured,
                id: host.world.id(), trace: TraceContext(trace: [1], span: [1], parent: nil, isSampled: false, state: nil),
                standing: standing, language: language, deadline: .seconds(10), peer: "127.0.0.1", isSecure: false)
            return try await route.handle(call)
        }
        throw Problem.nothingHere
    }

    /// What the names in a path stand for; nil where it is another path.
    private static func captured(_ path: String, by pattern: RoutePath) -> [(name: String, value: String)]? {
        let (given, wanted) = (path.split(separator: "/"), pattern.description.split(separator: "/"))
        guard given.count == wanted.count else { return nil }
        var captured: [(name: String, value: String)] = []
        for (part, name) in zip(given, wanted) {
            if name.hasPrefix("{") {
                captured.append((String(name.dropFirst().dropLast()), String(part)))
            } else if part != name {
                return nil
            }
        }
        return captured
    }

    /// As a review would change it.
    fileprivate func put(_ evaluation: MovementEvaluation, _ entry: EvaluationStore.Entry) async throws {
        let now = try await store.entry(entry.id, by: own)
        let working = try host.standing(of: "evaluation", as: "evaluation_worker", for: nil, in: "clinic")
        let write = try await host.store.revision(
            MovementEvaluation.kind.shape, entry.id, try MovementEvaluation.kind.body(of: evaluation).bytes, ifVersion: now.version,
            by: working)
        try await ground.rows.write { tx in try write.put(tx) }
    }
}
