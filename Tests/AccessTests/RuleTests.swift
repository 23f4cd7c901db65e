import Access
import Base
import Store
import Testing

/// A rule as a feature writes it, case by case.
@Suite
struct RuleTests {
    static let reading = AccessRule(
        .grant(to: .all(.sameOrganisation, .isSubject), upTo: .confidential),
        .grant(to: .related(as: ["therapist"]), upTo: .confidential, hiding: ["private_remark"]),
        .grant(to: .all(.sameOrganisation, .holds("note.supervise"), .assured(atLeast: .secondFactor)), upTo: .internal))

    private static let note = RecordFacts(tenant: "clinic", subject: "ana")

    private func book() throws -> RoleBook {
        try RoleBook(extending: [RoleExtension("auditor", permissions: ["note.supervise"])])
    }

    private func standing(
        _ actor: Identifier, in tenant: Identifier? = "clinic", _ roles: Set<RoleName> = [], at now: Int64 = 5,
        assurance: Caller.Assurance = .password
    ) throws -> Standing {
        Standing(
            Caller(actor: actor, tenant: tenant, roles: roles, assurance: assurance), by: try book(), at: Instant(microseconds: now))
    }

    private func relation(
        _ role: RoleName, in tenant: Identifier = "clinic", to subject: Identifier = "ana", until: Int64? = 10
    ) throws -> Relation {
        try Relation(
            id: FixedWorld(seed: 1).world.id(), tenant: tenant, subject: subject, grantee: "eva", role: role,
            from: Instant(microseconds: 2), until: until.map { Instant(microseconds: $0) }, reason: .careTeam)
    }

    private func isAllowed(_ standing: Standing, _ relations: [Relation] = []) -> Bool {
        Self.reading.decision(for: standing, on: Self.note, relations: relations).isAllowed
    }

    @Test("nobody is let in where nothing is granted")
    func denyByDefault() throws {
        let all = try standing("ana", ["auditor", "operator"], assurance: .passkey)
        for rule in [
            AccessRule.nobody, AccessRule(.grant(to: .all([]), upTo: .secret)), AccessRule(.grant(to: .any([]), upTo: .secret)),
            AccessRule(.grant(to: .all(.sameOrganisation, .any([])), upTo: .secret)),
            AccessRule(.grant(to: .all(.sameOrganisation, .all([])), upTo: .secret)),
            AccessRule(.grant(to: .related(as: []), upTo: .secret)),
        ] {
            #expect(!rule.decision(for: all, on: Self.note, relations: [try relation("therapist")]).isAllowed)
            #expect(throws: Failure.accessDenied) { try rule.predicate(for: all, over: RecordColumns(table: "notes"), .sqlite) }
            #expect(throws: Failure.accessDenied) { try rule.mask(for: all, on: Self.note, relations: []) }
        }
    }

    @Test("the subject, who cares for them, and who oversees with a second factor")
    func reading() throws {
        #expect(isAllowed(try standing("ana")))
        #expect(!isAllowed(try standing("ana", in: "elsewhere")))
        #expect(!isAllowed(try standing("eva")))
        #expect(isAllowed(try standing("eva"), [try relation("therapist")]))
        #expect(isAllowed(try standing("eva"), [try relation("physician")]), "a physician counts as a therapist")
        #expect(!isAllowed(try standing("eva"), [try relation("caregiver")]))
        #expect(!isAllowed(try standing("eva"), [try relation("therapist", to: "otra")]))
        #expect(!isAllowed(try standing("eva", in: "elsewhere"), [try relation("therapist", in: "elsewhere")]))
        #expect(!isAllowed(try standing("luz"), [try relation("therapist")]), "the relation is another's")
        #expect(!isAllowed(try standing("luz", ["auditor"])))
        #expect(isAllowed(try standing("luz", ["auditor"], assurance: .passkey)))
    }

    @Test("acting on behalf of somebody gives no right")
    func onBehalf() throws {
        let caller = Caller(actor: "luz", tenant: "clinic", onBehalfOf: "ana")
        #expect(!isAllowed(Standing(caller, by: try book(), at: .epoch)))
    }

    @Test("a relation holds from its beginning until before its end", arguments: [(1, false), (2, true), (9, true), (10, false)])
    func edges(now: Int64, isAllowed expected: Bool) throws {
        #expect(isAllowed(try standing("eva", at: now), [try relation("therapist")]) == expected)
        #expect(isAllowed(try standing("eva", at: now), [try relation("therapist", until: nil)]) == (now >= 2))
    }

    @Test("the mask shows what the met grants show together")
    func masks() throws {
        let fields: [(name: String, classification: Classification)] = [
            ("state", .internal), ("text", .confidential), ("private_remark", .confidential), ("key", .secret),
        ]
        func hidden(_ standing: Standing, _ relations: [Relation]) throws -> [String] {
            try Self.reading.mask(for: standing, on: Self.note, relations: relations).hidden(among: fields)
        }
        #expect(try hidden(standing("ana"), []) == ["key"])
        #expect(try hidden(standing("eva"), [relation("therapist")]) == ["private_remark", "key"])
        #expect(try hidden(standing("luz", ["auditor"], assurance: .passkey), []) == ["text", "private_remark", "key"])
        #expect(try hidden(standing("eva", ["auditor"], assurance: .passkey), [relation("therapist")]) == ["private_remark", "key"])
    }

    @Test("who acts in no organisation is told so; others are told no more than that they may not")
    func refusals() throws {
        let columns = RecordColumns(table: "notes")
        #expect(throws: Failure.callerWithoutOrganisation) {
            try Self.reading.predicate(for: standing("ana", in: nil), over: columns, .sqlite)
        }
        #expect(throws: Failure.callerWithoutOrganisation) {
            try Self.reading.mask(for: standing("ana", in: nil), on: Self.note, relations: [])
        }
        let overseeing = AccessRule(.grant(to: .all(.sameOrganisation, .holds("note.supervise")), upTo: .internal))
        #expect(throws: Failure.accessDenied) { try overseeing.predicate(for: standing("ana"), over: columns, .sqlite) }
        #expect(throws: Failure.accessDenied) { try overseeing.predicate(for: standing("ana", in: nil), over: columns, .sqlite) }
        #expect(Failure.accessDenied.kind == .forbidden && Failure.callerWithoutOrganisation.kind == .forbidden)
    }

    @Test("the explanation says which grant it was, and what was missing")
    func words() throws {
        let no = Self.reading.explanation(for: try standing("eva"), on: Self.note, relations: [try relation("therapist", until: 5)])
        #expect(
            no.lines(.spanish) == [
                "✗ eva no tiene acceso.", "  ✗ Vería hasta lo confidencial si se cumpliera:", "    ✗ No todo esto se cumple:",
                "      ✓ El registro es de su organización.", "      ✗ El registro trata de otra persona.",
                "  ✗ Vería hasta lo confidencial, salvo private_remark si se cumpliera:",
                "    ✗ No tiene con la persona una relación vigente como terapeuta.", "  ✗ Vería hasta lo interno si se cumpliera:",
                "    ✗ No todo esto se cumple:", "      ✓ El registro es de su organización.",
                "      ✗ Ninguno de sus roles da el permiso note.supervise.",
                "      ✗ Debe demostrar mejor quién es: inicie sesión con un segundo factor o una llave de acceso.",
            ])
        let yes = Self.reading.explanation(for: try standing("eva"), on: Self.note, relations: [try relation("therapist")])
        #expect(yes.lines(.english).first == "✓ eva has access.")
        #expect(yes.lines(.english).contains("    ✓ They have a relation to the person now, as therapist."))
        let nobody = AccessRule.nobody.explanation(for: try standing("eva"), on: Self.note, relations: [])
        #expect(nobody.lines(.english) == ["✗ Nobody has access: the rule grants nothing."])
    }

    @Test("a rule that asks for a column or a role that is not there is refused at start")
    func columns() throws {
        let book = try book()
        try Self.reading.check(over: RecordColumns(table: "notes"), by: book)
        let authors = AccessRule(.grant(to: .any(.sameOrganisation, .all(.isAuthor)), upTo: .secret))
        for (rule, columns) in [
            (Self.reading, RecordColumns(table: "notes", subject: nil)), (authors, RecordColumns(table: "notes")),
            (AccessRule(.grant(to: .attribute("status", oneOf: ["x"]), upTo: .secret)), RecordColumns(table: "notes")),
        ] {
            let fault = #expect(throws: Failure.self) { try rule.check(over: columns, by: book) }
            #expect(fault?.code == "access_rule_column" && fault?.kind == .fault)
        }
        let wizards = AccessRule(.grant(to: .any(.sameOrganisation, .all(.related(as: ["therapist", "wizard"]))), upTo: .public))
        let fault = #expect(throws: Failure.self) { try wizards.check(over: RecordColumns(table: "notes"), by: book) }
        #expect(fault?.code == "access_rule_role" && fault?.message.english.contains("“wizard”") == true)
    }

    @Test("the caller's part of a rule is settled before the database is asked")
    func folding() throws {
        func text(_ standing: Standing) throws -> String {
            try Self.reading.predicate(for: standing, over: RecordColumns(table: "notes"), .sqlite).rendered(for: .sqlite)
        }
        #expect(try text(standing("luz", ["auditor"], assurance: .passkey)) == #""notes"."tenant" = ?"#)
        #expect(try text(standing("eva")).hasPrefix(#""notes".rowid IN (SELECT own.rowid FROM (SELECT subject FROM access_relations"#))
        let postgres = try Self.reading.predicate(for: standing("eva"), over: RecordColumns(table: "notes"), .postgres)
        #expect(
            postgres.rendered(for: .postgres).hasPrefix(
                #""notes"."tenant" = $1 AND "notes"."subject" = ANY (ARRAY(SELECT subject FROM access_relations"#))
    }
}
