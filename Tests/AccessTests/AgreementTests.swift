import Access
import Base
import Store
import TestKit
import Testing

/// One rule says the same four times, whatever the rule, the caller, the records, the relations and the moment.
@Suite(.timeLimit(.minutes(3)))
struct AgreementTests {
    static let rounds = 6
    static let questionsARound = 250

    @Test("a record is in the list exactly when the decision allows it", arguments: EngineMatrix.all)
    func lists(_ engine: EngineMatrix) async throws {
        let book = try Chance.book()
        var (allowed, refused, empty) = (0, 0, 0)
        for round in 0..<Self.rounds {
            var chance = Chance(seed: UInt64(round))
            let isShared = round % 2 == 1
            let consents = chance.consents()
            let notes = (0..<80).map { chance.note($0, atMost: isShared ? 3 : 1).agreed(consents) }
            let relations = try (0..<120).map { _ in try chance.relation() }
            try await engine.withStore(Note.schema(engine)) { store in
                try await store.database.write { tx in try Note.load(notes, tx) }
                for tenant in Chance.tenants {
                    try await store.database.within(organisation: tenant.text).write { tx in
                        try Relation.load(relations.filter { $0.tenant == tenant }, tx)
                        try ConsentTable.load(consents[tenant] ?? [:], in: tenant, tx)
                    }
                }
                for _ in 0..<Self.questionsARound {
                    let rule = chance.rule()
                    let standing = chance.standing(book)
                    let subject = chance.isSo(30) ? chance.one(of: Chance.names) : nil
                    let expected = notes.filter { note in
                        (subject.map { note.facts.subjects.contains($0) } ?? true)
                            && rule.decision(for: standing, on: note.facts, relations: relations).isAllowed
                    }.map { Note.text($0.id) }
                    let predicate: SQL
                    do throws(Failure) {
                        predicate = try rule.predicate(
                            for: standing, over: isShared ? Note.shared : Note.columns, store.database.dialect, subject: subject)
                    } catch {
                        #expect(expected.isEmpty && error.kind == .forbidden, "\(rule) \(standing.caller)")
                        refused += 1
                        continue
                    }
                    let listed: [String] = try await store.database.seen(by: standing.caller).rows(
                        "SELECT id FROM notes WHERE \(predicate) ORDER BY id"
                    ) { try $0["id"] }
                    #expect(listed == expected, "round \(round): \(rule) \(standing.caller) \(predicate.markedText)")
                    if listed.isEmpty { empty += 1 } else { allowed += 1 }
                }
            }
        }
        // Chance met all of it.
        #expect(allowed > 200 && refused > 200 && empty > 50, "\(allowed) \(refused) \(empty)")
    }

    @Test("a decision by the relations and consents that were read is that by all there are", arguments: EngineMatrix.all)
    func readRelations(_ engine: EngineMatrix) async throws {
        let book = try Chance.book()
        var chance = Chance(seed: 77)
        let consents = chance.consents()
        let notes = (0..<80).map { chance.note($0, atMost: 2) }
        let relations = try (0..<200).map { _ in try chance.relation() }
        try await engine.withStore(Note.schema(engine)) { store in
            for tenant in Chance.tenants {
                try await store.database.within(organisation: tenant.text).write { tx in
                    try Relation.load(relations.filter { $0.tenant == tenant }, tx)
                    try ConsentTable.load(consents[tenant] ?? [:], in: tenant, tx)
                }
            }
            for _ in 0..<150 {
                let rule = chance.rule()
                let standing = chance.standing(book)
                let subjects = Set(notes.flatMap(\.facts.subjects))
                // As the store reads them: within the caller's organisation, to which every record belongs that they ask for.
                let (read, agreed) = try await store.database.seen(by: standing.caller).read { tx in
                    (
                        try RelationTable.relations(of: standing, to: subjects, tx),
                        try standing.caller.tenant.map { try ConsentTable.purposes(of: subjects, in: $0, tx) } ?? [:]
                    )
                }
                for note in notes {
                    let all = note.agreed(consents).facts
                    let byAll = rule.decision(for: standing, on: all, relations: relations)
                    let byRead = rule.decision(for: standing, on: note.facts.agreed(agreed), relations: read)
                    #expect(byAll == byRead, "\(rule) \(standing.caller) \(note)")
                }
            }
        }
    }

    @Test("the explanation agrees with the decision, in every part, and the mask hides what no met grant shows")
    func wordsAndMasks() throws {
        let book = try Chance.book()
        var chance = Chance(seed: 3)
        var (allowed, hidden, shown) = (0, 0, 0)
        for _ in 0..<4_000 {
            let rule = chance.rule()
            let standing = chance.standing(book)
            let note = chance.note(0, atMost: 2).agreed(chance.consents())
            let relations = try (0..<6).map { _ in try chance.relation() }
            let decision = rule.decision(for: standing, on: note.facts, relations: relations)
            let words = rule.explanation(for: standing, on: note.facts, relations: relations)
            #expect(words.holds == decision.isAllowed)
            #expect(words.parts.map(\.holds) == rule.grants.map { alone($0, standing, note, relations).isAllowed })
            let lines = words.lines(.spanish)
            #expect(lines.count == words.lines(.english).count && lines.first?.hasPrefix(decision.isAllowed ? "✓" : "✗") == true)
            let met = rule.grants.filter { alone($0, standing, note, relations).isAllowed }
            for field in Chance.fields {
                let isShown = met.contains { field.classification <= $0.limit && !$0.hidden.contains(field.name) }
                #expect(decision.mask.hides(field.name, field.classification) == !isShown)
                if isShown { shown += 1 } else { hidden += 1 }
            }
            #expect(
                decision.mask.hidden(among: Chance.fields).count
                    == Chance.fields.filter { decision.mask.hides($0.name, $0.classification) }.count)
            if decision.isAllowed { allowed += 1 } else { #expect(decision.mask == .everything) }
        }
        #expect(allowed > 400 && hidden > 400 && shown > 400, "\(allowed) \(hidden) \(shown)")
    }

    @Test("a rule that is bound to the organisation lets nobody into another's records")
    func bound() throws {
        let book = try Chance.book()
        var chance = Chance(seed: 4)
        var (bound, elsewhere) = (0, 0)
        for _ in 0..<8_000 {
            let rule = chance.rule()
            let standing = chance.standing(book)
            let note = chance.note(0).agreed(chance.consents())
            let relations = try (0..<4).map { _ in try chance.relation() }
            let isAllowed = rule.decision(for: standing, on: note.facts, relations: relations).isAllowed
            guard isAllowed, note.facts.tenant != standing.caller.tenant else { continue }
            elsewhere += 1
            #expect(!rule.isBoundToOrganisation, "\(rule)")
            bound += 1
        }
        #expect(elsewhere > 50 && bound == elsewhere)
    }

    private func alone(
        _ grant: AccessRule.Grant, _ standing: Standing, _ note: Note, _ relations: [Relation]
    ) -> AccessDecision {
        AccessRule(grant).decision(for: standing, on: note.facts, relations: relations)
    }
}
