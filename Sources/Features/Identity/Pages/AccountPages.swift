import Access
import Base
import HTTPTypes
import Markup
import Runtime
import Web

/// One's own account: who one is here, the password, the organisations, and the ways to the rest.
extension IdentityPages {
    var accountPages: [Route] { [account, submitAccount, password, submitPassword, switchOrganisation, prove, submitProof] }

    private var account: Route {
        reading(
            "/account", "account.page", Text(es: "Mi cuenta.", en: "My account."), access: .signedIn, parameters: [Self.done.shape],
            refusals: [.notFound]
        ) { call in
            let account = try await own(call)
            let values = Query(items: [.init("name", account.profile.name), .init("language", account.profile.language)])
            return try await accountPage(call, FormState(values))
        }
    }

    private var submitAccount: Route {
        sending(
            "/account", "account.submit", Text(es: "Cambiar mi nombre y mi idioma.", en: "Change my name and language."), access: .signedIn,
            fields: [.init("name", .text(1...100)), .init("language", .choice(["es", "en"]))], refusals: [.notFound]
        ) { call, fields in
            let (name, language) = (fields.text("name"), fields.text("language", atMost: 8))
            try fields.finish()
            try await parts.changeProfile(of: try call.signedIn().caller.actor, name: name, language: language)
            var reply = Reply.see(Self.path("/account", done: .profile))
            if let chosen = Language(rawValue: language) { reply.fields.append(PageCookies.giveLanguage(chosen, call)) }
            return reply
        } page: { call, state in
            try await accountPage(call, state)
        }
    }

    /// The caller's account. Throws `.notFound` for who has none: a program, an operator's token.
    func own(_ call: Call) async throws -> Account {
        guard let account = try await parts.accounts.account(try call.signedIn().caller.actor) else { throw Failure.nobodyHere }
        return account
    }

    private func accountPage(_ call: Call, _ state: FormState) async throws -> HTML {
        let (account, caller) = (try await own(call), try call.signedIn().caller)
        let members = try await parts.memberships(of: account.id)
        let title = Text(es: "Mi cuenta", en: "My account")
        return try await page(call, title) { ui in
            let form = ui.form(
                "/account", state, nameField(ui, state),
                ui.radios(
                    FormField("language", Text(es: "¿En qué idioma le escribimos?", en: "In which language do we write to you?")), state,
                    [Choice("es", Text(verbatim: "Español")), Choice("en", Text(verbatim: "English"))]),
                ui.button(Text(es: "Guardar", en: "Save"), busy: Text(es: "Guardando…", en: "Saving…"), isWide: true))
            return """
                \(ui.title(named: account.profile.name, over: title))
                \(ui.card(ui.facts(facts(account, caller, ui))))
                \(ui.section("organisations", Text(es: "Organizaciones", en: "Organisations"), organisations(members, caller, ui)))
                \(ui.section("safety", Text(es: "Seguridad", en: "Safety"), ui.stack(safety(ui))))
                \(ui.section("details", Text(es: "Nombre e idioma", en: "Name and language"), ui.card(form)))
                """
        }
    }

    private func facts(_ account: Account, _ caller: Caller, _ ui: Interface) -> [(name: Text, value: HTML)] {
        var facts: [(name: Text, value: HTML)] = [
            (name: Text(es: "Dirección de correo", en: "E-mail address"), value: "\(account.profile.address.text)"),
            (name: Text(es: "Cuenta desde", en: "Account since"), value: "\(ui.date(account.createdAt))"),
        ]
        if let tenant = caller.tenant {
            facts.append((name: Text(es: "Ahora actúa en", en: "Now acting in"), value: "\(tenant.text)"))
        }
        if !caller.roles.isEmpty { facts.append((name: Text(es: "Como", en: "As"), value: "\(ui(titles(of: caller.roles)))")) }
        return facts
    }

    private func safety(_ ui: Interface) -> HTML {
        var cards = [
            ui.cardLink(
                .lock, Text(es: "Contraseña", en: "Password"), Text(es: "Elegir otra.", en: "Choose another."), "/account/password"),
            ui.cardLink(
                .clock, Text(es: "Sesiones abiertas", en: "Open sessions"),
                Text(es: "En qué dispositivos está dentro, y cerrarlas.", en: "On which devices you are signed in, and to close them."),
                "/account/sessions"),
            ui.cardLink(
                .offline, Text(es: "Dispositivos sin red", en: "Offline devices"),
                Text(es: "Credenciales de teléfonos que trabajan sin conexión.", en: "Credentials of telephones that work offline."),
                "/account/devices"),
            ui.cardLink(
                .file, Text(es: "Mis datos", en: "My data"),
                Text(es: "Quién los ve, una copia, borrarlos.", en: "Who sees them, a copy, their erasure."), "/privacy"),
        ]
        if has(SecondFactorPlace.account) {
            let factor = ui.cardLink(
                .key, Text(es: "Segundo paso al entrar", en: "Second step at sign-in"),
                Text(es: "Una llave, una aplicación o códigos en papel.", en: "A passkey, an application or codes on paper."),
                SecondFactorPlace.account)
            cards.insert(factor, at: 1)
        }
        return ui.grid(isWide: true, cards)
    }

    private func organisations(_ members: [Member], _ caller: Caller, _ ui: Interface) -> HTML {
        guard !members.isEmpty else {
            return ui.empty(
                .people, Text(es: "No pertenece a ninguna organización", en: "You belong to no organisation"),
                Text(es: "Cuando una le invite, estará aquí.", en: "When one invites you, it will stand here."))
        }
        let cards = members.map { member -> HTML in
            let isHere = member.organisation == caller.tenant
            let state =
                isHere
                ? ui.badge(Text(es: "Está aquí", en: "You are here"), .good)
                : ui.action(
                    Text(es: "Pasar a \(member.organisation)", en: "Go to \(member.organisation)"), "/account/organisation",
                    hidden: [("organisation", member.organisation.text)])
            return ui.card("<h3>\(member.organisation.text)</h3><p class=\"second\">\(ui(titles(of: member.roles)))</p>", state)
        }
        return ui.grid(isWide: true, cards)
    }

    private var switchOrganisation: Route {
        sending(
            "/account/organisation", "account.switch_organisation",
            Text(es: "Pasar a otra de mis organizaciones.", en: "Go to another of my organisations."), access: .signedIn,
            fields: [.init("organisation", .text(1...64))], refusals: [.forbidden]
        ) { call, fields in
            let name = fields.text("organisation", atMost: 64)
            try fields.finish()
            let (session, _) = try await parts.switched(try call.signedIn().caller, to: try Identifier(name), call)
            return try await entered(session, call, next: Self.path("/account", done: .organisation))
        }
    }

    private var password: Route {
        reading(
            "/account/password", "password.page", Text(es: "Elegir otra contraseña.", en: "Choose another password."), access: .signedIn
        ) {
            try await passwordPage($0, FormState())
        }
    }

    private var submitPassword: Route {
        sending(
            "/account/password", "password.submit",
            Text(es: "Cambiar mi contraseña; mis demás sesiones terminan.", en: "Change my password; my other sessions end."),
            access: .signedIn, fields: [.init("password", .text(1...1_024)), .init("new_password", .text(1...1_024))], pace: .signIn
        ) { call, fields in
            let (old, new) = (Secret(fields.text("password", atMost: 16_384)), Secret(fields.text("new_password", atMost: 16_384)))
            try fields.finish()
            let caller = try call.signedIn().caller
            do {
                try await parts.registration.changePassword(from: old, to: new, of: caller.actor, in: caller.session)
            } catch let input as InvalidInput {
                throw InvalidInput(faults: input.faults.map { FieldFault("/new_password", $0.code, $0.message) })
            }
            return .see(Self.path("/account", done: .passwordChanged))
        } page: { call, state in
            try await passwordPage(call, state)
        }
    }

    private func passwordPage(_ call: Call, _ state: FormState) async throws -> HTML {
        let title = Text(es: "Cambiar la contraseña", en: "Change the password")
        let lead = Text(
            es: "Después se cierran sus sesiones en los demás dispositivos.", en: "Afterwards your sessions on other devices are closed.")
        let address = try await parts.accounts.account(try call.signedIn().caller.actor)?.profile.address.text ?? ""
        return try await page(call, title) { ui in
            """
            \(crumbs(ui, here: title))
            \(ui.title(title, lead: lead))
            \(ui.card(ui.form(
                "/account/password", state, whose(address),
                passwordField(ui, state, Text(es: "Contraseña de ahora", en: "Present password")),
                newPasswordField(ui, state, "new_password"),
                ui.button(Text(es: "Cambiar la contraseña", en: "Change the password"), isWide: true))))
            """
        }
    }

    /// The way back to the account.
    func crumbs(_ ui: Interface, here: Text) -> HTML { ui.breadcrumbs([(Text(es: "Mi cuenta", en: "My account"), "/account")], here: here) }

    private var prove: Route {
        Route(
            .get, "/account/prove", "prove.page", Text(es: "Confirmar otra vez quién soy.", en: "Show once more who I am."),
            access: .signedIn, parameters: [Self.next.shape], answers: [.ok(.page), Self.proving], pace: .page
        ) { call in
            let next = try call.optional(Self.next)
            let caller = try call.signedIn().caller
            // Whoever has a second factor gives that.
            if has(SecondFactorPlace.prove), try await !parts.stepUp.factors.methods(caller.actor).isEmpty {
                return .see(Self.path(SecondFactorPlace.prove, next: next))
            }
            return .page(try await provePage(call, FormState(), next: next))
        }
    }

    private var submitProof: Route {
        sending(
            "/account/prove", "prove.submit",
            Text(es: "Confirmar otra vez quién soy, con la contraseña.", en: "Show once more who I am, by the password."),
            access: .signedIn, fields: [.init("password", .text(1...1_024)), .init("next", .text(1...2_000), isRequired: false)],
            pace: .signIn
        ) { call, fields in
            let (password, next) = (Secret(fields.text("password", atMost: 16_384)), fields.optional("next", atMost: 2_000))
            try fields.finish()
            try await parts.stepUp.prove(by: password, try call.signedIn().caller)
            return .see(LocalPath.checked(next) ?? "/account")
        } page: { call, state in
            try await provePage(call, state, next: state.values["next"])
        }
    }

    private func provePage(_ call: Call, _ state: FormState, next: String?) async throws -> HTML {
        let title = Text(es: "Confirme que es usted", en: "Confirm that it is you")
        let lead = Text(
            es: "Lo que viene es delicado. Escriba su contraseña otra vez; vale por un cuarto de hora.",
            en: "What comes next is delicate. Type your password once more; it holds for a quarter of an hour.")
        return try await page(call, title, at: Self.path("/account/prove", next: next)) { ui in
            """
            \(ui.title(title, lead: lead))
            \(ui.card(ui.form(
                "/account/prove", state, hidden: LocalPath.checked(next).map { [("next", $0)] } ?? [], passwordField(ui, state),
                ui.row(
                    ui.button(Text(es: "Confirmar", en: "Confirm")),
                    ui.buttonLink(Text(es: "Volver a mi cuenta", en: "Back to my account"), "/account", .plain)))))
            """
        }
    }
}
