import Access
import Base
import HTTPTypes
import Markup
import Web

/// Codes on paper, shown once; and the question before an app, mail or a telephone is removed.
extension FactorPages {
    var recoveryPages: [Route] { [askCodes, makeCodes] }

    private static let title = Text(es: "Códigos de recuperación", en: "Recovery codes")

    private var askCodes: Route {
        pages.reading(
            "/account/second-factors/recovery", "factor.recovery_page",
            Text(es: "Crear códigos de recuperación.", en: "Make recovery codes."), access: .signedIn, refusals: [.notFound],
            isDelicate: true
        ) { call in try await askPage(call, FormState()) }
    }

    private func askPage(_ call: Call, _ state: FormState) async throws -> HTML {
        try await page(call, Self.title) { ui in
            """
            \(ui.title(Self.title, lead: Text(
                es: "Diez códigos para entrar el día en que pierda su teléfono. Si ya tenía otros, dejan de servir.",
                en: "Ten codes to sign in with on the day you lose your telephone. If you had others, they are good no longer.")))
            \(ui.form(
                Self.place("recovery"), state,
                ui.button(Text(es: "Crear los códigos", en: "Make the codes"), isWide: true)))
            """
        }
    }

    private var makeCodes: Route {
        pages.sending(
            "/account/second-factors/recovery", "factor.recovery_make",
            Text(es: "Diez códigos nuevos, que se muestran una vez.", en: "Ten new codes, shown once."), access: .signedIn,
            answers: [.ok(.page), IdentityPages.proving], refusals: [.notFound]
        ) { call, _ in
            let account = try await proved(call)
            let codes = try await desk.makeRecoveryCodes(for: account.id)
            return .page(
                try await page(call, Self.title) { ui in
                    """
                    \(ui.title(Self.title, lead: Text(
                        es: "No se vuelven a mostrar. Imprima esta página o cópielos en papel, y guárdelos lejos del teléfono.",
                        en: "They are not shown again. Print this page or copy them on paper, and keep them away from the telephone.")))
                    \(ui.card(
                        "<p>\(ui(es: "Cada uno sirve una sola vez, en lugar del segundo paso.", en: "Each is good once, in place of the second step."))</p>",
                        ui.code(codes.joined(separator: "\n"), id: "codes")))
                    \(ui.buttonLink(Text(es: "Ya los guardé", en: "I have kept them"), SecondFactorPlace.account, isWide: true))
                    """
                })
        } page: { call, state in
            try await askPage(call, state)
        }
    }
}

extension FactorPages {
    var removalPages: [Route] { [askRemove, remove] }

    private static let removed = Parameter.choice(
        "method", in: .path, ["totp", "mail", "sms"], Text(es: "Qué se quita.", en: "What is removed."))

    private var askRemove: Route {
        pages.reading(
            "/account/second-factors/remove/{method}", "factor.ask_remove", Text(es: "¿Quitarlo?", en: "Remove it?"), access: .signedIn,
            parameters: [Self.removed.shape], isDelicate: true
        ) { call in
            let account = try await desk.account(of: try call.signedIn().caller).id
            let state = try await factors.state(of: account)
            let (isThere, title): (Bool, Text) =
                switch try call.value(Self.removed) {
                case "totp":
                    (state.hasAuthenticator, Text(es: "¿Quitar la aplicación de códigos?", en: "Remove the authenticator app?"))
                case "mail": (state.hasMail, Text(es: "¿No usar más códigos por correo?", en: "Use codes by e-mail no more?"))
                default: (state.hasPhone, Text(es: "¿Quitar el teléfono?", en: "Remove the telephone?"))
                }
            guard isThere else { throw Failure.factorNotFound }
            let question = Confirmation(
                id: "remove", title,
                Text(
                    es:
                        "Si es su único segundo paso, su cuenta queda protegida solo por la contraseña y sus códigos de recuperación se borran.",
                    en: "If it is your only second step, the password alone will protect your account and your recovery codes are deleted."),
                yes: Text(es: "Quitar", en: "Remove"), no: Text(es: "Dejar", en: "Leave"), path: call.path)
            return try await page(call, title) { $0.asked(question, back: SecondFactorPlace.account) }
        }
    }

    private var remove: Route {
        pages.sending(
            "/account/second-factors/remove/{method}", "factor.remove",
            Text(es: "Quitar un segundo factor.", en: "Remove a second factor."),
            access: .signedIn, parameters: [Self.removed.shape]
        ) { call, _ in
            let account = try await proved(call).id
            switch try call.value(Self.removed) {
            case "totp": try await factors.removeAuthenticator(of: account)
            case "mail": try await factors.removeMail(of: account)
            default: try await factors.removePhone(of: account)
            }
            return Self.listed(.factorRemoved)
        }
    }
}
