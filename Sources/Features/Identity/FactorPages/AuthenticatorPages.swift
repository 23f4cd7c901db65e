import Access
import Base
import HTTPTypes
import Markup
import Runtime
import Web

/// An app that shows codes: its secret as a picture and as text, shown once, and the code that says it was taken.
extension FactorPages {
    var authenticatorPages: [Route] { [aboutApp, beginApp, appCode, confirmApp] }

    private static let title = Text(es: "Aplicación de códigos", en: "Authenticator app")

    private var aboutApp: Route {
        pages.reading(
            "/account/second-factors/app", "factor.app_page",
            Text(es: "Añadir una aplicación de códigos.", en: "Add an authenticator app."), access: .signedIn, refusals: [.notFound],
            isDelicate: true
        ) { call in
            let lead = Text(
                es: "Instale en su teléfono una aplicación como Aegis, Google Authenticator o la de su gestor de contraseñas, y siga.",
                en: "Install an app such as Aegis, Google Authenticator or that of your password manager on your telephone, and go on.")
            return try await page(call, Self.title) { ui in
                """
                \(ui.title(Self.title, lead: lead))
                \(ui.action(Text(es: "Ya la tengo: mostrar el código QR", en: "I have it: show the QR code"), Self.place("app"), .primary))
                """
            }
        }
    }

    private var beginApp: Route {
        pages.sending(
            "/account/second-factors/app", "factor.app_begin",
            Text(es: "El secreto de una aplicación de códigos, que se muestra una vez.", en: "The secret of an app, shown once."),
            access: .signedIn, answers: [.ok(.page), IdentityPages.proving], refusals: [.notFound]
        ) { call, _ in
            let account = try await proved(call)
            let setup = try await factors.beginAuthenticator(of: account.id, named: account.profile.address.text)
            return .page(try await secretPage(call, setup))
        }
    }

    private func secretPage(_ call: Call, _ setup: AuthenticatorSetup) async throws -> HTML {
        let matrix = setup.address.withExposedText { parts.qr($0) }
        let secret = setup.secretText.withExposedText { Self.grouped($0) }
        return try await page(call, Self.title) { ui in
            let picture = matrix.map {
                ui.qr($0, Text(es: "Código QR con el secreto que está escrito abajo", en: "QR code of the secret that is written below"))
            }
            return """
                \(ui.title(Self.title, lead: Text(
                    es: "En la aplicación, elija añadir una cuenta y apunte la cámara a este código. No se vuelve a mostrar.",
                    en: "In the app, choose to add an account and point the camera at this code. It is not shown again.")))
                \(ui.stack(
                    ui.card(
                    "\(picture)<p>\(ui(es: "¿No puede leerlo? Escriba esto en la aplicación:", en: "Cannot scan it? Type this into the app:"))</p>",
                    ui.code(secret, id: "secret")), codeForm(ui, FormState())))
                """
        }
    }

    private func codeForm(_ ui: Interface, _ state: FormState) -> HTML {
        ui.card(
            ui.form(
                Self.place("app/confirm"), state,
                codeField(
                    ui, state, Text(es: "Código que muestra la aplicación", en: "The code that the app shows"),
                    hint: Text(es: "Seis números, que cambian cada medio minuto.", en: "Six digits, which change every half minute.")),
                ui.button(Text(es: "Terminar", en: "Finish"), isWide: true)))
    }

    /// Where one types the code, for whoever comes back here.
    private var appCode: Route {
        pages.reading(
            "/account/second-factors/app/confirm", "factor.app_code_page",
            Text(es: "Escribir el código de la aplicación.", en: "Type the app's code."), access: .signedIn, refusals: [.notFound],
            isDelicate: true
        ) { call in try await codePage(call, FormState()) }
    }

    private func codePage(_ call: Call, _ state: FormState) async throws -> HTML {
        try await page(call, Self.title) { ui in
            """
            \(ui.title(Self.title))
            \(codeForm(ui, state))
            \(ui.buttonLink(Text(es: "Empezar de nuevo con otro código QR", en: "Begin again with another QR code"), Self.place("app"), .plain))
            """
        }
    }

    private var confirmApp: Route {
        pages.sending(
            "/account/second-factors/app/confirm", "factor.app_confirm",
            Text(es: "Terminar con un código de la aplicación.", en: "Finish with a code of the app."), access: .signedIn,
            fields: [FactorSchemas.code], refusals: [.notFound], pace: .signIn
        ) { call, fields in
            let code = fields.text("code", atMost: 100)
            let account = try await proved(call)
            try fields.finish()
            do {
                try await factors.confirmAuthenticator(of: account.id, code: code)
            } catch let failure as Failure where failure.code == Failure.factorCodeWrong.code {
                throw Self.fault(failure, at: "code")
            }
            try await desk.lift(try call.signedIn().caller, to: .secondFactor)
            return Self.listed(.factorAdded)
        } page: { call, state in
            try await codePage(call, state)
        }
    }

    /// `JBSW Y3DP …`: four and four are typed without losing one's place, and four of them fit on a phone. Apps leave white space out.
    private static func grouped(_ secret: String) -> String {
        stride(from: 0, to: secret.count, by: 16).map { line in
            stride(from: line, to: min(line + 16, secret.count), by: 4).map { String(secret.dropFirst($0).prefix(4)) }.joined(
                separator: " ")
        }.joined(separator: "\n")
    }
}
