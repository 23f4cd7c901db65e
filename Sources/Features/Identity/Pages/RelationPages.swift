import Access
import Base
import HTTPTypes
import Markup
import Records
import Runtime
import Store
import Web

/// Who cares for whom: why somebody sees a person's data, and until when.
extension IdentityPages {
    var relationPages: [Route] { [relations, relate, unrelate] }

    static let relationsPath = "/organisation/relations"
    static let relationPermission = Relations.permission
    private static let person = Parameter.text("person", in: .query, 1...200, Text(es: "La persona.", en: "The person."))
    /// As what somebody can be let in to another's data.
    private static let caring: Set<RoleName> = [
        "therapist", "physician", "coach", "caregiver", "field_agent", "coordinator",
    ]
    private static let mostMembers = 500

    private var relations: Route {
        reading(
            "/organisation/relations", "relations.page", Text(es: "Quién atiende a quién.", en: "Who cares for whom."),
            access: .permission(Relations.permission), parameters: [Self.person.shape, Self.done.shape], refusals: [.forbidden]
        ) { call in
            guard let person = try call.optional(Self.person).flatMap({ try? Identifier($0) }) else { return try await choosePage(call) }
            return try await relationPage(call, person, FormState(Query(items: [.init("reason", Relation.Reason.careTeam.text)])))
        }
    }

    /// Members with their names, the earliest first.
    private func members(_ standing: Standing) async throws -> [OrganisationOffice.Entry] {
        try await parts.office.members(by: standing, limit: Self.mostMembers)
    }

    private func choosePage(_ call: Call) async throws -> HTML {
        let standing = try call.signedIn()
        let patients = try await members(standing).filter { $0.member.roles.contains("patient") }
        let lead = Text(
            es: "Elija a una persona para ver quién la atiende, o para decirlo.",
            en: "Choose a person to see who cares for them, or to say so.")
        return try await organisationPage(call, Text(es: "Quién atiende a quién", en: "Who cares for whom"), Self.relationsPath, lead: lead)
        {
            ui in
            let rows = patients.map { entry -> [HTML] in
                [
                    "<a href=\"\(Self.relationsPath)?person=\(entry.member.account.text)\">\(entry.name)</a>", "\(entry.address)",
                    "\(ui.date(entry.member.since))",
                ]
            }
            let table = DataTable(
                Text(es: "Pacientes con cuenta", en: "Patients with an account"),
                columns: [
                    .init(Text(es: "Nombre", en: "Name")), .init(Text(es: "Dirección", en: "Address")),
                    .init(Text(es: "Desde", en: "Since")),
                ], rows: rows)
            let none = ui.empty(
                .person, Text(es: "Ningún paciente tiene cuenta", en: "No patient has an account"),
                Text(
                    es: "Busque abajo por identificador a quien no la tenga.", en: "Look below by id for somebody who has none."))
            return ui.stack(
                patients.isEmpty ? ui.section("patients", Text(es: "Pacientes", en: "Patients"), none) : ui.table(table),
                ui.section(
                    "by-id", Text(es: "Una persona sin cuenta", en: "A person without an account"),
                    ui.search(Text(es: "Identificador de la persona", en: "The person's id"), path: Self.relationsPath, name: "person")))
        }
    }

    private func relationPage(_ call: Call, _ person: Identifier, _ state: FormState) async throws -> HTML {
        let standing = try call.signedIn()
        let organisation = try standing.organisation()
        let now = parts.host.world.now()
        let all = try await parts.host.database.within(organisation: organisation.text).read { tx in
            try RelationTable.relations(to: person, in: organisation, tx)
        }
        let members = try await members(standing)
        var names = Dictionary(members.map { ($0.member.account, $0.name) }) { first, _ in first }
        let unknown = Set(all.map(\.grantee) + [person]).subtracting(names.keys)
        // Whoever left has a name as long as their account is there.
        names.merge(try await parts.accounts.names(of: unknown)) { first, _ in first }
        let known = names
        let title = Text(verbatim: known[person] ?? person.text)
        let place = "\(Self.relationsPath)?person=\(PercentText.encoded(person.text))"
        return try await organisationPage(
            call, title, Self.relationsPath, at: place,
            lead: Text(es: "Quién ve sus datos, y por qué.", en: "Who sees their data, and why.")
        ) { ui in
            let choices = members.filter { $0.member.account != person && !$0.isDisabled }.map {
                Choice($0.member.account.text, Text(verbatim: "\($0.name) · \($0.address)"))
            }
            return """
                \(table(all, known, now, ui))
                \(ui.section("new", Text(es: "Decir quién más le atiende", en: "Say who else cares for them"), ui.card(ui.form(
                    Self.relationsPath, state, hidden: [("person", person.text)],
                    ui.select(FormField("grantee", Text(es: "Persona de la organización", en: "Person of the organisation")), state, choices),
                    ui.select(
                        FormField("role", Text(es: "Como", en: "As")), state, self.choices(parts.grantable.intersection(Self.caring))),
                    ui.radios(FormField("reason", Text(es: "¿Por qué?", en: "Why?")), state, Self.reasons),
                    ui.button(Text(es: "Permitirle ver sus datos", en: "Let them see the data"))))))
                \(ui.section("other", Text(es: "Otra persona", en: "Another person"), ui.row(
                    ui.buttonLink(Text(es: "Elegir a otra persona", en: "Choose another person"), Self.relationsPath, .quiet))))
                """
        }
    }

    private func table(_ all: [Relation], _ names: [Identifier: String], _ now: Instant, _ ui: Interface) -> HTML {
        guard !all.isEmpty else {
            return ui.message(
                .plain, Text(es: "Nadie la atiende todavía", en: "Nobody cares for them yet"),
                Text(es: "Diga abajo quién puede ver sus datos.", en: "Say below who may see their data."))
        }
        let rows = all.reversed().map { relation -> [HTML] in
            let isOver = relation.until.map { $0 <= now } ?? false
            let name = names[relation.grantee] ?? relation.grantee.text
            let action: HTML =
                isOver
                ? ui.badge(Text(es: "Terminó", en: "Over"))
                : """
                <form method="post" action="\(Self.relationsPath)/end"><input type="hidden" name="id" value="\(relation.id.description)">\
                <input type="hidden" name="person" value="\(relation.subject.text)">\
                <button class="button quiet">\(ui(es: "Terminar", en: "End it"))<span class="unseen">: \(name)</span></button></form>
                """
            return [
                "\(name)", "\(ui(self.title(of: relation.role)))", "\(ui(Self.words(of: relation.reason)))", ui.stamp(relation.from),
                relation.until.map { ui.stamp($0) } ?? "\(ui(es: "sin plazo", en: "no end"))", action,
            ]
        }
        return ui.table(
            DataTable(
                Text(es: "Quién atiende o atendió a esta persona", en: "Who cares or cared for this person"),
                columns: [
                    .init(Text(es: "Quién", en: "Who")), .init(Text(es: "Como", en: "As")), .init(Text(es: "Por", en: "Because of")),
                    .init(Text(es: "Desde", en: "From")), .init(Text(es: "Hasta", en: "Until")), .init(Text(es: "Estado", en: "State")),
                ], rows: rows))
    }

    private static let reasons = [Relation.Reason.careTeam, .referral, .supervision, .family].map { Choice($0.text, words(of: $0)) }

    private static func words(of reason: Relation.Reason) -> Text {
        switch reason {
        case .careTeam: Text(es: "Equipo que la atiende", en: "Care team")
        case .referral: Text(es: "Derivación", en: "Referral")
        case .supervision: Text(es: "Supervisión", en: "Supervision")
        case .family: Text(es: "Familia o persona de apoyo", en: "Family or support")
        case .emergency: Text(es: "Emergencia", en: "Emergency")
        default: Text(verbatim: reason.text)
        }
    }

    private var relate: Route {
        sending(
            "/organisation/relations", "relations.relate",
            Text(es: "Decir que alguien atiende a una persona.", en: "Say that somebody cares for a person."),
            access: .permission(Relations.permission),
            fields: [
                .init("person", .text(1...200)), .init("grantee", .text(1...200)), .init("role", .text(1...63)),
                .init("reason", .choice(Self.reasons.map(\.value))),
            ], refusals: [.notFound, .forbidden]
        ) { call, fields in
            let standing = try call.signedIn()
            let (person, grantee) = (fields.text("person", atMost: 200), fields.text("grantee", atMost: 200))
            let role = fields.optional("role", atMost: 63).flatMap { RoleName($0) }
            let reason = fields.optional("reason", atMost: 63).flatMap { Relation.Reason($0) }
            if role.map({ Self.caring.contains($0) }) != true {
                fields.fault("role", "not_a_choice", Text(es: "Elija como qué le atiende.", en: "Choose as what they care for them."))
            }
            if reason.map({ reason in Self.reasons.contains { $0.value == reason.text } }) != true {
                fields.fault("reason", "reason", Text(es: "Diga por qué.", en: "Say why."))
            }
            try fields.finish()
            guard let role, let reason else { throw Problem.fault }
            _ = try await parts.relate(
                try Identifier(person), to: try Identifier(grantee), as: role, from: nil, until: nil, because: reason, by: standing)
            return .see("\(Self.relationsPath)?person=\(PercentText.encoded(person))&done=\(Done.related.rawValue)")
        } page: { call, state in
            guard let person = state.values["person"].flatMap({ try? Identifier($0) }) else { return try await choosePage(call) }
            return try await relationPage(call, person, state)
        }
    }

    private var unrelate: Route {
        sending(
            "/organisation/relations/end", "relations.end", Text(es: "Terminar una relación ahora.", en: "End a relation now."),
            access: .permission(Relations.permission), fields: [.init("id", .id), .init("person", .text(1...200))],
            refusals: [.notFound, .forbidden]
        ) { call, fields in
            let person = fields.text("person", atMost: 200)
            guard let id = fields.optional("id").flatMap({ ID<Relation>($0) }) else { throw Problem.nothingHere }
            try fields.finish()
            try await parts.relations.end(id, by: try call.signedIn())
            return .see("\(Self.relationsPath)?person=\(PercentText.encoded(person))&done=\(Done.unrelated.rawValue)")
        }
    }
}
