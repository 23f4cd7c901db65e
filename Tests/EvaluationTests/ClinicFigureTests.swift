import Access
import Base
import Evaluation
import FeatureKit
import Movement
import Records
import Runtime
import Store
import TestKit
import Testing
import Web

@Suite("Evaluation: how an organisation does", .timeLimit(.minutes(3)))
struct ClinicFigureTests {
    @Test("numbers are told without names, and need no right to anybody's evaluation", arguments: EngineMatrix.all)
    func numbers(_ engine: EngineMatrix) async throws {
        try await Practice.with(engine) { practice in
            var people: [Identifier] = []
            for number in 0..<12 { people.append(try await practice.person("Persona \(number)")) }
            // Long ago: in no week that is shown.
            try await practice.evaluation(of: people[0], .init(state: .certified, decision: .certified))
            practice.pass(days: 70)
            for (index, person) in people.enumerated() {
                try await practice.evaluation(of: person, .init(state: .refused, refusal: index < 6 ? "too_dark" : "feet_out_of_view"))
                try await practice.evaluation(of: person, .init(state: .certified, decision: index < 6 ? .certified : .amended))
            }
            try await practice.evaluation(of: people[3], .init(state: .refused, refusal: "second_person"))
            practice.pass(days: 9)
            try await practice.evaluation(of: people[1])
            practice.pass(days: 3)
            let page = await practice.get("/clinic", as: practice.admin)
            #expect(page.status == 200)
            for words in [
                "Personas grabadas 12", "Grabaciones 26", "Esperan revisión 1", "la más antigua, hace 3 días",
                "50 % de las grabaciones (13 de 26)",
                "No se vieron los pies 6", "Certificadas como estaban 6 50 %", "Certificadas con cambios 6 50 %",
                "Otros, de pocas personas 7",
            ] { #expect(page.words.replacing("\u{A0}", with: " ").contains(words), "\(words) in \(page.words)") }
            // One person's own reason, and what would tell of it by subtraction, are not told apart.
            #expect(!page.words.contains("Poca luz") && !page.words.contains("Más de una persona"))
            for person in people { #expect(!page.text.contains(person.text)) }
            #expect(!page.words.contains("Persona 1"))
            #expect(await practice.get("/clinic", as: practice.therapist).status == 200)
            #expect(await practice.get("/clinic", as: practice.own(people[0])).status == 403)
            let elsewhere = await practice.get("/clinic", as: practice.ground.standing("admin-9", ["organisation_admin"], in: "hospital"))
            #expect(elsewhere.words.contains("Todavía no hay evaluaciones"))
            // Reading numbers is reading of nobody: only the feature itself looked.
            #expect(try await practice.told("listed", atLeast: 1) == 1)
            let looks: Int64? = try await practice.ground.rows.first(
                "SELECT count(*) AS looks FROM journal_entries WHERE verb = \("listed") AND actor IN (\("admin-1"), \("therapist-1"))"
            ) { try $0["looks"] }
            #expect(looks == 0)
        }
    }

    @Test("fewer than five people are not split further", arguments: EngineMatrix.all)
    func few(_ engine: EngineMatrix) async throws {
        try await Practice.with(engine) { practice in
            for number in 0..<4 {
                let person = try await practice.person("Persona \(number)")
                for _ in 0..<5 { try await practice.evaluation(of: person, .init(state: .refused, refusal: "too_dark")) }
                try await practice.evaluation(of: person, .init(state: .rejected, decision: .rejected))
            }
            let page = await practice.get("/clinic", as: practice.admin)
            #expect(page.words.contains("Son muy pocas personas") && page.words.contains("Grabaciones 24"))
            for words in ["Poca luz", "Rechazadas", "20 de 24"] { #expect(!page.words.contains(words), "\(words)") }
        }
    }
}
