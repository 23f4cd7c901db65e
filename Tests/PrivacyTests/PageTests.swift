import Access
import Base
import FeatureKit
import Privacy
import Records
import Runtime
import Store
import TestKit
import Testing

@Suite("Privacy: pages", .timeLimit(.minutes(2)))
struct PrivacyPageTests {
    private static let script = "<script>alert(1)</script> y no responde"

    @Test("«Mis datos» shows everything in both languages, and what came from outside acts as no markup")
    func own() async throws {
        try await House.with { house in
            try await house.relate("therapist-1", as: "therapist", to: house.ana)
            _ = try await house.feature.emergencies.take(of: house.ana, .danger, Self.script, by: house.physician)
            _ = try await house.feature.exports.ask(for: house.ana, by: house.own(house.ana))
            try await house.perform()
            #expect(try await house.notes(of: house.ana, by: house.physician) == 1)
            try await house.waitUntilTold("listed note")
            let spanish = await house.get("/privacy", as: house.own(house.ana), .spanish)
            let english = await house.get("/privacy?done=consents", as: house.own(house.ana), .english)
            #expect(spanish.status == 200 && english.status == 200)
            for words in [
                "Mis datos", "Usar mis datos para investigar", "Quién puede leerlos", "Quién los leyó", "Descargar la copia",
                "Borrar mis datos…",
                "Lucía &lt;Andrade&gt; tomó acceso de emergencia", "Lo que la ley obliga a conservar", "Vio en una lista",
            ] { #expect(spanish.text.contains(words), "\(words)") }
            for words in ["My data", "Use my data for research", "Who can read them", "Your decisions were saved.", "Erase my data…"] {
                #expect(english.text.contains(words), "\(words)")
            }
            for page in [spanish, english] { Self.check(page.text) }
            #expect(spanish.text.contains("&lt;script&gt;alert(1)"))
        }
    }

    @Test("the switches give and withdraw, and only what was changed is changed")
    func switches() async throws {
        try await House.with { house in
            let own = house.own(house.ana)
            try await house.feature.consents.give(.sharing, textVersion: 1, of: house.ana, by: own)
            let sent = await house.send(
                "/privacy/consents",
                [
                    ("was-research", "off"), ("version-research", "1"), ("research", "on"), ("was-messages", "off"),
                    ("version-messages", "1"),
                    ("was-sharing", "off"), ("version-sharing", "1"),
                ], as: own)
            #expect(sent.status == 303 && sent.location == "/privacy?done=consents")
            func standing() async throws -> Set<ConsentPurposeWord> {
                Set(try await house.feature.consents.consents(of: house.ana, by: own).filter(\.consent.stands).map(\.consent.purpose))
            }
            // What stood before the page was shown, and was given meanwhile, stays.
            #expect(try await standing() == [.research, .sharing])
            let page = await house.get("/privacy", as: own)
            #expect(page.text.contains("name=\"was-research\" value=\"on\"") && page.text.contains("name=\"was-messages\" value=\"off\""))
            _ = await house.send("/privacy/consents", [("was-research", "on"), ("version-research", "1")], as: own)
            #expect(try await standing() == [.sharing])
            let stale = await house.send(
                "/privacy/consents", [("was-research", "off"), ("research", "on"), ("version-research", "9")], as: own)
            #expect(stale.status == 409 && stale.code == "consent_text_changed")
        }
    }

    @Test("a guardian decides on the page of whom they take care of, where nothing can be erased")
    func guardian() async throws {
        try await House.with { house in
            try await house.relate("mother-1", as: "caregiver", to: house.ana)
            let page = await house.get("/privacy?person=\(house.ana)", as: house.guardian)
            #expect(
                page.status == 200 && page.text.contains("name=\"person\" value=\"\(house.ana)\"")
                    && !page.text.contains("/privacy/erasure"))
            let sent = await house.send(
                "/privacy/consents", [("person", house.ana.text), ("was-research", "off"), ("version-research", "1"), ("research", "on")],
                as: house.guardian)
            #expect(sent.location == "/privacy?done=consents&person=\(house.ana)")
            #expect(try await house.charts(by: house.researcher) == 1)
            #expect(await house.send("/privacy/exports", [("person", house.ana.text)], as: house.guardian).status == 303)
            #expect(await house.get("/privacy?person=\(house.ana)", as: house.visitor).status == 403)
            // Their own page is theirs, though nothing is filed about them.
            #expect(await house.get("/privacy", as: house.guardian).status == 200)
        }
    }

    @Test("being erased is asked twice, and taken back with one button")
    func erasing() async throws {
        try await House.with { house in
            let own = house.own(house.ana)
            let question = await house.get("/privacy/erasure", as: own, .spanish)
            #expect(question.text.contains("¿Borrar todos sus datos?") && question.text.contains("Ley de historias clínicas."))
            Self.check(question.text)
            #expect(await house.send("/privacy/erasure", [], as: own).location == "/privacy?done=erasure")
            let page = await house.get("/privacy", as: own, .spanish)
            #expect(page.text.contains("Sus datos se van a borrar") && page.text.contains("/privacy/erasure/keep"))
            #expect(await house.send("/privacy/erasure/keep", [], as: own).location == "/privacy?done=kept")
            #expect(await house.get("/privacy", as: own, .spanish).text.contains("Borrar mis datos…"))
        }
    }

    @Test("a clinician takes access on a page that keeps what was typed, and an administrator reviews it on another")
    func emergencies() async throws {
        try await House.with { house in
            let empty = await house.get("/privacy/emergency", as: house.physician, .spanish)
            #expect(empty.text.contains("Abrir sus datos por 60 minutos") && empty.text.contains("No ha tomado ninguno"))
            Self.check(empty.text)
            let short = await house.send(
                "/privacy/emergency", [("person", house.ana.text), ("words", "corto"), ("role", "")], as: house.physician)
            #expect(short.status == 422 && short.text.contains("value=\"\(house.ana)\"") && short.text.contains(">corto</textarea>"))
            #expect(short.text.contains("href=\"#field-words\"") && short.text.contains("href=\"#field-reason\""))
            Self.check(short.text)
            let nobody = await house.send(
                "/privacy/emergency", [("person", house.unknown.text), ("reason", "danger"), ("words", Self.script)], as: house.physician)
            #expect(nobody.status == 422 && nobody.text.contains("Your organisation knows no such person"))
            let taken = await house.send(
                "/privacy/emergency", [("person", house.ana.text), ("reason", "danger"), ("words", Self.script), ("role", "therapist")],
                as: house.physician)
            #expect(taken.status == 303 && taken.location == "/privacy/emergency?done=taken")
            let own = await house.get("/privacy/emergency?done=taken", as: house.physician)
            #expect(own.text.contains(house.ana.text) && own.text.contains("/privacy/emergency/end"))
            #expect(try await house.notes(of: house.ana, by: house.physician) == 1)
            let id = try #require(try await house.feature.emergencies.accesses(try PageRequest(), by: house.admin).items.first).id
            try await house.waitUntilTold("listed note")
            let reviews = await house.get("/privacy/reviews", as: house.admin, .spanish)
            #expect(reviews.text.contains("Lucía &lt;Andrade&gt;") && reviews.text.contains("¿Estuvo justificado?"))
            Self.check(reviews.text)
            #expect(await house.get("/privacy/reviews", as: house.physician).status == 403)
            #expect(await house.get("/privacy/emergency", as: house.admin).status == 403)
            let unsaid = await house.send("/privacy/reviews", [("id", id), ("words-\(id)", "x")], as: house.admin)
            #expect(unsaid.status == 422 && unsaid.text.contains("href=\"#field-verdict-\(id)\""))
            Self.check(unsaid.text)
            let said = await house.send(
                "/privacy/reviews", [("id", id), ("verdict-\(id)", "not_justified"), ("words-\(id)", "Podía esperar.")], as: house.admin)
            #expect(said.status == 303 && said.location == "/privacy/reviews?done=reviewed")
            #expect(try await house.notes(of: house.ana, by: house.physician) == 0)
            #expect(await house.get("/privacy/reviews", as: house.admin, .spanish).text.contains("Podía esperar."))
            for bad in [[], [("id", "x")], [("id", house.unknown.text), ("verdict-\(house.unknown)", "justified")]] {
                #expect([404, 422].contains(await house.send("/privacy/reviews", bad, as: house.admin).status))
            }
        }
    }

    /// No markup from outside, no id twice, every label at its field, nothing inline.
    private static func check(_ page: String) {
        #expect(!page.contains("<script>") && !page.contains(" style=") && !page.contains(" onclick="))
        let ids = page.matches(of: /\ id="([^"]+)"/).map { String($0.1) }
        #expect(Set(ids).count == ids.count, "\(ids.sorted())")
        for target in page.matches(of: /(?:for|aria-describedby|aria-labelledby)="([^"]+)"/).flatMap({ $0.1.split(separator: " ") }) {
            #expect(ids.contains(String(target)), "\(target)")
        }
        for tag in ["div", "section", "form", "ul", "table", "p", "span", "dl", "fieldset"] {
            let opened = page.ranges(of: "<\(tag) ").count + page.ranges(of: "<\(tag)>").count
            #expect(opened == page.ranges(of: "</\(tag)>").count, "\(tag)")
        }
    }
}
