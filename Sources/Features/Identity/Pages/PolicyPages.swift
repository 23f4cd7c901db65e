import Access
import Base
import HTTPTypes
import Markup
import Runtime
import Web

/// What an organisation demands at sign-in, and whether people may register by themselves.
extension IdentityPages {
    var policyPages: [Route] { [policy, submitPolicy] }

    static let policyPath = "/organisation/policy"

    private var policy: Route {
        reading(
            "/organisation/policy", "policy.page", Text(es: "Qué se exige al entrar.", en: "What is demanded at sign-in."),
            access: Self.changeAccess, parameters: [Self.done.shape], isDelicate: true
        ) { call in
            let policy = try await parts.office.policy(by: try call.signedIn())
            let values =
                policy.secondFactorRoles.sorted().map { Query.Item("second_factor_roles", $0.text) }
                + [.init("registration", policy.registration?.text ?? "nobody")]
            return try await policyForm(call, FormState(Query(items: values)))
        }
    }

    private var submitPolicy: Route {
        sending(
            "/organisation/policy", "policy.submit", Text(es: "Decidir qué se exige al entrar.", en: "Decide what is demanded at sign-in."),
            access: Self.changeAccess,
            fields: [
                .init("second_factor_roles", .text(1...63), isRequired: false),
                .init("registration", .choice(["nobody", "guest", "patient"])),
            ]
        ) { call, fields in
            let standing = try call.signedIn()
            var policy = SignInPolicy()
            policy.secondFactorRoles = fields.roles("second_factor_roles")
            let word = fields.text("registration", atMost: 63)
            policy.registration = word == "nobody" ? nil : RoleName(word)
            if word != "nobody", policy.registration == nil {
                fields.fault("registration", "not_a_choice", Text(es: "Elija una de las respuestas.", en: "Choose one of the answers."))
            }
            // Whoever demands of others what they have not given themselves would be a guest a moment later.
            if policy.demandsMore(of: standing.caller.roles, than: standing.caller.assurance, by: parts.host.roles) {
                fields.fault(
                    "second_factor_roles", "oneself",
                    Text(
                        es: "Esto le alcanza a usted: entre primero con su propio segundo paso, o quedaría fuera de estas páginas.",
                        en: "This holds for you as well: first sign in by a second step of your own, or these pages would shut you out."))
            }
            try fields.finish()
            try await parts.stepUp.require(standing.caller)
            try await parts.office.setPolicy(policy, by: standing)
            return .see(Self.path(Self.policyPath, done: .policy))
        } page: { call, state in
            try await policyForm(call, state)
        }
    }

    private func policyForm(_ call: Call, _ state: FormState) async throws -> HTML {
        let organisation = try call.signedIn().organisation()
        return try await organisationPage(call, Text(es: "Reglas de entrada", en: "Rules of sign-in"), Self.policyPath) { ui in
            let registration = ui.radios(
                FormField(
                    "registration", Text(es: "¿Quién puede crear una cuenta por sí mismo?", en: "Who may make an account by themselves?")),
                state,
                [
                    Choice("nobody", Text(es: "Nadie: se entra por invitación", en: "Nobody: people are invited")),
                    Choice("guest", Text(es: "Cualquiera, como invitado", en: "Anybody, as a guest")),
                    Choice("patient", Text(es: "Cualquiera, como paciente", en: "Anybody, as a patient")),
                ])
            let place = parts.letters.place + "/register?organisation=\(PercentText.encoded(organisation.text))"
            let open = ["guest", "patient"].contains(state.values["registration"])
            let share: HTML? =
                open
                ? ui.section(
                    "share", Text(es: "Enlace para registrarse", en: "Link to register by"),
                    ui.stack(
                        parts.letters.isConfigured
                            ? HTML()
                            : ui.message(
                                .caution, nil,
                                Text(
                                    es: "Esta instalación no envía correo, y sin correo nadie puede registrarse.",
                                    en: "This installation sends no mail, and without mail nobody can register.")),
                        ui.code(place, id: "register-link"))) : nil
            return """
                \(ui.card(ui.form(
                    Self.policyPath, state, registration,
                    ui.checkboxes(
                        FormField(
                            "second_factor_roles", Text(es: "¿A quién se pide un segundo paso?", en: "Who is asked for a second step?"),
                            hint: Text(
                                es: "Además de la contraseña: una llave o un código. Quien no lo tenga solo verá lo que ve un invitado.",
                                en: "Besides the password: a passkey or a code. Whoever has none sees what a guest sees."),
                            isRequired: false), state, choices(parts.grantable)),
                    ui.button(Text(es: "Guardar las reglas", en: "Save the rules"), busy: Text(es: "Guardando…", en: "Saving…")))))
                \(share)
                """
        }
    }
}
