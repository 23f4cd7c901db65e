import Access
import Base
import HTTPTypes
import Markup
import Runtime
import Web

/// The way in and the way out.
extension IdentityPages {
    var signInPages: [Route] { [signIn, submitSignIn, signOut] }

    private var signIn: Route {
        reading(
            "/sign-in", "sign_in.page", Text(es: "Entrar.", en: "Sign in."), access: .anyone,
            parameters: [Self.next.shape, Self.done.shape]
        ) { call in try await signInForm(call, FormState(), next: try call.optional(Self.next)) }
    }

    private var submitSignIn: Route {
        sending(
            "/sign-in", "sign_in.submit", Text(es: "Entrar con contraseña.", en: "Sign in with a password."), access: .anyone,
            fields: [
                .init("email", .text(1...254)), .init("password", .text(1...1_024)), .init("next", .text(1...2_000), isRequired: false),
            ], refusals: [.notSignedIn, .forbidden], pace: .signIn
        ) { call, fields in
            let (address, password) = (fields.text("email"), Secret(fields.text("password", atMost: 16_384)))
            let next = fields.optional("next", atMost: 2_000)
            try fields.finish()
            let ask = SignIn.Ask(
                address: address, password: password, kind: .browser, device: call.fields[.userAgent] ?? "", peer: call.peer,
                knownDevice: PageCookies.value(KnownDevice.cookie, of: call))
            return try await goesOn(try await parts.signIn.withPassword(ask), call, next: next)
        } page: { call, state in
            try await signInForm(call, state, next: state.values["next"])
        }
    }

    private var signOut: Route {
        // Whoever is out already is told the same, and their cookie is taken as well.
        sending("/sign-out", "sign_out.submit", Text(es: "Cerrar esta sesión.", en: "End this session."), access: .anyone) { call, _ in
            if let session = try await browserSession(call) { try await parts.sessions.end(session, by: session.account) }
            var reply = Reply.see(Self.path("/sign-in", done: .signedOut))
            reply.fields.append(SessionCookie.taken(isSecure: call.isSecure))
            return reply
        }
    }

    func signInForm(_ call: Call, _ state: FormState, next: String?) async throws -> HTML {
        let title = Text(es: "Entrar", en: "Sign in")
        let place = Self.path("/sign-in", next: next)
        return try await page(call, title, at: place) { ui in
            let hidden = LocalPath.checked(next).map { [(name: "next", value: $0)] } ?? []
            return """
                \(ui.title(title))
                \(ui.card(ui.form(
                    "/sign-in", state, hidden: hidden,
                    ui.textField(
                        FormField("email", Text(es: "Dirección de correo", en: "E-mail address")), state, .email, autocomplete: "username"),
                    ui.textField(
                        FormField("password", Text(es: "Contraseña", en: "Password")), state, .password, autocomplete: "current-password"),
                    ui.button(Text(es: "Entrar", en: "Sign in"), busy: Text(es: "Entrando…", en: "Signing in…"), isWide: true)),
                    PasskeyForm.signIn(ui, next: next)))
                \(ui.section("help", Text(es: "¿No puede entrar?", en: "Cannot sign in?"), ui.stack(
                    ui.buttonLink(Text(es: "Olvidé mi contraseña", en: "I forgot my password"), "/forgot", .quiet, isWide: true),
                    ui.buttonLink(Text(es: "No tengo cuenta", en: "I have no account"), "/register", .quiet, isWide: true))))
                """
        }
    }
}
