import Access
import Base
import Evaluation
import FeatureKit
import Movement
import MovementSimulation
import Records
import Runtime
import Store
import TestKit
import Testing
import Web

@Suite("Evaluation: two compared", .timeLimit(.minutes(4)))
struct ComparisonTests {
    /// A squat as deep as is said.
    private static func squat(_ depth: Double) throws -> [UInt8] {
        try Studio.observations(of: SimulatedMovement(.squat, seconds: 10, peakDegrees: depth))
    }

    @Test("what really changed is told from what did not, for the person and for the clinician", arguments: EngineMatrix.all)
    func compared(_ engine: EngineMatrix) async throws {
        try await Practice.with(engine) { practice in
            let ana = try await practice.person("Ana Núñez")
            let first = try await practice.measured(try Self.squat(62), of: ana)
            practice.pass(days: 14)
            let second = try await practice.measured(try Self.squat(105), of: ana)
            practice.pass(days: 1)
            let same = try await practice.measured(try Self.squat(105), of: ana)
            let api = "/api/v1/evaluations/compare"
            let json = await practice.get("\(api)?before=\(first)&after=\(second)", as: practice.own(ana)).json
            #expect(json["exercise"]?.string == "squat" && json["before"]?["id"]?.string == first, "\(json)")
            #expect(json["before"]?["is_pre_assessment"]?.bool == true)
            func verdict(_ code: String, _ json: JSON) -> String? {
                json["figures"]?.array?.first { $0["code"]?.string == code }?["verdict"]?.string
            }
            #expect(verdict("peak", json) == "increased", "\(json)")
            // Said the other way round it is the same.
            #expect(await practice.get("\(api)?before=\(second)&after=\(first)", as: practice.own(ana)).json == json)
            let still = await practice.get("\(api)?before=\(second)&after=\(same)", as: practice.therapist).json
            #expect(still["figures"]?.array?.allSatisfy { $0["verdict"]?.string == "no_real_change" } == true)

            let own = await practice.get("/evaluations/compare?before=\(first)&after=\(second)", as: practice.own(ana))
            #expect(own.status == 200 && own.text.contains("class=\"patient"))
            for words in [
                "Sentadilla: antes y después", "Valoración previa", "Cambió de verdad", "más que el error de la medición",
                "Rodilla en una repetición",
            ] {
                #expect(own.words.contains(words), "\(words)")
            }
            #expect(!own.words.contains("MDC95"))
            let nothing = await practice.get("/evaluations/compare?before=\(second)&after=\(same)", as: practice.own(ana))
            #expect(nothing.words.contains("Todavía no hay un cambio real: las diferencias son menores que el error de la medición."))
            let clinician = await practice.get("/evaluations/compare?before=\(first)&after=\(second)", as: practice.therapist, .english)
            for words in ["Ana Núñez", "MDC95", "increased", "Angle at the turn"] { #expect(clinician.words.contains(words), "\(words)") }
            #expect(clinician.text.contains("class=\"dense"))
            let chooser = await practice.get("/evaluations/compare", as: practice.own(ana))
            #expect(chooser.status == 200 && chooser.text.contains("value=\"\(first)\""))
            let theirs = await practice.get("/evaluations/compare?subject=\(ana.text)", as: practice.therapist)
            #expect(theirs.words.contains("Ana Núñez") && theirs.text.contains("value=\"\(same)\""))
        }
    }

    @Test("what was measured before anything was kept to compare by is measured again, to the same")
    func older() async throws {
        try await Practice.with { practice in
            let ana = try await practice.person("Ana")
            let first = try await practice.measured(try Self.squat(70), of: ana)
            let second = try await practice.measured(try Self.squat(95), of: ana)
            let target = "/api/v1/evaluations/compare?before=\(first)&after=\(second)"
            let kept = await practice.get(target, as: practice.own(ana)).json
            #expect(kept["figures"]?.array?.isEmpty == false)
            let removed = try await practice.ground.rows.write { tx in
                try tx.execute("DELETE FROM evaluation_files WHERE name = \("comparable.json")")
            }
            #expect(removed == 2)
            #expect(await practice.get(target, as: practice.own(ana)).json == kept)
        }
    }

    @Test("what cannot be compared is said clearly, and to who may not see it nothing is said at all", arguments: EngineMatrix.all)
    func refused(_ engine: EngineMatrix) async throws {
        try await Practice.with(engine) { practice in
            let (ana, berta) = (try await practice.person("Ana"), try await practice.person("Berta"))
            let squat = try await practice.measured(try Self.squat(90), of: ana)
            let hers = try await practice.measured(try Self.squat(90), of: berta)
            let heels = try await practice.measured(try Studio.observations(.heelRaise), of: ana)
            let refused = try await practice.evaluation(of: ana, .init(state: .refused, refusal: "too_dark"))
            let nobody = practice.host.world.id(of: Practice.self).description
            let therapist = practice.therapist
            for path in ["/api/v1/evaluations/compare", "/evaluations/compare"] {
                func code(_ one: String, _ other: String, _ standing: Standing) async -> String? {
                    await practice.get("\(path)?before=\(one)&after=\(other)", as: standing).code
                }
                #expect(await code(squat, squat, therapist) == "compared_with_itself")
                #expect(await code(squat, hers, therapist) == "other_person")
                #expect(await code(squat, heels, therapist) == "not_comparable")
                #expect(await code(squat, refused, therapist) == "not_measured_yet")
                #expect(await code(squat, nobody, therapist) == "record_not_found")
                #expect(await code(squat, hers, practice.own(ana)) == "record_not_found")
                #expect(await code(squat, heels, practice.ground.standing("therapist-2", ["therapist"])) == "record_not_found")
                #expect(await code(squat, heels, practice.ground.standing(ana, ["patient"], in: "hospital")) == "record_not_found")
                #expect(await code("x", heels, therapist) != nil)
            }
            #expect(await practice.get("/evaluations/compare?subject=\(ana.text)", as: practice.own(berta)).status == 404)
            #expect(await practice.get("/evaluations/compare?subject=\(nobody)", as: therapist).status == 404)
            #expect(await practice.get("/evaluations/compare", as: practice.own(berta)).words.contains("Todavía no hay dos"))
        }
    }

    @Test("lists by state hold that state alone, in pages", arguments: EngineMatrix.all)
    func byState(_ engine: EngineMatrix) async throws {
        try await Practice.with(engine) { practice in
            let (ana, berta) = (try await practice.person("Ana"), try await practice.person("Berta"))
            for number in 0..<7 {
                try await practice.evaluation(of: number % 2 == 0 ? ana : berta)
                try await practice.evaluation(of: ana, .init(state: .refused, refusal: "too_dark"))
                practice.clock.advance(by: .seconds(1))
            }
            func states(_ query: String, _ standing: Standing) async throws -> [String] {
                var (found, after): ([String], String?) = ([], "")
                while let place = after {
                    let json = await practice.get("/api/v1/evaluations?limit=2\(query)\(place)", as: standing).json
                    found += try #require(json["items"]?.array).compactMap { $0["state"]?.string }
                    after = json["next"]?.string.map { "&after=\($0)" }
                }
                return found
            }
            #expect(try await states("&state=pre_assessment", practice.therapist) == Array(repeating: "pre_assessment", count: 7))
            #expect(try await states("&state=pre_assessment&subject=\(berta.text)", practice.therapist).count == 3)
            #expect(try await states("&state=refused", practice.own(ana)).count == 7)
            #expect(try await states("&state=refused", practice.own(berta)).isEmpty)
            #expect(await practice.get("/api/v1/evaluations?state=other", as: practice.therapist).status == 400)
        }
    }
}
