import Access
import Base
import HTTPTypes
import Markup
import Runtime
import Web

/// To make an account, and to ask for another password: both answer the same whether an address has an account or not.
extension IdentityPages {
    var registrationPages: [Route] { [register, submitRegister, registerSent, forgot, submitForgot, forgotSent] }

    private static let organisation = Parameter.text(
        "organisation", in: .query, 1...64, Text(es: "La organización en la que se registra.", en: "The organisation to register in."))

    private var register: Route {
        reading(
            "/register", "register.page", Text(es: "Crear una cuenta.", en: "Make an account."), access: .anyone,
            parameters: [Self.organisation.shape]
        ) { call in
            guard let name = try call.optional(Self.organisation), let organisation = try? Identifier(name) else {
                return try await closed(call, nil)
            }
            do {
                _ = try await parts.registration.openRole(in: organisation)
            } catch let failure as Failure where failure.kind == .forbidden {
                return try await closed(call, failure.message)
            }
            return try await registerForm(call, FormState(), organisation: name)
        }
    }

    private var submitRegister: Route {
        sending(
            "/register", "register.submit",
            Text(
                es: "Crear una cuenta; la respuesta es siempre la misma.",
                en: "Make an account; the answer is always the same."), access: .anyone,
            fields: Self.personFields + [.init("organisation", .text(1...64))], refusals: [.forbidden], pace: .signIn
        ) { call, fields in
            let person = RegistrationRoutes.person(&fields, call)
            let organisation = fields.text("organisation", atMost: 64)
            try fields.finish()
            try await parts.registration.register(person, in: try Identifier(organisation))
            return .see("/register/sent")
        } page: { call, state in
            try await registerForm(call, state, organisation: state.values["organisation"] ?? "")
        }
    }

    static let personFields: [Schema.Member] = [
        .init("email", .text(1...254)), .init("name", .text(1...100)), .init("password", .text(1...1_024)),
    ]

    private func registerForm(_ call: Call, _ state: FormState, organisation: String) async throws -> HTML {
        let title = Text(es: "Crear una cuenta", en: "Make an account")
        return try await page(call, title, at: "/register?organisation=\(PercentText.encoded(organisation))") { ui in
            """
            \(ui.title(title, over: Text(verbatim: organisation)))
            \(ui.card(ui.form(
                "/register", state, hidden: [("organisation", organisation)],
                nameField(ui, state), addressField(ui, state), newPasswordField(ui, state),
                ui.button(Text(es: "Crear la cuenta", en: "Make the account"), isWide: true))))
            """
        }
    }

    private func closed(_ call: Call, _ why: Text?) async throws -> HTML {
        let title = Text(es: "Cómo tener una cuenta", en: "How to get an account")
        return try await page(call, title) { ui in
            """
            \(ui.title(title))
            \(ui.stack(
                why.map { ui.message(.caution, Text(es: "Aquí no puede registrarse", en: "You cannot register here"), $0) } ?? HTML(),
                ui.prose(
                    Text(
                        es: "Su clínica o su equipo le invita: recibirá un enlace, por correo o de su mano, con el que se crea la cuenta.",
                        en: "Your clinic or your team invites you: you get a link, by mail or from them, by which the account is made."),
                    Text(
                        es: "Si le dijeron que puede registrarse por su cuenta, use el enlace que le dieron: lleva el nombre de la organización.",
                        en: "If you were told that you can register by yourself, use the link you were given: it names the organisation.")),
                ui.buttonLink(Text(es: "Ya tengo cuenta: entrar", en: "I have an account: sign in"), "/sign-in", .quiet, isWide: true)))
            """
        }
    }

    private var registerSent: Route {
        reading(
            "/register/sent", "register.sent", Text(es: "Mire su correo.", en: "Look into your mail."), access: .anyone
        ) { call in
            try await mailPage(
                call,
                Text(
                    es:
                        "Le mandamos un enlace. Ábralo y escriba la contraseña que acaba de elegir: con eso la cuenta queda lista. El enlace vale un día.",
                    en:
                        "We sent you a link. Open it and type the password you just chose: then the account is ready. The link is good for a day."
                ))
        }
    }

    private var forgot: Route {
        reading("/forgot", "forgot.page", Text(es: "Pedir otra contraseña.", en: "Ask for another password."), access: .anyone) { call in
            try await forgotForm(call, FormState())
        }
    }

    private var submitForgot: Route {
        sending(
            "/forgot", "forgot.submit",
            Text(
                es: "Pedir un enlace para otra contraseña; la respuesta es siempre la misma.",
                en: "Ask for a link to another password; the answer is always the same."), access: .anyone,
            fields: [.init("email", .text(1...254))], refusals: [.forbidden], pace: .signIn
        ) { _, fields in
            let address = fields.text("email")
            try fields.finish()
            do {
                try await parts.registration.forgot(address)
            } catch let failure as Failure where failure.kind == .invalid {
                throw InvalidInput(faults: [FieldFault("/email", failure.code, failure.message)])
            }
            return .see("/forgot/sent")
        } page: { call, state in
            try await forgotForm(call, state)
        }
    }

    private func forgotForm(_ call: Call, _ state: FormState) async throws -> HTML {
        let title = Text(es: "Elegir otra contraseña", en: "Choose another password")
        return try await page(call, title) { ui in
            let isPossible = parts.letters.isConfigured
            let lead =
                isPossible
                ? Text(
                    es: "Escriba su dirección. Le mandamos un enlace con el que puede elegir una contraseña nueva.",
                    en: "Type your address. We send you a link by which you can choose a new password.")
                : Text(
                    es:
                        "Esta instalación no envía correo. Pida un enlace a quien administra el sistema: lo hace con la orden «zancada admin reset».",
                    en:
                        "This installation sends no mail. Ask whoever runs the system for a link: they make it by the command “zancada admin reset”."
                )
            let form: HTML? =
                isPossible
                ? ui.card(
                    ui.form(
                        "/forgot", state, addressField(ui, state),
                        ui.button(Text(es: "Pedir el enlace", en: "Ask for the link"), isWide: true)))
                : nil
            return """
                \(ui.title(title, lead: lead))
                \(ui.stack(form ?? HTML(), ui.buttonLink(Text(es: "Volver a entrar", en: "Back to sign in"), "/sign-in", .plain)))
                """
        }
    }

    private var forgotSent: Route {
        reading("/forgot/sent", "forgot.sent", Text(es: "Mire su correo.", en: "Look into your mail."), access: .anyone) { call in
            try await mailPage(
                call,
                Text(
                    es: "Si esa dirección tiene una cuenta, le mandamos un enlace para elegir otra contraseña. Vale una hora.",
                    en: "If that address has an account, we sent it a link to choose another password. It is good for an hour."))
        }
    }

    private func mailPage(_ call: Call, _ text: Text) async throws -> HTML {
        let title = Text(es: "Mire su correo", en: "Look into your mail")
        return try await page(call, title) { ui in
            """
            \(ui.title(title, lead: text))
            \(ui.stack(
                ui.prose(Text(
                    es: "¿No llegó nada en unos minutos? Mire en el correo no deseado, y revise que la dirección esté bien escrita.",
                    en: "Nothing came within some minutes? Look among unwanted mail, and check that the address was typed right.")),
                ui.buttonLink(Text(es: "Ir a la entrada", en: "Go to sign in"), "/sign-in", .quiet, isWide: true)))
            """
        }
    }
}

extension IdentityPages {
    func nameField(_ ui: Interface, _ state: FormState) -> HTML {
        ui.textField(
            FormField(
                "name", Text(es: "¿Cómo se llama?", en: "What is your name?"),
                hint: Text(es: "Como quiere que le llamen aquí.", en: "As you want to be called here.")), state, autocomplete: "name")
    }

    func addressField(_ ui: Interface, _ state: FormState) -> HTML {
        ui.textField(
            FormField("email", Text(es: "Dirección de correo", en: "E-mail address")), state, .email, autocomplete: "username")
    }

    func newPasswordField(_ ui: Interface, _ state: FormState, _ name: String = "password") -> HTML {
        ui.textField(
            FormField(
                name, Text(es: "Contraseña nueva", en: "New password"),
                hint: Text(
                    es: "Doce letras o más. Tres o cuatro palabras sin relación, con espacios, sirven y se recuerdan.",
                    en: "Twelve letters or more. Three or four unrelated words, with spaces, will do and can be remembered.")),
            state, .password, autocomplete: "new-password")
    }

    /// For password managers, which keep the password under this address.
    func whose(_ address: String) -> HTML {
        "<input type=\"hidden\" name=\"username\" value=\"\(address)\" autocomplete=\"username\">"
    }

    func passwordField(_ ui: Interface, _ state: FormState, _ label: Text = Text(es: "Su contraseña", en: "Your password")) -> HTML {
        ui.textField(FormField("password", label), state, .password, autocomplete: "current-password")
    }
}
