import Access
import Base
import HTTPTypes
import Markup
import Runtime
import Store
import Web

/// Which second factors one has, and the ways to add and remove each.
extension FactorPages {
    var overview: Route {
        pages.reading(
            "/account/second-factors", "factor.page", Text(es: "Mis segundos factores.", en: "My second factors."), access: .signedIn,
            parameters: [IdentityPages.done.shape], refusals: [.notFound]
        ) { call in
            let caller = try call.signedIn().caller
            let account = try await desk.account(of: caller).id
            let (state, passkeys) = (try await factors.state(of: account), try await factors.passkeys(of: account))
            let phone = try await factors.phone(of: account)?.hint
            let isGuest = try await actsAsGuest(caller)
            let title = Text(es: "Segundo paso al entrar", en: "Second step at sign-in")
            return try await pages.page(call, title) { ui in
                """
                \(pages.crumbs(ui, here: title))
                \(ui.title(title, lead: Text(
                    es: "Con algo más que la contraseña, nadie entra en su cuenta aunque la adivine.",
                    en: "With something beside the password, nobody comes into your account even if they guess it.")))
                \(ui.stack(standing(state, isGuest: isGuest, ui)))
                \(ui.section("passkeys", Text(es: "Llaves de acceso", en: "Passkeys"), passkeyList(passkeys, ui)))
                \(ui.section("app", Text(es: "Aplicación de códigos", en: "Authenticator app"), ui.card(app(state, ui))))
                \(mail(state, ui))
                \(texts(state, phone, ui))
                \(ui.section("recovery", Text(es: "Códigos de recuperación", en: "Recovery codes"), ui.card(recovery(state, ui))))
                """
            }
        }
    }

    /// Whether their organisation demands a second factor that their session has not given.
    private func actsAsGuest(_ caller: Caller) async throws -> Bool {
        guard let organisation = caller.tenant else { return false }
        let book = parts.host.roles
        return try await parts.host.database.read { tx in
            let roles = try MemberTable.member(caller.actor, of: organisation, tx)?.roles ?? []
            return try SignInPolicy.policy(of: organisation, tx).demandsMore(of: roles, than: caller.assurance, by: book)
        }
    }

    private func standing(_ state: SecondFactorState, isGuest: Bool, _ ui: Interface) -> HTML {
        if isGuest {
            let (text, way) =
                state.isEnrolled
                ? (
                    Text(
                        es: "Su organización pide un segundo paso para lo que usted hace. Hasta que lo dé, actúa como invitado.",
                        en: "Your organisation asks for a second step for what you do. Until you give it, you act as a guest."),
                    ui.buttonLink(
                        Text(es: "Darlo ahora", en: "Give it now"),
                        IdentityPages.path(SecondFactorPlace.prove, next: SecondFactorPlace.account))
                )
                : (
                    Text(
                        es:
                            "Su organización pide un segundo paso para lo que usted hace. Configure uno aquí; hasta entonces actúa como invitado.",
                        en: "Your organisation asks for a second step for what you do. Set one up here; until then you act as a guest."),
                    HTML()
                )
            return ui.message(.caution, nil, text, more: way)
        }
        return state.isEnrolled
            ? ui.message(
                .good, Text(es: "Protegida", en: "Protected"),
                Text(es: "Al entrar se le pide un segundo paso.", en: "Signing in asks you for a second step."))
            : ui.message(
                .caution, Text(es: "Solo contraseña", en: "Password alone"),
                Text(
                    es: "Al entrar basta su contraseña. Añada una llave de acceso o una aplicación de códigos.",
                    en: "Your password alone lets one in. Add a passkey or an authenticator app."))
    }

    private func passkeyList(_ passkeys: [Passkey], _ ui: Interface) -> HTML {
        let add = ui.buttonLink(
            Text(es: "Añadir una llave de acceso", en: "Add a passkey"), Self.place("passkeys/new"), .quiet, icon: .plus)
        let cards = passkeys.map { passkey -> HTML in
            let used: HTML = passkey.usedAt.map { ui.stamp($0) } ?? "\(ui(es: "Todavía no", en: "Not yet"))"
            let badge: HTML? =
                passkey.isSuspect
                ? """
                <p>\(ui.badge(Text(es: "Posible copia", en: "Possible copy"), .stop)) \
                \(ui(es: "No sirve para entrar: quítela y cree otra.", en: "It is good no longer: remove it and make another."))</p>
                """
                : passkey.isBackedUp ? ui.badge(Text(es: "Sincronizada", en: "Synced"), .plain) : nil
            return ui.card(
                "<h3>\(passkey.name)</h3>\(badge)",
                ui.facts([
                    (name: Text(es: "Creada", en: "Made"), value: ui.stamp(passkey.madeAt)),
                    (name: Text(es: "Usada por última vez", en: "Last used"), value: used),
                ]),
                """
                <a class="button quiet" href="\(Self.place("passkeys/\(passkey.id)"))">\(Icon.edit.html)\
                \(ui(es: "Cambiar o quitar", en: "Rename or remove"))<span class="unseen">: \(passkey.name)</span></a>
                """)
        }
        let lead = ui.prose(
            Text(
                es: "Lo más seguro y lo más fácil: se entra con la huella, la cara o un PIN, sin contraseña.",
                en: "The safest and the easiest: you sign in by your finger, your face or a PIN, without a password."))
        return ui.stack(lead, cards.joined(), add)
    }

    private func app(_ state: SecondFactorState, _ ui: Interface) -> HTML {
        guard state.hasAuthenticator else {
            return """
                <p>\(ui(
                    es: "Una aplicación en su teléfono muestra un código nuevo cada medio minuto, también sin conexión.",
                    en: "An app on your telephone shows a new code every half minute, without a connection too."))</p>\
                \(ui.buttonLink(Text(es: "Añadir una aplicación", en: "Add an app"), Self.place("app"), .quiet, icon: .plus))
                """
        }
        return """
            <p>\(ui.badge(Text(es: "Configurada", en: "Set up"), .good))</p>\
            \(ui.row(
                ui.buttonLink(Text(es: "Cambiar de aplicación", en: "Change the app"), Self.place("app"), .quiet, icon: .edit),
                ui.buttonLink(Text(es: "Quitar la aplicación", en: "Remove the app"), Self.place("remove/totp"), .quiet, icon: .trash)))
            """
    }

    private func mail(_ state: SecondFactorState, _ ui: Interface) -> HTML? {
        guard state.sendsMail || state.hasMail else { return nil }
        let content: HTML =
            state.hasMail
            ? """
            <p>\(ui.badge(Text(es: "Configurado", en: "Set up"), .good))</p>\
            \(ui.buttonLink(Text(es: "No usar más el correo", en: "Use mail no more"), Self.place("remove/mail"), .quiet, icon: .trash))
            """
            : """
            <p>\(ui(
                es: "Le llega un código a su dirección de correo. Protege menos que las otras maneras, y más que nada.",
                en: "A code comes to your e-mail address. It protects less than the other ways, and more than nothing."))</p>\
            \(ui.buttonLink(Text(es: "Usar códigos por correo", en: "Use codes by e-mail"), Self.place("mail"), .quiet, icon: .plus))
            """
        return ui.section("mail", Text(es: "Códigos por correo", en: "Codes by e-mail"), ui.card(content))
    }

    private func texts(_ state: SecondFactorState, _ phone: String?, _ ui: Interface) -> HTML? {
        guard state.sendsTexts || state.hasPhone else { return nil }
        let content: HTML =
            if let phone {
                """
                <p>\(ui.badge(Text(es: "Configurado", en: "Set up"), .good)) \(ui(es: "Teléfono", en: "Telephone")) \(phone)</p>\
                \(ui.buttonLink(Text(es: "Quitar el teléfono", en: "Remove the telephone"), Self.place("remove/sms"), .quiet, icon: .trash))
                """
            } else {
                """
                <p>\(ui(
                    es: "Le llega un código por mensaje de texto.", en: "A code comes by text message."))</p>\
                \(ui.buttonLink(Text(es: "Añadir un teléfono", en: "Add a telephone"), Self.place("phone"), .quiet, icon: .plus))
                """
            }
        return ui.section("phone", Text(es: "Mensajes de texto", en: "Text messages"), ui.card(content))
    }

    private func recovery(_ state: SecondFactorState, _ ui: Interface) -> HTML {
        guard state.isEnrolled else {
            return """
                <p>\(ui(
                    es: "Cuando tenga otro segundo paso, aquí puede imprimir códigos para el día en que lo pierda.",
                    en: "Once you have another second step, you can print codes here for the day on which you lose it."))</p>
                """
        }
        let left = state.recoveryCodesLeft
        let text =
            left == 0
            ? Text(
                es: "No tiene ninguno. Guarde unos en papel: son la manera de entrar si pierde el teléfono.",
                en: "You have none. Keep some on paper: they are the way in if you lose your telephone.")
            : Text(
                es: left == 1 ? "Le queda 1 código." : "Le quedan \(left) códigos.",
                en: left == 1 ? "1 code is left." : "\(left) codes are left.")
        return """
            <p>\(ui(text))</p>\
            \(ui.buttonLink(Text(es: "Crear códigos nuevos", en: "Make new codes"), Self.place("recovery"), .quiet, icon: .file))
            """
    }
}
