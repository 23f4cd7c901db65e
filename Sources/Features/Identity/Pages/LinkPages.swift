import Access
import Base
import HTTPTypes
import Markup
import Runtime
import Web

/// Where the links lead that are sent by mail or handed over. Looking uses none of them up: programs that check mail open every link.
extension IdentityPages {
    var linkPages: [Route] {
        [confirm, submitConfirm, reset, submitReset, invitation, submitInvitation, setUp, submitSetUp]
    }

    private static let codeField = Schema.Member("code", .text(1...200))
    private static let passwordSchema = Schema.Member("password", .text(1...1_024))

    /// What a link's page shows: its form, or that the link is good no longer.
    private func linkPage(
        _ path: RoutePath, _ name: String, _ summary: Text, _ purpose: Link.Purpose,
        form: @escaping @Sendable (Call, FormState, String, Link) async throws -> HTML
    ) -> Route {
        reading(path, name, summary, access: .anyone, parameters: [Self.code.shape]) { call in
            let code = try call.value(Self.code)
            guard let link = try await parts.registration.link(code, purpose) else { return try await linkOver(call, purpose) }
            return try await form(call, FormState(), code, link)
        }
    }

    private func linkForm(
        _ path: RoutePath, _ name: String, _ summary: Text, _ purpose: Link.Purpose, fields: [Schema.Member],
        act: @escaping @Sendable (Call, inout BodyFields, _ code: String) async throws -> Reply,
        form: @escaping @Sendable (Call, FormState, String, Link) async throws -> HTML
    ) -> Route {
        sending(
            path, name, summary, access: .anyone, fields: fields + [Self.codeField], refusals: [.notSignedIn, .forbidden], pace: .signIn
        ) { call, fields in
            let code = fields.text("code", atMost: 200)
            return try await act(call, &fields, code)
        } page: { call, state in
            let code = state.values["code"] ?? ""
            guard let link = try await parts.registration.link(code, purpose) else { return try await linkOver(call, purpose) }
            return try await form(call, state, code, link)
        }
    }

    private func linkOver(_ call: Call, _ purpose: Link.Purpose) async throws -> HTML {
        let title = Text(es: "Este enlace ya no sirve", en: "This link is good no longer")
        let (text, path, button): (Text, String, Text) =
            switch purpose {
            case .confirm:
                (
                    Text(
                        es:
                            "Ya se usó, o pasó más de un día. Si su cuenta está lista, entre; si no, regístrese otra vez y le mandamos otro.",
                        en:
                            "It was used, or is more than a day old. If your account is ready, sign in; else register again and we send another."
                    ),
                    "/sign-in", Text(es: "Entrar", en: "Sign in")
                )
            case .reset:
                (
                    Text(
                        es: "Ya se usó, pasó más de una hora o pidió otro después.",
                        en: "It was used, is more than an hour old, or you asked for another after it."), "/forgot",
                    Text(es: "Pedir otro enlace", en: "Ask for another link")
                )
            case .invitation:
                (
                    Text(
                        es: "Ya se usó, venció o la retiraron. Si aceptó la invitación, entre; si no, pida otra a quien le invitó.",
                        en:
                            "It was used, is too old, or was taken back. If you took it up, sign in; else ask whoever invited you for another."
                    ),
                    "/sign-in", Text(es: "Entrar", en: "Sign in")
                )
            case .setup:
                (
                    Text(
                        es: "Ya se usó, o el programa se inició de nuevo y mostró otro: use el último que mostró.",
                        en: "It was used, or the program was started again and showed another: use the last one it showed."), "/sign-in",
                    Text(es: "Entrar", en: "Sign in")
                )
            }
        return try await page(call, title, at: "/sign-in") { ui in
            """
            \(ui.title(title, lead: text))
            \(ui.row(ui.buttonLink(button, path, isWide: true)))
            """
        }
    }

    private static func place(_ path: String, _ code: String) -> String { "\(path)?code=\(PercentText.encoded(code))" }

    private var confirm: Route {
        linkPage(
            "/account/confirm", "confirm.page", Text(es: "Confirmar la dirección.", en: "Confirm the address."), .confirm, form: confirmForm
        )
    }

    private var submitConfirm: Route {
        linkForm(
            "/account/confirm", "confirm.submit",
            Text(es: "Confirmar la dirección con la contraseña elegida.", en: "Confirm the address by the password that was chosen."),
            .confirm,
            fields: [Self.passwordSchema]
        ) { call, fields, code in
            let password = Secret(fields.text("password", atMost: 16_384))
            try fields.finish()
            let account = try await parts.registration.confirm(code, password: password)
            return try await comesIn(account, password, call)
        } form: { call, state, code, link in
            try await confirmForm(call, state, code, link)
        }
    }

    private func confirmForm(_ call: Call, _ state: FormState, _ code: String, _: Link) async throws -> HTML {
        let title = Text(es: "Confirme su dirección", en: "Confirm your address")
        let lead = Text(
            es: "Escriba la contraseña que eligió al registrarse. Así sabemos que la cuenta y la dirección son de la misma persona.",
            en: "Type the password you chose when you registered. So we know that account and address are the same person's.")
        let button = Text(es: "Confirmar y entrar", en: "Confirm and sign in")
        return try await card(call, title, lead, "/account/confirm", code, state, button) { ui in passwordField(ui, state) }
    }

    /// A page of one form, which sends its link's code along.
    private func card(
        _ call: Call, _ title: Text, _ lead: Text, _ path: String, _ code: String, _ state: FormState, _ button: Text,
        fields: (Interface) -> HTML
    ) async throws -> HTML {
        try await page(call, title, at: Self.place(path, code)) { ui in
            """
            \(ui.title(title, lead: lead))
            \(ui.card(ui.form(path, state, hidden: [("code", code)], fields(ui), ui.button(button, isWide: true))))
            """
        }
    }

    private var reset: Route {
        linkPage(
            "/account/reset", "reset.page", Text(es: "Elegir otra contraseña.", en: "Choose another password."), .reset, form: resetForm)
    }

    private var submitReset: Route {
        linkForm(
            "/account/reset", "reset.submit",
            Text(es: "Elegir otra contraseña con un enlace.", en: "Choose another password by a link."), .reset,
            fields: [Self.passwordSchema]
        ) { _, fields, code in
            let password = Secret(fields.text("password", atMost: 16_384))
            try fields.finish()
            try await parts.registration.reset(code, password: password)
            return .see(Self.path("/sign-in", done: .passwordSet))
        } form: { call, state, code, link in
            try await resetForm(call, state, code, link)
        }
    }

    private func resetForm(_ call: Call, _ state: FormState, _ code: String, _: Link) async throws -> HTML {
        let title = Text(es: "Elija su contraseña", en: "Choose your password")
        let lead = Text(
            es: "Después entre con ella. En los demás dispositivos se cerrará su sesión.",
            en: "Then sign in with it. On other devices you will be signed out.")
        let button = Text(es: "Guardar la contraseña", en: "Save the password")
        return try await card(call, title, lead, "/account/reset", code, state, button) { ui in newPasswordField(ui, state) }
    }

    private var invitation: Route {
        linkPage(
            "/invitation", "invitation.page", Text(es: "Aceptar una invitación.", en: "Take up an invitation."), .invitation,
            form: invitationForm)
    }

    private var submitInvitation: Route {
        linkForm(
            "/invitation", "invitation.submit",
            Text(
                es: "Aceptar una invitación, con una cuenta nueva o con la que ya se tiene.",
                en: "Take up an invitation, with a new account or the one that one has."), .invitation,
            fields: [.init("name", .text(1...100), isRequired: false), Self.passwordSchema]
        ) { call, fields, code in
            let person = RegistrationRoutes.person(&fields, call, hasAddress: false)
            try fields.finish()
            let account = try await parts.registration.accept(code, person)
            return try await comesIn(account, person.password, call)
        } form: { call, state, code, link in
            try await invitationForm(call, state, code, link)
        }
    }

    private func invitationForm(_ call: Call, _ state: FormState, _ code: String, _ link: Link) async throws -> HTML {
        guard let organisation = link.organisation else { return try await linkOver(call, .invitation) }
        let address = try await parts.letters.addressee(of: link, in: organisation)
        let isKnown = try await parts.accounts.account(at: address)?.confirmedAt != nil
        let title = Text(es: "Le invitan a \(organisation)", en: "You are invited to \(organisation)")
        let lead =
            isKnown
            ? Text(
                es: "Su dirección ya tiene una cuenta aquí. Escriba su contraseña para unirse a la organización.",
                en: "Your address has an account here already. Type your password to join the organisation.")
            : Text(
                es: "Diga cómo se llama y elija una contraseña: con eso su cuenta queda lista.",
                en: "Say what your name is and choose a password: then your account is ready.")
        let roles = titles(of: link.roles)
        return try await page(call, title, at: Self.place("/invitation", code)) { ui in
            let facts = ui.facts([
                (name: Text(es: "Para", en: "For"), value: "\(address.text)"), (name: Text(es: "Como", en: "As"), value: "\(ui(roles))"),
            ])
            let fields = isKnown ? passwordField(ui, state) : nameField(ui, state) + newPasswordField(ui, state)
            return """
                \(ui.title(title, lead: lead))
                \(ui.card(facts, ui.form(
                    "/invitation", state, hidden: [("code", code)], whose(address.text), fields,
                    ui.button(Text(es: "Aceptar la invitación", en: "Accept the invitation"), isWide: true))))
                """
        }
    }

    /// With an account that was just made or confirmed: in the organisation that was joined last.
    private func comesIn(_ account: Account, _ password: Secret, _ call: Call) async throws -> Reply {
        let joined = try await parts.memberships(of: account.id).max { $0.since < $1.since }?.organisation
        let ask = SignIn.Ask(
            address: account.profile.address.text, password: password, organisation: joined, kind: .browser,
            device: call.fields[.userAgent] ?? "", peer: call.peer)
        return try await goesOn(try await parts.signIn.withPassword(ask), call, next: nil)
    }

    private var setUp: Route {
        linkPage(
            "/setup", "setup.page", Text(es: "La primera cuenta de la instalación.", en: "The installation's first account."), .setup,
            form: setUpForm)
    }

    private var submitSetUp: Route {
        linkForm(
            "/setup", "setup.submit",
            Text(es: "Crear la primera cuenta y la primera organización.", en: "Make the first account and the first organisation."),
            .setup,
            fields: Self.personFields + [.init("organisation", .text(1...64))]
        ) { call, fields, code in
            let name = fields.text("organisation", atMost: 64)
            let person = RegistrationRoutes.person(&fields, call)
            try fields.finish()
            let account: Account
            do {
                account = try await parts.registration.setUp(code, person, organisation: try Identifier(name))
            } catch let failure as Failure where failure.kind == .invalid && failure.code != Failure.linkOver.code {
                throw InvalidInput(faults: [FieldFault("/organisation", failure.code, failure.message)])
            }
            return try await comesIn(account, person.password, call)
        } form: { call, state, code, link in
            try await setUpForm(call, state, code, link)
        }
    }

    private func setUpForm(_ call: Call, _ state: FormState, _ code: String, _: Link) async throws -> HTML {
        let title = Text(es: "Empezar con Zancada", en: "Begin with Zancada")
        let lead = Text(
            es: "Cree la primera cuenta y la primera organización. Con ella invitará a los demás.",
            en: "Make the first account and the first organisation. With it you will invite the others.")
        return try await page(call, title, at: Self.place("/setup", code)) { ui in
            """
            \(ui.title(title, lead: lead))
            \(ui.card(ui.form(
                "/setup", state, hidden: [("code", code)],
                ui.textField(
                    FormField(
                        "organisation", Text(es: "Nombre corto de la organización", en: "Short name of the organisation"),
                        hint: Text(
                            es: "Minúsculas, números y guiones, como clinica-sur. No se puede cambiar después.",
                            en: "Small letters, digits and hyphens, such as clinic-south. It cannot be changed later.")),
                    state, autocomplete: "off"),
                nameField(ui, state), addressField(ui, state), newPasswordField(ui, state),
                ui.button(Text(es: "Crear la cuenta", en: "Make the account"), isWide: true))))
            \(ui.section("password", Text(es: "Una buena contraseña", en: "A good password"), ui.list([
                Text(
                    es: "Es larga: cuatro palabras que no tengan que ver entre sí, con espacios, valen más que signos raros.",
                    en: "It is long: four words that have nothing to do with one another, with spaces, beat odd signs."),
                Text(
                    es: "No lleva su nombre, su dirección ni el nombre de la organización.",
                    en: "It holds neither your name nor your address nor the organisation's name."),
                Text(
                    es: "No la usa en ningún otro sitio. Guárdela en un gestor de contraseñas o en papel, en lugar seguro.",
                    en: "You use it nowhere else. Keep it in a password manager, or on paper in a safe place."),
            ])))
            """
        }
    }
}
