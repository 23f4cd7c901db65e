import Access
import Base
import Evaluation
import FeatureKit
import Foundation
import Keys
import Movement
import Records
import Runtime
import Store
import TestKit
import Testing
import Web

@Suite("Evaluation: what waits for clinicians", .timeLimit(.minutes(3)))
struct WorklistTests {
    /// The names in a page, in the order in which they stand there.
    private func order(_ text: String, _ names: [String]) -> [String] {
        names.compactMap { name in text.range(of: ">\(name)<").map { (name, $0.lowerBound) } }.sorted { $0.1 < $1.1 }.map(\.0)
    }

    @Test("who needs somebody most comes first, and who waits for long goes up", arguments: EngineMatrix.all)
    func order(_ engine: EngineMatrix) async throws {
        try await Practice.with(engine) { practice in
            let names = ["Ana", "Berta", "Carla", "Dora", "Elsa"]
            var people: [Identifier] = []
            for name in names { people.append(try await practice.person(name)) }
            // A mild one that has waited for four days counts as a marked one; the rest as they are.
            try await practice.evaluation(of: people[0], .init(faults: [Practice.Made.fault(.forwardLean, .mild)]))
            practice.pass(days: 4)
            try await practice.evaluation(of: people[1])
            practice.clock.advance(by: .seconds(60))
            try await practice.evaluation(of: people[2], .init(points: 90, faults: [Practice.Made.fault(.kneeValgus, .marked, .left)]))
            practice.clock.advance(by: .seconds(60))
            try await practice.evaluation(of: people[3], .init(points: 55))
            practice.clock.advance(by: .seconds(60))
            let last = try await practice.evaluation(of: people[4], .init(points: 22))
            let page = await practice.get("/worklist", as: practice.therapist)
            #expect(page.status == 200)
            #expect(order(page.text, names) == ["Ana", "Carla", "Elsa", "Dora", "Berta"], "\(page.words)")
            for words in [
                "5 evaluaciones esperan", "Rodilla hacia dentro (valgo), izquierda: marcada", "22 puntos (15–29)",
                "Sin compensaciones claras",
                "la más antigua se grabó hace 4 días", "Cada tres días",
            ] { #expect(page.words.contains(words), "\(words)") }
            #expect(page.text.contains("/evaluations/\(last)/review") && page.text.contains("/patients/\(people[4].text)"))
            let english = await practice.get("/worklist?done=certified", as: practice.therapist, .english)
            for words in ["is certified in your name", "Knee inwards (valgus), left: marked", "filmed 4 days ago"] {
                #expect(english.words.contains(words), "\(words)")
            }
            #expect(await practice.get("/worklist?done=x", as: practice.therapist).status == 400)
        }
    }

    @Test("pages follow one another without a row twice or left out, while time goes on and others arrive", arguments: EngineMatrix.all)
    func cursor(_ engine: EngineMatrix) async throws {
        try await Practice.with(engine) { practice in
            let person = try await practice.person("Ana")
            var ids: Set<String> = []
            for number in 0..<60 {
                ids.insert(
                    try await practice.evaluation(
                        of: person,
                        .init(points: 30 + number, faults: number % 3 == 0 ? [Practice.Made.fault(.heelRise, .mild, .right)] : [])))
                practice.clock.advance(by: .seconds(3_600))
            }
            var (seen, next): ([String], String?) = ([], "/worklist")
            while let target = next {
                let page = await practice.get(target, as: practice.therapist)
                #expect(page.status == 200)
                seen += page.text.matches(of: #/evaluations\/([0-9a-f-]{36})\/review/#).map { String($0.1) }
                next = page.text.firstMatch(of: #/href="([^"]*)" rel="next"/#).map { String($0.1).replacing("&amp;", with: "&") }
                practice.pass(days: 2)
                try await practice.evaluation(of: person, .init(points: 10))
                try #require(seen.count < 200)
            }
            #expect(seen.count == 60 && Set(seen) == ids, "\(seen.count)")
            #expect(await practice.get("/worklist?after=AAAA", as: practice.therapist).status == 422)
        }
    }

    @Test("nobody sees but who cares for them, while they do", arguments: EngineMatrix.all)
    func others(_ engine: EngineMatrix) async throws {
        try await Practice.with(engine) { practice in
            let ana = try await practice.person("Ana", of: nil)
            let relation = try await practice.relate("therapist-1", as: "therapist", to: ana)
            _ = try await practice.relate("physician-1", as: "physician", to: ana)
            _ = try await practice.relate("daughter-1", as: "caregiver", to: ana)
            let id = try await practice.evaluation(of: ana)
            // Their own is nobody's to review.
            let ben = try await practice.person("therapist-1 himself", of: nil)
            try await practice.evaluation(of: ben)
            func sees(_ standing: Standing) async -> Bool { await practice.get("/worklist", as: standing).text.contains(id) }
            #expect(await sees(practice.therapist))
            #expect(await sees(practice.physician))
            #expect(await !sees(practice.ground.standing("therapist-2", ["therapist"])))
            #expect(await !sees(practice.ground.standing("therapist-1", ["therapist"], in: "hospital")))
            #expect(await !sees(practice.ground.standing("daughter-1", ["therapist"])), "who cares for her as a daughter reviews nothing")
            #expect(await !sees(practice.ground.standing(ben, ["therapist"])), "one's own is for another to review")
            #expect(await practice.get("/worklist", as: practice.own(ana)).status == 403)
            #expect(await practice.get("/worklist", as: practice.admin).status == 403)
            practice.clock.advance(by: .seconds(60))
            try await Relations(
                practice.host.database, practice.host.keyring, book: practice.host.roles, world: practice.host.world
            ).end(relation, by: practice.admin)
            #expect(await !sees(practice.therapist))
            let empty = await practice.get("/worklist", as: practice.therapist)
            #expect(empty.words.contains("Todo está revisado"))
        }
    }

    @Test("of somebody who is erased nothing is listed any more", arguments: EngineMatrix.all)
    func erased(_ engine: EngineMatrix) async throws {
        try await Practice.with(engine) { practice in
            let (ana, berta) = (try await practice.person("Ana"), try await practice.person("Berta"))
            for person in [ana, berta] {
                try await practice.evaluation(of: person)
                try await practice.evaluation(of: person, .init(state: .refused, refusal: "too_dark"))
            }
            #expect(await practice.get("/worklist", as: practice.therapist).words.contains("Ana"))
            let erasure = Erasure(
                practice.host.keyring, kinds: EvaluationFeature.manifest.kinds, database: practice.host.database, world: practice.host.world
            )
            try await erasure.erase(ana.text, by: practice.ground.standing("operator-1", ["operator"]))
            for path in ["/worklist", "/worklist?list=refused", "/patients"] {
                let page = await practice.get(path, as: practice.therapist)
                #expect(page.status == 200 && page.words.contains("Berta") && !page.text.contains(">Ana<"), "\(path)")
            }
            #expect(await practice.get("/patients/\(ana.text)", as: practice.therapist).status == 404)
        }
    }

    @Test(
        "whose recordings could not be measured are listed by how often they tried since the last that could", arguments: EngineMatrix.all)
    func refused(_ engine: EngineMatrix) async throws {
        try await Practice.with(engine) { practice in
            let people = [
                try await practice.person("Ana"), try await practice.person("Berta"), try await practice.person("Carla"),
                try await practice.person("Dora"),
            ]
            let refused = Practice.Made(state: .refused, refusal: "feet_out_of_view")
            for (person, tries) in zip(people, [1, 3, 2, 1]) {
                for _ in 0..<tries {
                    try await practice.evaluation(of: person, refused)
                    practice.clock.advance(by: .seconds(60))
                }
            }
            // Carla managed in the end; Dora's was long ago.
            try await practice.evaluation(of: people[2])
            try await practice.evaluation(of: people[0], .init(state: .failed, refusal: "no_runtime"))
            let page = await practice.get("/worklist?list=refused", as: practice.therapist)
            #expect(order(page.text, ["Ana", "Berta", "Carla", "Dora"]) == ["Berta", "Dora", "Ana"], "\(page.words)")
            for words in ["Sin poder medirse (3)", "Fallos del programa (1)", "3 intentos", "1 intento", "No se vieron los pies"] {
                #expect(page.words.replacing("\u{A0}", with: " ").contains(words), "\(words) in \(page.words)")
            }
            practice.pass(days: 31)
            #expect(await practice.get("/worklist?list=refused", as: practice.therapist).words.contains("Nadie necesita ayuda"))
        }
    }

    @Test("what a page shows is in the journal, once for the page")
    func told() async throws {
        try await Practice.with { practice in
            for name in ["Ana", "Berta"] { try await practice.evaluation(of: try await practice.person(name)) }
            _ = await practice.get("/worklist", as: practice.therapist)
            // The feature itself looks once at each, to order them; the clinician's list is another.
            #expect(try await practice.told("listed", atLeast: 2) == 2)
            _ = await practice.get("/worklist", as: practice.therapist)
            #expect(try await practice.told("listed", atLeast: 3) == 3)
        }
    }

    @Test("two thousand that wait are counted and ordered, and no more is opened for a page than it shows", arguments: EngineMatrix.all)
    func many(_ engine: EngineMatrix) async throws {
        try await Practice.with(engine) { practice in
            var people: [Identifier] = []
            for number in 0..<100 { people.append(try await practice.person("Persona \(number)")) }
            for number in 0..<2_000 {
                try await practice.evaluation(of: people[number % 100], .init(points: 20 + number % 80))
                practice.clock.advance(by: .seconds(30))
            }
            var times: [Duration] = []
            for _ in 0..<4 {
                times.append(
                    try await ContinuousClock().measure {
                        let page = await practice.get("/worklist", as: practice.therapist)
                        #expect(page.words.replacing("\u{A0}", with: " ").contains("25 de 2000"))
                        #expect(page.text.utf8.count < 60_000, "\(page.text.utf8.count)")
                        try #require(page.status == 200)
                    })
            }
            // Ten pages of two hundred by the feature itself, once; then one list for each look.
            #expect(try await practice.told("listed", atLeast: 14) == 14)
            let clinic = await ContinuousClock().measure { _ = await practice.get("/clinic", as: practice.admin) }
            let patients = await ContinuousClock().measure { _ = await practice.get("/patients", as: practice.therapist) }
            print("2,000 waiting on \(engine): worklist \(times.map(\.description)), clinic \(clinic), patients \(patients)")
        }
    }
}
