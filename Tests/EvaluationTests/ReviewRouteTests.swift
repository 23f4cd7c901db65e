import Access
import Base
import Certification
import Evaluation
import FeatureKit
import HTTPTypes
import Records
import Runtime
import TestKit
import Testing
import Web

@Suite("Evaluation: reviews over HTTP and on pages", .timeLimit(.minutes(5)))
struct ReviewRouteTests {
    private static func tag(_ entry: EvaluationStore.Entry) -> HTTPFields {
        [.ifMatch: "\"\(entry.version).\(MovementEvaluation.kind.shape.number)\""]
    }

    @Test("a program reviews the version that it read, and is told of another")
    func conditions() async throws {
        try await Studio.with { studio in
            let entry = try await studio.measured()
            let path = "/api/v1/evaluations/\(entry.id)"
            let read = try await studio.ask(.get, path, by: studio.therapist)
            #expect(read.fields[.eTag] == Self.tag(entry)[.ifMatch])
            let body = #"{"decision":"amend","words":"Bien.","amendments":[{"what":"repetitions","to":"5"}]}"#
            func code(_ fields: HTTPFields, _ body: String) async -> String {
                do {
                    _ = try await studio.ask(.post, "\(path)/review", by: studio.therapist, body: body, fields: fields)
                    return "taken"
                } catch { return Problem(error)?.code ?? "\(error)" }
            }
            #expect(await code([:], body) == "if_match_missing")
            #expect(await code([.ifMatch: "\"1.1\""], body) == "version_moved")
            for bad in [
                "{", "[]", #"{"decision":"bless"}"#, #"{"decision":"certify","more":1}"#, #"{"decision":"certify","words":7}"#,
                #"{"decision":"certify","words":"   "}"#, #"{"decision":"amend","amendments":{}}"#,
                #"{"decision":"amend","amendments":[7]}"#, #"{"decision":"amend","amendments":[{"what":"weight"}]}"#,
                "{\"decision\":\"certify\",\"words\":\"\\u001b[2J\"}",
            ] {
                #expect(["not_json", "invalid_record"].contains(await code(Self.tag(entry), bad)), "\(bad)")
            }
            let reply = try await studio.ask(
                .post, "\(path)/review", by: studio.therapist, body: body, fields: Self.tag(entry))
            let json = try JSON.parse(Studio.bytes(reply))
            #expect(json["state"]?.string == "certified" && json["is_pre_assessment"]?.bool == false)
            #expect(json["review"]?["decision"]?.string == "amended")
            #expect(json["review"]?["amendments"]?[0]?["message"]?.string == "Las repeticiones son 5, no 3.")
            // The version that was reviewed is no more.
            #expect(await code(Self.tag(entry), body) == "version_moved")
            #expect(await code([.ifMatch: "*"], body) == "already_certified")
        }
    }

    @Test("the page shows what was measured, keeps what was typed, and leads to the list")
    func form() async throws {
        try await Studio.with { studio in
            let entry = try await studio.measured()
            let path = "/evaluations/\(entry.id)/review"
            let page = String(decoding: Studio.bytes(try await studio.ask(.get, path, by: studio.therapist)), as: UTF8.self)
            #expect(page.contains("Sentadilla") && page.contains("±") && page.contains("Certificar tal como está"))
            #expect(page.contains("valoración previa") && page.contains("\(entry.id)/report"))
            func send(_ items: [(String, String)]) async throws -> (Int, String, String) {
                let reply = try await studio.ask(
                    .post, path, by: studio.therapist, body: Query(items: items.map { .init($0.0, $0.1) }).text)
                return (reply.status.code, String(decoding: Studio.bytes(reply), as: UTF8.self), reply.fields[.location] ?? "")
            }
            let version = ("version", "\(entry.version)")
            // Nothing is changed, and the words stay.
            let nothing = try await send([
                ("decision", "amend"), version, ("amend_exercise", "squat"), ("amend_repetitions", "3"), ("amend_words", "Muy <bien>"),
            ])
            #expect(nothing.0 == 422 && nothing.1.contains("Muy &lt;bien&gt;") && nothing.1.contains("Cambie al menos una cosa"))
            let odd = try await send([("decision", "amend"), version, ("amend_repetitions", "muchas")])
            #expect(odd.0 == 422 && odd.1.contains("field-amend_repetitions-error") && odd.1.contains("muchas"))
            let unsaid = try await send([("decision", "reject"), version, ("reject_reason", "other"), ("reject_words", " \r\n ")])
            #expect(unsaid.0 == 422 && unsaid.1.contains("field-reject_words-error"))
            studio.staff.prove(false)
            let unproved = try await send([("decision", "certify"), version, ("certify_words", "Siga así")])
            #expect(unproved.0 == 422 && unproved.1.contains("/account/prove") && unproved.1.contains("Siga así"))
            studio.staff.prove(true)
            let stale = try await send([("decision", "certify"), ("version", "1")])
            #expect(stale.0 == 422 && stale.1.contains("cambió mientras"))
            let done = try await send([
                ("decision", "amend"), version, ("amend_exercise", "squat"), ("amend_repetitions", "5"), ("amend_words", "Uno\r\ndos"),
            ])
            #expect(done.0 == 303 && done.2 == "/worklist?done=certified")
            #expect(try await studio.state(of: entry).review?.words == "Uno\ndos")
            let again = String(decoding: Studio.bytes(try await studio.ask(.get, path, by: studio.therapist)), as: UTF8.self)
            #expect(again.contains("Retirar la certificación") && !again.contains("Certificar tal como está"))
            let now = try await studio.store.entry(entry.id, by: studio.therapist)
            let gone = try await send([
                ("decision", "reject"), ("version", "\(now.version)"), ("reject_reason", "another_person"), ("reject_words", "No es Ana."),
            ])
            #expect(gone.0 == 303 && gone.2 == "/worklist?done=rejected")
        }
    }

    @Test("whoever knows a certificate's number learns who signed, and nothing about the person", arguments: EngineMatrix.all)
    func certificatePage(_ engine: EngineMatrix) async throws {
        try await Studio.with(engine) { studio in
            let entry = try await studio.measured()
            let reviewed = try await studio.review(
                ReviewRequest(.amend, words: "Palabras privadas", changes: [.init(.repetitions, to: "5")]), entry)
            let number = try #require(reviewed.evaluation.review?.certificate)
            func page() async throws -> String {
                String(decoding: Studio.bytes(try await studio.ask(.get, "/certificates/\(number)", by: nil)), as: UTF8.self)
            }
            let holds = try await page()
            #expect(
                holds.contains("Eva Ruiz") && holds.contains("Vale") && holds.contains(reviewed.evaluation.review?.statementDigest ?? "–"))
            for secret in ["Palabras", "Sentadilla", "repeticiones", studio.ana.text, entry.id] {
                #expect(!holds.contains(secret), "\(secret)")
            }
            _ = try await studio.review(ReviewRequest(.reject, because: .wrongNumbers, words: "Mal."), reviewed)
            let gone = try await page()
            #expect(gone.contains("Ya no vale") && !gone.contains("Mal.") && !gone.contains("corresponde"))
            for other in [String(repeating: "0", count: 32), "xyz", number.uppercased()] {
                do {
                    _ = try await studio.ask(.get, "/certificates/\(other)", by: nil)
                    Issue.record("\(other) is one")
                } catch { #expect(Problem(error)?.refusal == .notFound) }
            }
        }
    }

    @Test("what is not measured has nothing to review")
    func unmeasured() async throws {
        try await Studio.with { studio in
            let entry = try await studio.sent(Studio.video(2_000))
            try await studio.relate("therapist-1", as: "therapist")
            do {
                _ = try await studio.ask(.get, "/evaluations/\(entry.id)/review", by: studio.therapist)
                Issue.record("shown")
            } catch { #expect(Problem(error)?.code == "not_reviewable") }
        }
    }
}
