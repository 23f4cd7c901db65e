import Access
import Base
import HTTPTypes
import Markup
import Web

/// The second step of signing in, and signing in by a passkey alone.
extension FactorPages {
    var signInPages: [Route] { [second, submitSecond, sendSecond, secondOptions, submitPasskey] }

    private var second: Route {
        Route(
            .get, "/sign-in/second", "sign_in.second_page", Text(es: "El segundo paso para entrar.", en: "The second step of signing in."),
            access: .anyone, parameters: [IdentityPages.next.shape, Self.method.shape, Self.sent.shape],
            answers: [.ok(.page), IdentityPages.taken], pace: .page
        ) { call in
            let next = try call.optional(IdentityPages.next)
            return try await beginsAgain(next) {
                .page(
                    try await secondPage(
                        call, FormState(), chosen: try call.optional(Self.method), isSent: try call.optional(Self.sent) != nil, next: next))
            }
        }
    }

    private var submitSecond: Route {
        pages.sending(
            "/sign-in/second", "sign_in.second_submit",
            Text(es: "Dar el segundo factor después de la contraseña.", en: "Give the second factor after the password."), access: .anyone,
            fields: Self.answerFields, refusals: [.notSignedIn, .forbidden], pace: .signIn
        ) { call, fields in
            let next = fields.optional("next", atMost: 2_000)
            let answer = fields.secondFactor()
            try fields.finish()
            guard let answer else { throw Problem.fault }
            return try await beginsAgain(next) {
                let pending = try await pages.pending(call)
                let (session, _) = try await atTheField(answer) {
                    try await desk.finish(pending, answer, device: call.fields[.userAgent] ?? "", call)
                }
                return try await pages.entered(session, call, next: next)
            }
        } page: { call, state in
            try await secondPage(call, state, chosen: state.values["method"], isSent: true, next: state.values["next"])
        }
    }

    private var sendSecond: Route {
        pages.sending(
            "/sign-in/second/send", "sign_in.second_send",
            Text(es: "Enviar un código para entrar.", en: "Send a code to sign in with."), access: .anyone, fields: Self.sendFields,
            refusals: [.overloaded], pace: .signIn
        ) { call, fields in
            let (next, method) = (fields.optional("next", atMost: 2_000), fields.sending())
            try fields.finish()
            return try await beginsAgain(next) {
                try await desk.send(method, to: try await desk.account(of: try await pages.pending(call)))
                return .see(IdentityPages.path(SecondFactorPlace.signIn, method, next: next))
            }
        } page: { call, state in
            try await secondPage(call, state, chosen: state.values["method"], isSent: true, next: state.values["next"])
        }
    }

    /// The cookie that says whose sign-in it is goes to no script, so that this asks in its stead.
    private var secondOptions: Route {
        Route(
            .post, "/sign-in/second/options", "sign_in.second_options",
            Text(
                es: "Lo que el navegador necesita para pedir una llave de acceso de la cuenta.",
                en: "What the browser needs to ask for a passkey of the account."), access: .anyone,
            answers: [.ok(.json(FactorSchemas.ceremony))], refusals: [.notSignedIn, .invalid, .tooMany], pace: .signIn, repeating: .another
        ) { call in
            let account = try await desk.account(of: try await pages.pending(call))
            return try await factors.beginSignIn(of: account.id).reply()
        }
    }

    private var submitPasskey: Route {
        pages.sending(
            "/sign-in/passkey", "sign_in.passkey_submit",
            Text(es: "Entrar con una llave de acceso, sin contraseña.", en: "Sign in with a passkey, without a password."), access: .anyone,
            fields: [
                .init("ceremony", .id), .init("credential", .text(1...16_384)), .init("next", .text(1...2_000), isRequired: false),
            ], refusals: [.notSignedIn, .forbidden], pace: .signIn
        ) { call, fields in
            let (next, passkey) = (fields.optional("next", atMost: 2_000), fields.passkey())
            try fields.finish()
            guard let (ceremony, credential) = passkey else { throw Problem.fault }
            let (session, _) = try await atTheField(.passkey(ceremony, response: credential)) {
                try await desk.signIn(
                    ceremony, credential, as: .browser, in: nil, device: call.fields[.userAgent] ?? "", call)
            }
            var reply = try await pages.entered(session, call, next: next)
            reply.fields.append(CeremonyTie.taken(call))
            return reply
        } page: { call, state in
            try await pages.signInForm(call, state, next: state.values["next"])
        }
    }

    /// A sign-in that is over begins again with the password.
    private func beginsAgain(_ next: String?, _ body: () async throws -> Reply) async throws -> Reply {
        do {
            return try await body()
        } catch let failure as Failure where failure.code == Failure.sessionOver.code {
            return .see(IdentityPages.path("/sign-in", next: next))
        }
    }

    /// A wrong answer is said where it was typed, and the page comes back.
    func atTheField<Value>(_ answer: SecondFactorAnswer, _ body: () async throws -> Value) async throws -> Value {
        do {
            return try await body()
        } catch let failure as Failure
            where failure.code == Failure.secondFactorWrong.code || failure.code == Failure.passkeyPossibleClone.code
        {
            throw InvalidInput(
                faults: [FieldFault(answer.method == .passkey ? "" : "/code", failure.code, failure.message)])
        }
    }

    private func secondPage(_ call: Call, _ state: FormState, chosen: String?, isSent: Bool, next: String?) async throws -> HTML {
        let account = try await desk.account(of: try await pages.pending(call))
        let state = state
        let methods = try await factors.state(of: account.id).asked
        let question = FactorQuestion(
            at: SecondFactorPlace.signIn, options: "\(SecondFactorPlace.signIn)/options", methods: methods, chosen: chosen, isSent: isSent,
            phone: try await factors.phone(of: account.id)?.hint, next: next)
        // Whose factors were all taken away meanwhile begins again.
        guard let question else { throw Failure.sessionOver }
        let title = Text(es: "Un paso más", en: "One more step")
        let lead = Text(
            es: "La contraseña es correcta. Confirme ahora de otra manera que es usted.",
            en: "The password is right. Now confirm in another way that it is you.")
        return try await pages.page(call, title, at: question.place(question.chosen)) { ui in
            """
            \(ui.title(title, lead: lead))
            \(question.html(ui, state))
            \(ui.section("lost", Text(es: "¿No tiene ninguna de estas?", en: "Have you none of these?"), ui.stack(
                ui.prose(Text(
                    es: "Quien administra su organización puede quitar el segundo paso de su cuenta, después de comprobar que es usted.",
                    en: "Whoever administers your organisation can take the second step away from your account, after making sure that it is you.")),
                ui.buttonLink(Text(es: "Entrar con otra cuenta", en: "Sign in with another account"), "/sign-in", .plain))))
            """
        }
    }
}

extension IdentityPages {
    /// Where a code that was sent is typed.
    static func path(_ path: String, _ method: SecondFactorMethod, next: String?) -> String {
        let tail = LocalPath.checked(next).map { "&next=\(PercentText.encoded($0))" } ?? ""
        return "\(path)?method=\(method.rawValue)&sent=yes\(tail)"
    }
}
