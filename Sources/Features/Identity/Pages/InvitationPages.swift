import Access
import Base
import HTTPTypes
import Markup
import Runtime
import Web

/// Invitations that wait, and new ones.
extension IdentityPages {
    var invitationPages: [Route] { [invitations, newInvitation, invite, withdraw] }

    static let invitationsPath = "/organisation/invitations"

    private var invitations: Route {
        reading(
            "/organisation/invitations", "invitations.page", Text(es: "Invitaciones que esperan.", en: "Invitations that wait."),
            access: Self.readAccess, parameters: [Self.done.shape]
        ) { call in
            let list = try await parts.office.invitations(by: try call.signedIn())
            return try await organisationPage(call, Text(es: "Invitaciones", en: "Invitations"), Self.invitationsPath) { ui in
                let rows = list.map { item -> [HTML] in
                    [
                        "\(item.address)", "\(ui(titles(of: item.roles)))", ui.stamp(item.expiresAt),
                        """
                        <form method="post" action="\(Self.invitationsPath)/withdraw"><input type="hidden" name="id" value="\(item.id.text)">\
                        <button class="button quiet">\(ui(es: "Retirar", en: "Take back"))<span class="unseen">: \(item.address)</span></button>\
                        </form>
                        """,
                    ]
                }
                let invite = ui.buttonLink(
                    Text(es: "Invitar a alguien", en: "Invite somebody"), "\(Self.invitationsPath)/new", icon: .plus)
                let table = DataTable(
                    Text(es: "Invitaciones que nadie ha aceptado todavía", en: "Invitations that nobody has taken up yet"),
                    columns: [
                        .init(Text(es: "Dirección", en: "Address")), .init(Text(es: "Como", en: "As")),
                        .init(Text(es: "Vence", en: "Good until")), .init(Text(es: "Acción", en: "Action")),
                    ], rows: rows)
                let none = ui.empty(
                    .message, Text(es: "No hay invitaciones pendientes", en: "No invitations are waiting"),
                    Text(es: "Las que haga estarán aquí hasta que se acepten.", en: "Those you make stand here until they are taken up."),
                    actions: invite)
                return list.isEmpty ? none : ui.stack(ui.row(invite), ui.table(table))
            }
        }
    }

    private var newInvitation: Route {
        reading(
            "/organisation/invitations/new", "invitations.new", Text(es: "Invitar a alguien.", en: "Invite somebody."),
            access: Self.changeAccess, isDelicate: true
        ) { call in try await inviteForm(call, FormState(Query(items: [.init("language", call.language.rawValue)]))) }
    }

    private var invite: Route {
        sending(
            "/organisation/invitations/new", "invitations.invite", Text(es: "Invitar a alguien.", en: "Invite somebody."),
            access: Self.changeAccess,
            fields: [
                .init("email", .text(1...254)), .init("roles", .text(1...63), isRequired: false),
                .init("language", .choice(["es", "en"]), isRequired: false),
            ], answers: [.ok(.page), Self.taken]
        ) { call, fields in
            let standing = try call.signedIn()
            let (address, roles) = (fields.text("email"), fields.roles("roles"))
            let language = fields.optional("language", atMost: 8).flatMap { Language(rawValue: $0) } ?? call.language
            try fields.finish()
            try await parts.stepUp.require(standing.caller)
            let (invitation, link) = try await parts.office.invite(address, as: roles, in: language, by: standing)
            guard let link else { return .see(Self.path(Self.invitationsPath, done: .invited)) }
            return .page(try await linkPage(call, invitation, link))
        } page: { call, state in
            try await inviteForm(call, state)
        }
    }

    private func inviteForm(_ call: Call, _ state: FormState) async throws -> HTML {
        let lead =
            parts.letters.isConfigured
            ? Text(
                es: "Le mandamos un enlace por correo. Vale una semana y una sola vez.",
                en: "We send them a link by mail. It is good for a week, and once.")
            : Text(
                es: "Esta instalación no envía correo: le daremos un enlace para que usted se lo entregue. Vale una semana y una sola vez.",
                en: "This installation sends no mail: you get a link to pass on yourself. It is good for a week, and once.")
        return try await organisationPage(call, Text(es: "Invitar a alguien", en: "Invite somebody"), Self.invitationsPath, lead: lead) {
            ui in
            ui.card(
                ui.form(
                    "\(Self.invitationsPath)/new", state,
                    ui.textField(
                        FormField("email", Text(es: "Su dirección de correo", en: "Their e-mail address")), state, .email,
                        autocomplete: "off"),
                    ui.checkboxes(
                        FormField("roles", Text(es: "¿Como qué entra?", en: "As what do they come in?")), state, choices(parts.grantable)),
                    ui.radios(
                        FormField("language", Text(es: "¿En qué idioma le escribimos?", en: "In which language do we write to them?")),
                        state,
                        [Choice("es", Text(verbatim: "Español")), Choice("en", Text(verbatim: "English"))]),
                    ui.row(
                        ui.button(Text(es: "Invitar", en: "Invite"), busy: Text(es: "Invitando…", en: "Inviting…")),
                        ui.buttonLink(Text(es: "Volver", en: "Go back"), Self.invitationsPath, .plain))))
        }
    }

    private func linkPage(_ call: Call, _ invitation: OrganisationOffice.Invitation, _ link: String) async throws -> HTML {
        try await organisationPage(
            call, Text(es: "Entregue este enlace", en: "Pass this link on"), Self.invitationsPath, at: Self.invitationsPath
        ) { ui in
            let words = Text(
                es:
                    "Es para \(invitation.address) y vale hasta el \(ui.date(invitation.expiresAt)), una sola vez. No se vuelve a mostrar: cópielo ahora y entréguelo solo a esa persona.",
                en:
                    "It is for \(invitation.address) and good until \(ui.date(invitation.expiresAt)), once. It is not shown again: copy it now and give it to that person alone."
            )
            return ui.stack(
                ui.message(.caution, Text(es: "Quien lo tenga puede entrar", en: "Whoever has it can come in"), words),
                ui.code(link, id: "link"),
                ui.row(ui.buttonLink(Text(es: "Ya lo copié", en: "I have copied it"), Self.invitationsPath)))
        }
    }

    private var withdraw: Route {
        sending(
            "/organisation/invitations/withdraw", "invitations.withdraw",
            Text(es: "Retirar una invitación.", en: "Take an invitation back."),
            access: Self.changeAccess, fields: [.init("id", .id)], refusals: [.notFound]
        ) { call, fields in
            guard let id = fields.identifier("id") else { throw Problem.nothingHere }
            try await parts.office.withdraw(id, by: try call.signedIn())
            return .see(Self.path(Self.invitationsPath, done: .withdrawn))
        }
    }
}
