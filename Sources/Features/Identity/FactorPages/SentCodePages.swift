import Access
import Base
import HTTPTypes
import Markup
import Runtime
import Web

/// Codes by mail and by text message: one is sent, and typed back.
extension FactorPages {
    var sentCodePages: [Route] { [aboutMail, beginMail, mailCode, confirmMail, aboutPhone, beginPhone, phoneCode, confirmPhone] }

    private static let mailTitle = Text(es: "Códigos por correo", en: "Codes by e-mail")
    private static let phoneTitle = Text(es: "Mensajes de texto", en: "Text messages")

    private var aboutMail: Route {
        pages.reading(
            "/account/second-factors/mail", "factor.mail_page", Text(es: "Usar códigos por correo.", en: "Use codes by e-mail."),
            access: .signedIn, refusals: [.notFound], isDelicate: true
        ) { call in try await mailPage(call, FormState()) }
    }

    private func mailPage(_ call: Call, _ state: FormState) async throws -> HTML {
        let address = try await desk.account(of: try call.signedIn().caller).profile.address.text
        return try await page(call, Self.mailTitle) { ui in
            """
            \(ui.title(Self.mailTitle, lead: Text(
                es: "Le enviamos un código a \(address) para comprobar que llega.",
                en: "We send a code to \(address) to make sure that it arrives.")))
            \(ui.form(
                Self.place("mail"), state,
                ui.button(Text(es: "Enviar el código", en: "Send the code"), isWide: true)))
            """
        }
    }

    private var beginMail: Route {
        pages.sending(
            "/account/second-factors/mail", "factor.mail_begin",
            Text(es: "Enviar el código que confirma el correo.", en: "Send the code that confirms mail."), access: .signedIn,
            refusals: [.notFound], pace: .signIn
        ) { call, _ in
            let account = try await proved(call)
            try await factors.beginMail(to: account.profile.address, in: account.language, for: account.id)
            return .see(Self.place("mail/confirm"))
        } page: { call, state in
            try await mailPage(call, state)
        }
    }

    private var mailCode: Route { typing("mail", "factor.mail_code_page", Self.mailTitle) }

    private var confirmMail: Route {
        confirming("mail", "factor.mail_confirm", Self.mailTitle) { account, code in
            try await factors.confirmMail(of: account.id, code: code)
        }
    }

    private var aboutPhone: Route {
        pages.reading(
            "/account/second-factors/phone", "factor.phone_page", Text(es: "Añadir un teléfono.", en: "Add a telephone."),
            access: .signedIn, refusals: [.notFound], isDelicate: true
        ) { call in try await phonePage(call, FormState()) }
    }

    private func phonePage(_ call: Call, _ state: FormState) async throws -> HTML {
        try await page(call, Self.phoneTitle) { ui in
            """
            \(ui.title(Self.phoneTitle, lead: Text(
                es: "Le enviamos un código para comprobar que el número es suyo.",
                en: "We send a code to make sure that the number is yours.")))
            \(ui.card(ui.form(
                Self.place("phone"), state,
                ui.textField(
                    FormField(
                        "number", Text(es: "Número de teléfono", en: "Telephone number"),
                        hint: Text(es: "Con «+» y el código del país: +57 300 123 4567.", en: "With “+” and the country's code: +57 300 123 4567.")),
                    state, .telephone, autocomplete: "tel", width: .middle),
                ui.button(Text(es: "Enviar el código", en: "Send the code"), isWide: true))))
            """
        }
    }

    private var beginPhone: Route {
        pages.sending(
            "/account/second-factors/phone", "factor.phone_begin",
            Text(es: "Enviar el código que confirma un teléfono.", en: "Send the code that confirms a telephone."), access: .signedIn,
            fields: [.init("number", .text(1...40))], refusals: [.notFound, .overloaded], pace: .signIn
        ) { call, fields in
            let number = fields.text("number", atMost: 100)
            let account = try await proved(call)
            try fields.finish()
            do {
                try await factors.beginPhone(number, in: account.language, for: account.id)
            } catch let failure as Failure where failure.code == Failure.phoneNumber.code {
                throw Self.fault(failure, at: "number")
            }
            return .see(Self.place("phone/confirm"))
        } page: { call, state in
            try await phonePage(call, state)
        }
    }

    private var phoneCode: Route { typing("phone", "factor.phone_code_page", Self.phoneTitle) }

    private var confirmPhone: Route {
        confirming("phone", "factor.phone_confirm", Self.phoneTitle) { account, code in
            try await factors.confirmPhone(of: account.id, code: code)
        }
    }

    /// Where a code is typed that was sent to confirm.
    private func typing(_ way: String, _ name: String, _ title: Text) -> Route {
        pages.reading(
            RoutePath(stringLiteral: Self.place("\(way)/confirm")), name,
            Text(es: "Escribir el código que se envió.", en: "Type the code that was sent."), access: .signedIn, refusals: [.notFound],
            isDelicate: true
        ) { call in try await typingPage(call, way, title, FormState()) }
    }

    private func confirming(
        _ way: String, _ name: String, _ title: Text, _ confirm: @escaping @Sendable (Account, String) async throws -> Void
    ) -> Route {
        pages.sending(
            RoutePath(stringLiteral: Self.place("\(way)/confirm")), name,
            Text(es: "Terminar con el código que se envió.", en: "Finish with the code that was sent."), access: .signedIn,
            fields: [FactorSchemas.code], refusals: [.notFound], pace: .signIn
        ) { call, fields in
            let code = fields.text("code", atMost: 100)
            let account = try await proved(call)
            try fields.finish()
            do {
                try await confirm(account, code)
            } catch let failure as Failure where failure.code == Failure.factorCodeWrong.code {
                throw Self.fault(.sentCodeWrong, at: "code")
            }
            try await desk.lift(try call.signedIn().caller, to: .secondFactor)
            return Self.listed(.factorAdded)
        } page: { call, state in
            try await typingPage(call, way, title, state)
        }
    }

    private func typingPage(_ call: Call, _ way: String, _ title: Text, _ state: FormState) async throws -> HTML {
        try await page(call, title) { ui in
            """
            \(ui.title(title, lead: Text(es: "El código va en camino; puede tardar un minuto.", en: "The code is on its way; it may take a minute.")))
            \(ui.card(ui.form(
                Self.place("\(way)/confirm"), state,
                codeField(ui, state, Text(es: "Código que recibió", en: "The code you received"),
                    hint: Text(es: "Seis números. Vale diez minutos y una sola vez.", en: "Six digits. Good for ten minutes, and once.")),
                ui.button(Text(es: "Terminar", en: "Finish"), isWide: true))))
            \(ui.buttonLink(Text(es: "No llega: empezar de nuevo", en: "It does not come: begin again"), Self.place(way), .plain))
            """
        }
    }
}

extension Failure {
    fileprivate static let sentCodeWrong = Failure(
        .invalid, Failure.factorCodeWrong.code,
        Text(es: "El código no es correcto: escriba el del último mensaje.", en: "The code is not right: type that of the latest message."))
}
