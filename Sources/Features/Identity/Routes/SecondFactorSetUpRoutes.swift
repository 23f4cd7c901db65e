import Access
import Base
import HTTPTypes
import Runtime
import Web

/// Which second factors I have, and setting them up, for programs: `/api/v1/auth/mfa`. Whatever changes anything is asked of somebody who
/// proved a short while ago who they are.
struct SecondFactorSetUpRoutes: Sendable {
    let parts: IdentityParts
    private var desk: FactorDesk { FactorDesk(parts: parts) }
    private var factors: SecondFactors { parts.factors }

    var all: [Route] {
        [
            state, beginTOTP, confirmTOTP, removeTOTP, beginMail, confirmMail, removeMail, beginPhone, confirmPhone, removePhone,
            recoveryCodes,
        ]
    }

    /// Something that changes what is set up. The account is given, and the body's fields where there is one.
    private func changing(
        _ method: HTTPRequest.Method, _ path: RoutePath, _ name: String, _ summary: Text, _ body: BodyRule = .none,
        answer: AnswerShape = .done, refusals: Set<Refusal> = [], pace: Pace = .metered,
        _ handle: @escaping @Sendable (Account, Call) async throws -> Reply
    ) -> Route {
        Route(
            method, path, name, summary, access: .signedIn, body: body, answers: [answer],
            refusals: refusals.union([.notFound, .invalid, .conflict]), pace: pace, repeating: method == .post ? .another : nil,
            time: .seconds(20)
        ) { call in
            let caller = try call.signedIn().caller
            try await parts.stepUp.require(caller)
            return try await handle(try await desk.account(of: caller), call)
        }
    }

    /// The code that makes what was begun count, and proves the session.
    private func confirming(
        _ path: RoutePath, _ name: String, _ summary: Text, _ title: String,
        _ confirm: @escaping @Sendable (Identifier, _ code: String) async throws -> Void
    ) -> Route {
        changing(.post, path, name, summary, FactorSchemas.body(title, [FactorSchemas.code]), pace: .signIn) { account, call in
            var fields = try BodyFields(json: call)
            let code = fields.text("code", atMost: 100)
            try fields.finish()
            try await confirm(account.id, code)
            try await desk.lift(try call.signedIn().caller, to: .secondFactor)
            return .done
        }
    }

    private static let onItsWay = AnswerShape(202, Text(es: "El código va en camino.", en: "The code is on its way."))

    private var state: Route {
        Route(
            .get, "/api/v1/auth/mfa", "mfa.read", Text(es: "Qué segundos factores tengo.", en: "Which second factors I have."),
            access: .signedIn,
            answers: [
                .ok(
                    .json(
                        .named(
                            "SecondFactors",
                            .object([
                                .init("is_enrolled", .bool, "Whether signing in asks for a second factor."),
                                .init("methods", .list(.choice(SecondFactorMethod.allCases.map(\.rawValue)), atMost: 5)),
                                .init("totp", .bool), .init("mail", .bool),
                                .init("phone", .nullable(.text(1...20)), "The end of the number; null where there is none."),
                                .init("passkeys", .list(PasskeySetUpRoutes.schema, atMost: Passkey.mostOfAccount)),
                                .init("recovery_codes_left", .integer(0...10)), .init("sends_mail", .bool), .init("sends_texts", .bool),
                            ]))))
            ], refusals: [.notFound]
        ) { call in
            let account = try await desk.account(of: try call.signedIn().caller).id
            let (state, passkeys) = (try await factors.state(of: account), try await factors.passkeys(of: account))
            let phone = try await factors.phone(of: account)
            return .json { json in
                json.object { json in
                    json.member("is_enrolled", state.isEnrolled)
                    json.member("methods", array: { json in for method in state.methods { json.string(method.rawValue) } })
                    json.member("totp", state.hasAuthenticator)
                    json.member("mail", state.hasMail)
                    json.key("phone")
                    if let phone { json.string(phone.hint) } else { json.null() }
                    json.member("passkeys", array: { json in for passkey in passkeys { PasskeySetUpRoutes.write(passkey, to: &json) } })
                    json.member("recovery_codes_left", state.recoveryCodesLeft)
                    json.member("sends_mail", state.sendsMail)
                    json.member("sends_texts", state.sendsTexts)
                }
            }
        }
    }

    private var beginTOTP: Route {
        changing(
            .post, "/api/v1/auth/mfa/totp", "mfa.totp.begin",
            Text(
                es: "Empezar con una aplicación de códigos: su secreto, que se muestra una vez.",
                en: "Begin with an authenticator app: its secret, shown once."),
            answer: .created(
                .json(
                    .named(
                        "AuthenticatorSetup",
                        .object([
                            .init("secret", .text(1...200), "In base32, for typing. Shown this once."),
                            .init("otpauth_url", .text(1...2_000), "For the QR code."), .init("expires_at", .format("date-time")),
                        ]))))
        ) { account, _ in
            let setup = try await factors.beginAuthenticator(of: account.id, named: account.profile.address.text)
            let (secret, address) = (setup.secretText.withExposedText { $0 }, setup.address.withExposedText { $0 })
            return .json(.created) { json in
                json.object { json in
                    json.member("secret", secret)
                    json.member("otpauth_url", address)
                    json.member("expires_at", setup.expires)
                }
            }
        }
    }

    private var confirmTOTP: Route {
        confirming(
            "/api/v1/auth/mfa/totp/confirm", "mfa.totp.confirm",
            Text(es: "Terminar con uno de los códigos de la aplicación.", en: "Finish with one of the app's codes."), "ConfirmAuthenticator"
        ) { account, code in try await factors.confirmAuthenticator(of: account, code: code) }
    }

    private var removeTOTP: Route {
        changing(
            .delete, "/api/v1/auth/mfa/totp", "mfa.totp.remove", Text(es: "Quitar la aplicación de códigos.", en: "Remove the app.")
        ) { account, _ in
            try await factors.removeAuthenticator(of: account.id)
            return .done
        }
    }

    private var beginMail: Route {
        changing(
            .post, "/api/v1/auth/mfa/mail", "mfa.mail.begin",
            Text(es: "Empezar con códigos por correo: va uno a mi dirección.", en: "Begin with codes by mail: one goes to my address."),
            answer: Self.onItsWay, refusals: [.tooMany], pace: .signIn
        ) { account, _ in
            try await factors.beginMail(to: account.profile.address, in: account.language, for: account.id)
            return Reply(.accepted, .none)
        }
    }

    private var confirmMail: Route {
        confirming(
            "/api/v1/auth/mfa/mail/confirm", "mfa.mail.confirm",
            Text(es: "Terminar con el código que llegó por correo.", en: "Finish with the code that came by mail."), "ConfirmMail"
        ) { account, code in try await factors.confirmMail(of: account, code: code) }
    }

    private var removeMail: Route {
        changing(
            .delete, "/api/v1/auth/mfa/mail", "mfa.mail.remove",
            Text(es: "No usar más códigos por correo.", en: "Use no codes by mail any more.")
        ) { account, _ in
            try await factors.removeMail(of: account.id)
            return .done
        }
    }

    private var beginPhone: Route {
        changing(
            .post, "/api/v1/auth/mfa/phone", "mfa.phone.begin",
            Text(
                es: "Empezar con un teléfono: le llega un código, donde la instalación envía mensajes.",
                en: "Begin with a telephone: a code goes to it, where the installation sends text messages."),
            FactorSchemas.body("NewPhone", [.init("number", .text(1...40), "With “+” and the country's code.")]),
            answer: Self.onItsWay, refusals: [.tooMany, .overloaded], pace: .signIn
        ) { account, call in
            var fields = try BodyFields(json: call)
            let number = fields.text("number", atMost: 100)
            try fields.finish()
            do {
                try await factors.beginPhone(number, in: account.language, for: account.id)
            } catch let failure as Failure where failure.code == Failure.phoneNumber.code {
                throw InvalidInput(faults: [FieldFault("/number", failure.code, failure.message)])
            }
            return Reply(.accepted, .none)
        }
    }

    private var confirmPhone: Route {
        confirming(
            "/api/v1/auth/mfa/phone/confirm", "mfa.phone.confirm",
            Text(es: "Terminar con el código que llegó al teléfono.", en: "Finish with the code that came to the telephone."),
            "ConfirmPhone"
        ) { account, code in try await factors.confirmPhone(of: account, code: code) }
    }

    private var removePhone: Route {
        changing(
            .delete, "/api/v1/auth/mfa/phone", "mfa.phone.remove", Text(es: "Quitar el teléfono.", en: "Remove the telephone.")
        ) { account, _ in
            try await factors.removePhone(of: account.id)
            return .done
        }
    }

    private var recoveryCodes: Route {
        changing(
            .post, "/api/v1/auth/mfa/recovery-codes", "mfa.recovery_codes",
            Text(
                es: "Diez códigos de recuperación nuevos, que se muestran una vez; los anteriores ya no valen.",
                en: "Ten new recovery codes, shown once; the former are good no longer."),
            answer: .created(.json(.named("RecoveryCodes", .object([.init("codes", .list(.text(1...40), atMost: 10))]))))
        ) { account, _ in
            let codes = try await desk.makeRecoveryCodes(for: account.id)
            return .json(.created) { json in
                json.object { json in json.member("codes", array: { json in for code in codes { json.string(code) } }) }
            }
        }
    }
}
