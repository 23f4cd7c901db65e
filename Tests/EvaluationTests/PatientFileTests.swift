import Access
import Base
import Evaluation
import FeatureKit
import Foundation
import Movement
import Records
import Runtime
import Store
import TestKit
import Testing
import Web

@Suite("Evaluation: patients and their files", .timeLimit(.minutes(3)))
struct PatientFileTests {
    @Test(
        "the people in one's care stand by name, with their last evaluation, and are found by part of their name",
        arguments: EngineMatrix.all)
    func list(_ engine: EngineMatrix) async throws {
        try await Practice.with(engine) { practice in
            let ana = try await practice.person("Ana Núñez")
            _ = try await practice.person("Álvaro Quispe")
            _ = try await practice.person("Zoe Mamani", of: "therapist-2")
            try await practice.evaluation(of: ana, .init(state: .certified, exercise: "gait", points: 71))
            practice.clock.advance(by: .seconds(60))
            try await practice.evaluation(of: ana)
            practice.clock.advance(by: .seconds(60))
            try await practice.evaluation(of: ana, .init(state: .refused, refusal: "too_dark"))
            let page = await practice.get("/patients", as: practice.therapist)
            let (first, second) = (page.words.range(of: "Álvaro Quispe"), page.words.range(of: "Ana Núñez"))
            #expect(try #require(first).lowerBound < (try #require(second)).lowerBound)
            #expect(!page.words.contains("Zoe"))
            for words in ["Sin evaluaciones todavía", "No se pudo medir", "y 1 más por revisar"] {
                #expect(page.words.contains(words), "\(words) in \(page.words)")
            }
            #expect(await practice.get("/patients?q=nunez", as: practice.therapist).words.contains("Ana Núñez"))
            #expect(await !practice.get("/patients?q=nunez", as: practice.therapist).words.contains("Álvaro"))
            #expect(await practice.get("/patients?q=zoe", as: practice.therapist).words.contains("Nadie con ese nombre"))
            #expect(await practice.get("/patients?q=%21%21", as: practice.therapist).status == 200)
            #expect(await practice.get("/patients", as: practice.own(ana)).status == 403)
            #expect(
                await practice.get("/patients", as: practice.ground.standing("therapist-1", ["therapist"], in: "hospital")).words
                    .contains("Todavía no tiene a nadie"))
        }
    }

    @Test("a long list has pages, each person once")
    func pages() async throws {
        try await Practice.with { practice in
            for number in 0..<60 { _ = try await practice.person("Persona \(number)") }
            var (seen, next): ([String], String?) = ([], "/patients?q=persona")
            while let target = next {
                let page = await practice.get(target, as: practice.therapist)
                seen += page.text.matches(of: #/href="\/patients\/([0-9a-f-]{36})"/#).map { String($0.1) }
                next = page.text.firstMatch(of: #/href="([^"]*)" rel="next"/#).map { String($0.1).replacing("&amp;", with: "&") }
                try #require(seen.count < 100)
            }
            #expect(seen.count == 60 && Set(seen).count == 60)
        }
    }

    @Test(
        "a file shows how it goes, what recurs and every evaluation; what a clinician rejected is no part of trends",
        arguments: EngineMatrix.all)
    func file(_ engine: EngineMatrix) async throws {
        try await Practice.with(engine) { practice in
            let ana = try await practice.person("Ana Núñez")
            let valgus = Practice.Made.fault(.kneeValgus, .marked, .left)
            var ids: [String] = []
            for (points, state) in [(50, MovementEvaluation.State.certified), (11, .rejected), (72, .preAssessment)] {
                ids.append(
                    try await practice.evaluation(
                        of: ana, .init(state: state, points: points, faults: [valgus], knee: Double(80 + points / 10))))
                practice.pass(days: 7)
            }
            ids.append(try await practice.evaluation(of: ana, .init(state: .refused, refusal: "feet_out_of_view")))
            let page = await practice.get("/patients/\(ana.text)", as: practice.therapist)
            #expect(page.status == 200)
            for id in ids { #expect(page.text.contains("/evaluations/\(id)\"")) }
            for words in [
                "Ana Núñez", "Puntuación en el tiempo", "Compensaciones que se repiten", "2 de 2", "Certificada", "Rechazada",
                "Por revisar",
                "No se vieron los pies", "Rodilla derecha", "Comparar la primera con la última", "1 por revisar",
            ] { #expect(page.words.contains(words), "\(words)") }
            let scores = try #require(page.words.range(of: "Puntuación en el tiempo")).lowerBound
            let end = try #require(page.words.range(of: "Compensaciones que se repiten")).lowerBound
            let trend = page.words[scores..<end]
            #expect(trend.contains("50,0 ± 7,0") && trend.contains("72,0 ± 7,0") && !trend.contains("11,0"))
            #expect(page.text.contains("/evaluations/compare?before=\(ids[0])&amp;after=\(ids[2])"))
            #expect(page.text.contains("/evaluations/new?subject=\(ana.text)"))
            let english = await practice.get("/patients/\(ana.text)", as: practice.therapist, .english)
            #expect(english.words.contains("Score over time") && english.words.contains("2 of 2"))
        }
    }

    @Test("somebody else's patient is as one that never was, and the journal is told", arguments: EngineMatrix.all)
    func stranger(_ engine: EngineMatrix) async throws {
        try await Practice.with(engine) { practice in
            let (ana, berta) = (try await practice.person("Ana"), try await practice.person("Berta"))
            try await practice.evaluation(of: ana)
            let strangers = [
                practice.ground.standing("therapist-2", ["therapist"]),
                practice.ground.standing("therapist-1", ["therapist"], in: "hospital"),
            ]
            for stranger in strangers {
                let codes = [ana.text, berta.text, practice.host.world.id(of: Practice.self).description, "nobody"].map { ($0) }
                var answers: [Practice.Answer] = []
                for person in codes { answers.append(await practice.get("/patients/\(person)", as: stranger)) }
                #expect(answers.map(\.status) == [404, 404, 404, 404])
                #expect(Set(answers.map(\.code)) == ["patient_not_found"])
            }
            #expect(await practice.get("/patients/%00", as: practice.therapist).status == 404)
            #expect(await practice.get("/patients/\(ana.text)", as: practice.own(ana)).status == 403)
            // What could be nobody's id is not told of, and does not stand in the way of what is.
            #expect(try await practice.told("denied", atLeast: 3) == 3)
            #expect(await practice.get("/patients/\(ana.text)", as: practice.therapist).status == 200)
            #expect(try await practice.told("listed", atLeast: 1) == 1)
        }
    }
}
