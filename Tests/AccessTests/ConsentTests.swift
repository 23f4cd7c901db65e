import Access
import Base
import Store
import TestKit
import Testing

/// What people agree to, as rules ask for it.
@Suite(.timeLimit(.minutes(1)))
struct ConsentTests {
    private static let rule = AccessRule(
        .grant(to: .all(.sameOrganisation, .holds("note.supervise"), .consented(to: "research")), upTo: .internal))

    private func researcher() throws -> Standing {
        Standing(Caller(actor: "eva", tenant: "here", roles: ["auditor"]), by: try Chance.book(), at: .epoch)
    }

    @Test("each whom a record is about must agree, and who is about nobody agrees to nothing")
    func each() throws {
        let agreed: [Identifier: Set<ConsentPurpose>] = ["a": ["research", "sharing"], "b": ["research"], "c": ["sharing"]]
        let table: [(Set<Identifier>, Bool)] = [
            ([], false), (["a"], true), (["b"], true), (["c"], false), (["d"], false), (["a", "b"], true), (["a", "c"], false),
            (["a", "b", "d"], false),
        ]
        for (people, isAllowed) in table {
            let facts = RecordFacts(tenant: "here", subjects: people).agreed(agreed)
            #expect(Self.rule.decision(for: try researcher(), on: facts, relations: []).isAllowed == isAllowed, "\(people)")
        }
    }

    @Test("a consent counts in the organisation that it was given in, while it stands", arguments: EngineMatrix.all)
    func standing(_ engine: EngineMatrix) async throws {
        let standing = try researcher()
        try await engine.withStore(Note.schema(engine)) { store in
            let notes = (0..<3).map { Note(id: $0, facts: RecordFacts(tenant: $0 == 2 ? "%" : "here", subject: "a")) }
            try await store.database.write { tx in try Note.load(notes, tx) }
            let here = store.database.within(organisation: "here")
            let predicate = try Self.rule.predicate(for: standing, over: Note.columns, store.database.dialect)
            func listed() async throws -> Int {
                try await here.rows("SELECT id FROM notes WHERE \(predicate)") { try $0["id"] as String }.count
            }
            try await store.database.within(organisation: "%").write { tx in try ConsentTable.give("research", of: "a", in: "%", tx) }
            #expect(try await listed() == 0)
            let isNew = try await here.write { tx in try ConsentTable.give("research", of: "a", in: "here", tx) }
            let isAgain = try await here.write { tx in try ConsentTable.give("research", of: "a", in: "here", tx) }
            #expect(try await listed() == 2 && isNew && !isAgain)
            try await here.write { tx in try ConsentTable.give("sharing", of: "a", in: "here", tx) }
            let wasThere = try await here.write { tx in try ConsentTable.withdraw("research", of: "a", in: "here", tx) }
            #expect(try await listed() == 0 && wasThere)
            #expect(try await here.read { tx in try ConsentTable.purposes(of: ["a", "b"], in: "here", tx) } == ["a": ["sharing"]])
            #expect(try await here.write { tx in try ConsentTable.forget("a", in: "here", tx) } == 1)
        }
    }

    @Test("what many agree to is read in pieces", arguments: EngineMatrix.all)
    func many(_ engine: EngineMatrix) async throws {
        try await engine.withStore(Note.schema(engine)) { store in
            let here = store.database.within(organisation: "here")
            let people = try (0..<450).map { try Identifier("p-\($0)") }
            try await here.write { tx in for person in people { try ConsentTable.give("research", of: person, in: "here", tx) } }
            let found = try await here.read { tx in try ConsentTable.purposes(of: Set(people), in: "here", tx) }
            #expect(found.count == 450 && found.values.allSatisfy { $0 == ["research"] })
        }
    }

    @Test("a rule that asks for a consent needs a table of people's records, and says so at start")
    func columns() throws {
        #expect(Self.rule.asksConsents && !AccessRule.nobody.asksConsents)
        #expect(Self.rule.isBoundToOrganisation)
        let nobodys = RecordColumns(table: "notes", subject: nil)
        #expect(throws: Failure.self) { try Self.rule.check(over: nobodys, by: try Chance.book()) }
        #expect(throws: Never.self) { try Self.rule.check(over: Note.columns, by: try Chance.book()) }
        #expect(throws: Never.self) { try Self.rule.check(over: Note.shared, by: try Chance.book()) }
    }

    @Test("the words say which consent is missing, and where it stands that it does")
    func words() throws {
        let without = RecordFacts(tenant: "here", subject: "a")
        let with = without.agreed(["a": ["research"]])
        let refused = Self.rule.explanation(for: try researcher(), on: without, relations: []).lines(.spanish)
        #expect(refused.contains { $0.hasSuffix("✗ La persona no consiente «research», o lo retiró.") })
        let allowed = Self.rule.explanation(for: try researcher(), on: with, relations: []).lines(.english)
        #expect(allowed.first?.hasPrefix("✓") == true && allowed.contains { $0.hasSuffix("✓ The person agrees to “research”.") })
    }
}
