import Access
import Base
import HTTPTypes
import Markup
import Runtime
import Store
import Web

/// Who belongs to the organisation, as what, and how somebody leaves it.
extension IdentityPages {
    var peoplePages: [Route] { [people, person, submitRoles, askRemove, remove] }

    static let peoplePath = "/organisation"
    static let readAccess = RouteAccess.permission(OrganisationOffice.read)
    static let changeAccess = RouteAccess.permission(OrganisationOffice.change)
    private static let perPage = 50
    private static let offset = Parameter.integer(
        "offset", in: .query, 0...10_000_000, Text(es: "Cuántos se saltan.", en: "How many are left out before."))
    private static let account = Parameter.id("account", Text(es: "El identificador de la cuenta.", en: "The account's id."))

    /// A page of the organisation's, under its tabs.
    func organisationPage(
        _ call: Call, _ title: Text, _ tab: String, at place: String? = nil, lead: Text? = nil, _ content: @escaping (Interface) -> HTML
    ) async throws -> HTML {
        let standing = try call.signedIn()
        let organisation = try standing.organisation()
        var tabs: [(title: Text, path: String)] = [
            (Text(es: "Personas", en: "People"), Self.peoplePath), (Text(es: "Invitaciones", en: "Invitations"), Self.invitationsPath),
        ]
        if standing.permissions.contains(Self.relationPermission) {
            tabs.append((Text(es: "Quién atiende a quién", en: "Who cares for whom"), Self.relationsPath))
        }
        if standing.permissions.contains(MachineClients.change) {
            tabs.append((Text(es: "Programas", en: "Programs"), Self.programsPath))
        }
        tabs.append((Text(es: "Reglas de entrada", en: "Rules of sign-in"), Self.policyPath))
        return try await page(call, title, for: .staff, at: place) { ui in
            """
            \(ui.tabs(Text(es: "La organización", en: "The organisation"), tabs, current: tab))
            \(ui.title(title, over: Text(verbatim: organisation.text), lead: lead))
            \(content(ui))
            """
        }
    }

    private var people: Route {
        reading(
            "/organisation", "people.page", Text(es: "Las personas de la organización.", en: "The organisation's people."),
            access: Self.readAccess, parameters: [Self.offset.shape, Self.done.shape]
        ) { call in
            let standing = try call.signedIn()
            let offset = try call.optional(Self.offset) ?? 0
            let found = try await parts.office.members(by: standing, limit: Self.perPage + 1, after: offset)
            let entries = Array(found.prefix(Self.perPage))
            return try await organisationPage(call, Text(es: "Personas", en: "People"), Self.peoplePath) { ui in
                let rows = entries.map { entry -> [HTML] in
                    let state: HTML? = entry.isDisabled ? ui.badge(Text(es: "Cuenta cerrada", en: "Account closed"), .caution) : nil
                    return [
                        "<a href=\"\(Self.peoplePath)/people/\(entry.member.account.text)\">\(entry.name)</a> \(state)",
                        "\(ui(titles(of: entry.member.roles)))", "\(entry.address)", "\(ui.date(entry.member.since))",
                    ]
                }
                let table = DataTable(
                    Text(es: "Personas de la organización", en: "People of the organisation"),
                    columns: [
                        .init(Text(es: "Nombre", en: "Name")), .init(Text(es: "Roles", en: "Roles")),
                        .init(Text(es: "Dirección", en: "Address")), .init(Text(es: "Desde", en: "Since")),
                    ], rows: rows)
                let isOne = offset == 0 && found.count <= Self.perPage
                let next = found.count > Self.perPage ? "\(Self.peoplePath)?offset=\(offset + Self.perPage)" : nil
                let shown = Text(
                    es: "De la \(offset + 1) a la \(offset + entries.count)", en: "From \(offset + 1) to \(offset + entries.count)")
                let none = ui.empty(
                    .people, Text(es: "Aquí no hay nadie", en: "There is nobody here"),
                    Text(es: "Invite a la primera persona.", en: "Invite the first person."))
                return ui.stack(
                    ui.row(
                        ui.buttonLink(
                            Text(es: "Invitar a alguien", en: "Invite somebody"), "\(Self.invitationsPath)/new", icon: .plus)),
                    ui.table(table, empty: none),
                    isOne ? HTML() : ui.pager(shown, first: offset == 0 ? nil : Self.peoplePath, next: next))
            }
        }
    }

    /// Somebody of the organisation's. Throws `.notFound` for everybody else.
    private func member(_ call: Call) async throws -> (Member, Account) {
        let (id, organisation) = (try Identifier(call.value(Self.account)), try call.signedIn().organisation())
        let found = try await parts.host.database.read { tx in try MemberTable.member(id, of: organisation, tx) }
        guard let member = found, let account = try await parts.accounts.account(id) else { throw Problem.nothingHere }
        return (member, account)
    }

    private var person: Route {
        reading(
            "/organisation/people/{account}", "people.person", Text(es: "Una persona y sus roles.", en: "A person and their roles."),
            access: Self.changeAccess, parameters: [Self.account.shape, Self.done.shape], isDelicate: true
        ) { call in
            let (member, _) = try await member(call)
            return try await personPage(call, FormState(Query(items: member.roles.sorted().map { .init("roles", $0.text) })))
        }
    }

    private var submitRoles: Route {
        sending(
            "/organisation/people/{account}", "people.set_roles",
            Text(es: "Dar a alguien estos roles.", en: "Give somebody these roles."), access: Self.changeAccess,
            parameters: [Self.account.shape], fields: [.init("roles", .text(1...63), isRequired: false)]
        ) { call, fields in
            let (standing, roles) = (try call.signedIn(), fields.roles("roles"))
            try fields.finish()
            try await parts.stepUp.require(standing.caller)
            try await parts.office.setRoles(roles, of: try Identifier(call.value(Self.account)), by: standing)
            return .see(Self.path(call.path, done: .roles))
        } page: { call, state in
            try await personPage(call, state)
        }
    }

    private func personPage(_ call: Call, _ state: FormState) async throws -> HTML {
        let (member, account) = try await member(call)
        let isSelf = try call.signedIn().caller.actor == account.id
        let title = Text(verbatim: account.profile.name)
        return try await organisationPage(call, title, Self.peoplePath, at: call.path) { ui in
            let facts = ui.facts([
                (name: Text(es: "Dirección", en: "Address"), value: "\(account.profile.address.text)"),
                (name: Text(es: "Desde", en: "Since"), value: "\(ui.date(member.since))"),
                (name: Text(es: "Identificador", en: "Id"), value: "<code>\(account.id.text)</code>"),
            ])
            let form = ui.form(
                call.path, state,
                ui.checkboxes(FormField("roles", Text(es: "Roles", en: "Roles")), state, choices(parts.grantable)),
                ui.button(Text(es: "Guardar los roles", en: "Save the roles"), busy: Text(es: "Guardando…", en: "Saving…")))
            let leave =
                isSelf
                ? Text(es: "Dejar la organización", en: "Leave the organisation")
                : Text(es: "Quitar de la organización", en: "Take out of the organisation")
            return ui.stack(
                ui.card(facts), ui.card(form),
                ui.row(
                    ui.buttonLink(leave, "\(call.path)/remove", .quiet, icon: .leave),
                    ui.buttonLink(
                        Text(es: "Quién le atiende", en: "Who cares for them"), "\(Self.relationsPath)?person=\(account.id.text)", .quiet,
                        icon: .people)))
        }
    }

    private var askRemove: Route {
        reading(
            "/organisation/people/{account}/remove", "people.ask_remove", Text(es: "¿Quitar a alguien?", en: "Take somebody out?"),
            access: Self.changeAccess, parameters: [Self.account.shape], isDelicate: true
        ) { try await removePage($0, FormState()) }
    }

    private func removePage(_ call: Call, _ state: FormState) async throws -> HTML {
        let (_, account) = try await member(call)
        let name = account.profile.name
        let question = Confirmation(
            id: "remove", Text(es: "¿Quitar a \(name) de la organización?", en: "Take \(name) out of the organisation?"),
            Text(
                es: "Deja de entrar en ella enseguida. Lo que hizo, y lo que se anotó de esa persona, se conserva.",
                en: "They can no longer act in it, at once. What they did, and what was noted about them, stays."),
            yes: Text(es: "Quitar", en: "Take out"), no: Text(es: "Dejar como está", en: "Leave as it is"), path: call.path)
        return try await page(call, question.title, for: .staff) { ui in
            "\(ui.errorSummary(state))\(ui.asked(question, back: String(call.path.dropLast("/remove".count))))"
        }
    }

    private var remove: Route {
        sending(
            "/organisation/people/{account}/remove", "people.remove",
            Text(es: "Quitar a alguien de la organización.", en: "Take somebody out of the organisation."), access: Self.changeAccess,
            parameters: [Self.account.shape]
        ) { call, _ in
            let standing = try call.signedIn()
            try await parts.stepUp.require(standing.caller)
            let account = try Identifier(call.value(Self.account))
            try await parts.office.remove(account, by: standing)
            return .see(account == standing.caller.actor ? "/account" : Self.path(Self.peoplePath, done: .removed))
        } page: { call, state in
            try await removePage(call, state)
        }
    }
}
