import Access
import Base
import HTTPTypes
import Markup
import Runtime
import Web

/// Making a passkey, calling it something else, removing it.
extension FactorPages {
    var passkeyPages: [Route] { [newPasskey, makePasskey, onePasskey, renamePasskey, askRemovePasskey, removePasskey] }

    private static let id = Parameter.id("id", Text(es: "El identificador de la llave de acceso.", en: "The passkey's id."))
    private static let nameField = Schema.Member("name", .text(1...Passkey.mostNameCharacters))

    private var newPasskey: Route {
        pages.reading(
            "/account/second-factors/passkeys/new", "factor.passkey_new_page",
            Text(es: "Añadir una llave de acceso.", en: "Add a passkey."), access: .signedIn, refusals: [.notFound], isDelicate: true
        ) { call in
            let name = DeviceWords.text(call.fields[.userAgent] ?? "")(call.language)
            return try await newPage(call, FormState(Query(items: [.init("name", String(name.prefix(Passkey.mostNameCharacters)))])))
        }
    }

    private func newPage(_ call: Call, _ state: FormState) async throws -> HTML {
        let title = Text(es: "Añadir una llave de acceso", en: "Add a passkey")
        return try await page(call, title) { ui in
            """
            \(ui.title(title, lead: Text(
                es: "Su navegador le preguntará dónde guardarla: en este equipo, en su teléfono o en una llave USB.",
                en: "Your browser will ask where to keep it: on this device, on your telephone or on a USB key.")))
            \(ui.card(PasskeyForm(.create, to: Self.place("passkeys/new"), options: "/api/v1/auth/mfa/passkeys/options").html(
                ui, Text(es: "Crear la llave", en: "Make the passkey"), kind: .primary,
                "\(ui.errorSummary(state))\(nameInput(ui, state))")))
            """
        }
    }

    private func nameInput(_ ui: Interface, _ state: FormState) -> HTML {
        ui.textField(
            FormField(
                "name", Text(es: "Nombre", en: "Name"),
                hint: Text(es: "Para reconocerla después: «Mi teléfono».", en: "To know it by later: “My telephone”.")), state,
            autocomplete: "off")
    }

    private var makePasskey: Route {
        pages.sending(
            "/account/second-factors/passkeys/new", "factor.passkey_make",
            Text(es: "Registrar la llave de acceso que creó el navegador.", en: "Take in the passkey that the browser made."),
            access: .signedIn,
            fields: [Self.nameField, .init("ceremony", .id), .init("credential", .text(1...16_384))], refusals: [.notFound]
        ) { call, fields in
            let (name, made) = (fields.text("name", atMost: 1_024), fields.passkey())
            let account = try await proved(call)
            try fields.finish()
            guard let (ceremony, credential) = made else { throw Problem.fault }
            try await named {
                _ = try await factors.finishPasskey(ceremony, response: credential, named: name, of: account.id)
            }
            try await desk.lift(try call.signedIn().caller, to: .secondFactor)
            return Self.listed(.factorAdded)
        } page: { call, state in
            // What the authenticator said was good once.
            let kept = state.values.items.filter { $0.name == "name" }
            return try await newPage(call, FormState(Query(items: kept), faults: state.faults))
        }
    }

    private func named(_ body: () async throws -> Void) async throws {
        do {
            try await body()
        } catch let failure as Failure where failure.code == Failure.passkeyName.code {
            throw Self.fault(failure, at: "name")
        }
    }

    private func passkey(_ call: Call) async throws -> Passkey {
        let account = try await desk.account(of: try call.signedIn().caller)
        guard let id = ID<Passkey>(try call.value(Self.id)),
            let found = try await factors.passkeys(of: account.id).first(where: { $0.id == id })
        else { throw Failure.factorNotFound }
        return found
    }

    private var onePasskey: Route {
        pages.reading(
            "/account/second-factors/passkeys/{id}", "factor.passkey_page",
            Text(es: "Una de mis llaves de acceso.", en: "One of my passkeys."),
            access: .signedIn, parameters: [Self.id.shape], isDelicate: true
        ) { call in
            let found = try await passkey(call)
            return try await onePage(call, found, FormState(Query(items: [.init("name", found.name)])))
        }
    }

    private func onePage(_ call: Call, _ passkey: Passkey, _ state: FormState) async throws -> HTML {
        try await page(call, Text(verbatim: passkey.name)) { ui in
            let suspect: HTML? =
                passkey.isSuspect
                ? ui.message(
                    .stop, Text(es: "Puede haber una copia", en: "There may be a copy"),
                    Text(
                        es: "Esta llave se usó de una forma que apunta a que alguien la copió. Ya no sirve: quítela y cree otra.",
                        en:
                            "This passkey was used in a way that suggests somebody copied it. It is good no longer: remove it and make another."
                    )) : nil
            return """
                \(ui.title(named: passkey.name, over: Text(es: "Llave de acceso", en: "Passkey")))
                \(suspect)
                \(ui.card(ui.form(
                    Self.place("passkeys/\(passkey.id)"), state, nameInput(ui, state),
                    ui.button(Text(es: "Guardar el nombre", en: "Save the name"), isWide: true))))
                \(ui.section("remove", Text(es: "Quitarla", en: "Remove it"), ui.stack(
                    ui.prose(Text(
                        es: "Después bórrela también en el dispositivo o en su gestor de contraseñas.",
                        en: "Afterwards delete it on the device or in your password manager too.")),
                    ui.buttonLink(
                        Text(es: "Quitar la llave de acceso", en: "Remove the passkey"), Self.place("passkeys/\(passkey.id)/remove"), .quiet,
                        icon: .trash))))
                """
        }
    }

    private var renamePasskey: Route {
        pages.sending(
            "/account/second-factors/passkeys/{id}", "factor.passkey_rename",
            Text(es: "Llamarla de otra manera.", en: "Call it something else."),
            access: .signedIn, parameters: [Self.id.shape], fields: [Self.nameField]
        ) { call, fields in
            let name = fields.text("name", atMost: 1_024)
            let account = try await proved(call)
            try fields.finish()
            let found = try await passkey(call)
            try await named { try await factors.renamePasskey(found.id, to: name, of: account.id) }
            return Self.listed(.factorRenamed)
        } page: { call, state in
            try await onePage(call, try await passkey(call), state)
        }
    }

    private var askRemovePasskey: Route {
        pages.reading(
            "/account/second-factors/passkeys/{id}/remove", "factor.passkey_ask_remove",
            Text(es: "¿Quitar la llave de acceso?", en: "Remove the passkey?"), access: .signedIn, parameters: [Self.id.shape],
            isDelicate: true
        ) { call in
            let found = try await passkey(call)
            let question = Confirmation(
                id: "remove", Text(es: "¿Quitar «\(found.name)»?", en: "Remove “\(found.name)”?"),
                Text(es: "Con ella no se podrá entrar más.", en: "Nobody will be able to sign in with it any more."),
                yes: Text(es: "Quitarla", en: "Remove it"), no: Text(es: "Dejarla", en: "Leave it"), path: call.path)
            return try await page(call, question.title) { $0.asked(question, back: Self.place("passkeys/\(found.id)")) }
        }
    }

    private var removePasskey: Route {
        pages.sending(
            "/account/second-factors/passkeys/{id}/remove", "factor.passkey_remove",
            Text(es: "Quitar una llave de acceso.", en: "Remove a passkey."), access: .signedIn, parameters: [Self.id.shape]
        ) { call, _ in
            let account = try await proved(call)
            try await factors.removePasskey(try await passkey(call).id, of: account.id)
            return Self.listed(.factorRemoved)
        }
    }
}
