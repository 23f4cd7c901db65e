import Access
import Base
import HTTPTypes
import Markup
import Runtime
import Web

/// Credentials of devices that work offline: given once, good for a year, taken back at any time.
extension IdentityPages {
    var devicePages: [Route] { [devices, newDevice, makeDevice, askRevoke, revoke] }

    private static let devicesPath = "/account/devices"
    private static let id = Parameter.id("id", Text(es: "El identificador de la credencial.", en: "The credential's id."))

    private var devices: Route {
        reading(
            "/account/devices", "device.page", Text(es: "Mis dispositivos sin red.", en: "My offline devices."), access: .signedIn,
            parameters: [Self.done.shape]
        ) { call in
            let list = try await parts.sessions.sessions(of: try call.signedIn().caller.actor).filter { $0.session.kind == .device }
            let title = Text(es: "Dispositivos sin red", en: "Offline devices")
            let lead = Text(
                es: "Un teléfono que trabaja sin conexión guarda una credencial propia. Si se pierde, aquí deja de servir.",
                en: "A telephone that works offline keeps a credential of its own. If it is lost, here it stops being good.")
            return try await page(call, title) { ui in
                let give = ui.buttonLink(
                    Text(es: "Dar una credencial", en: "Give a credential"), "\(Self.devicesPath)/new", icon: .plus, isWide: true)
                let none = ui.empty(
                    .offline, Text(es: "Ninguno todavía", en: "None yet"),
                    Text(
                        es: "Solo hace falta para quien trabaja en campo sin red.", en: "Only those who work in the field offline need one."
                    ),
                    actions: give)
                return """
                    \(crumbs(ui, here: title))
                    \(ui.title(title, lead: lead))
                    \(list.isEmpty
                        ? ui.section("list", Text(es: "Sus credenciales", en: "Your credentials"), none)
                        : ui.stack(list.map { card($0, ui) }.joined(), give))
                    """
            }
        }
    }

    private func card(_ listed: Listed, _ ui: Interface) -> HTML {
        ui.card(
            "<h2>\(listed.device)</h2>",
            ui.facts([
                (name: Text(es: "Visto por última vez", en: "Last seen"), value: ui.stamp(listed.session.seenAt)),
                (name: Text(es: "Vale hasta", en: "Good until"), value: "\(ui.date(listed.session.endsAt))"),
            ]),
            """
            <a class="button quiet" href="\(Self.devicesPath)/\(listed.session.id.text)/revoke">\(ui(es: "Quitar", en: "Take away"))\
            <span class="unseen">: \(listed.device)</span></a>
            """)
    }

    private var newDevice: Route {
        reading(
            "/account/devices/new", "device.new",
            Text(es: "Dar una credencial a un dispositivo sin red.", en: "Give an offline device a credential."), access: .signedIn,
            refusals: [.notFound], isDelicate: true
        ) { try await devicePage($0, FormState()) }
    }

    private var makeDevice: Route {
        sending(
            "/account/devices/new", "device.make",
            Text(es: "Dar una credencial a un dispositivo sin red.", en: "Give an offline device a credential."), access: .signedIn,
            fields: [.init("name", .text(1...100))], answers: [.ok(.page), Self.proving], refusals: [.notFound]
        ) { call, fields in
            let (caller, account) = (try call.signedIn().caller, try await own(call))
            try await parts.stepUp.require(caller)
            guard let name = fields.optional("name").flatMap({ PersonName.read($0) }) else {
                fields.fault("name", "name", Text(es: "Póngale un nombre de 1 a 100 letras.", en: "Give it a name of 1 to 100 letters."))
                try fields.finish()
                throw Problem.fault
            }
            try fields.finish()
            let (session, _) = try await parts.signIn.open(
                .device, account.id, in: caller.tenant, caller.assurance, SessionDevice(name: name, peer: call.peer),
                on: SessionBasis(caller))
            let credential = try await SessionCode.write(.device, session.id, parts.keys)
            return .page(try await madePage(call, name, credential, until: session.endsAt))
        } page: { call, state in
            try await devicePage(call, state)
        }
    }

    private func devicePage(_ call: Call, _ state: FormState) async throws -> HTML {
        _ = try await own(call)
        let title = Text(es: "Dar una credencial", en: "Give a credential")
        return try await page(call, title) { ui in
            """
            \(ui.breadcrumbs(
                [
                    (Text(es: "Mi cuenta", en: "My account"), "/account"),
                    (Text(es: "Dispositivos sin red", en: "Offline devices"), Self.devicesPath),
                ], here: title))
            \(ui.title(title))
            \(ui.card(ui.form(
                "\(Self.devicesPath)/new", state,
                ui.textField(
                    FormField(
                        "name", Text(es: "Nombre del dispositivo", en: "Name of the device"),
                        hint: Text(es: "Para reconocerlo: «Teléfono de la brigada 2».", en: "To know it by: “Telephone of team 2”.")), state,
                    autocomplete: "off"),
                ui.button(Text(es: "Dar la credencial", en: "Give the credential"), isWide: true))))
            """
        }
    }

    private func madePage(_ call: Call, _ name: String, _ credential: String, until end: Instant) async throws -> HTML {
        let title = Text(es: "Copie la credencial ahora", en: "Copy the credential now")
        return try await page(call, title, at: Self.devicesPath) { ui in
            let lead = Text(
                es: "No se vuelve a mostrar. Escríbala en el dispositivo; vale hasta el \(ui.date(end)).",
                en: "It is not shown again. Enter it on the device; it is good until \(ui.date(end)).")
            return """
                \(crumbs(ui, here: title))
                \(ui.title(title, over: Text(verbatim: name), lead: lead))
                \(ui.stack(
                    ui.code(credential, id: "credential"),
                    ui.buttonLink(Text(es: "Ya la copié", en: "I have copied it"), Self.devicesPath, isWide: true)))
                """
        }
    }

    private func device(_ call: Call) async throws -> Listed {
        let id = try Identifier(call.value(Self.id))
        let list = try await parts.sessions.sessions(of: try call.signedIn().caller.actor)
        guard let found = list.first(where: { $0.session.id == id && $0.session.kind == .device }) else { throw Problem.nothingHere }
        return found
    }

    private var askRevoke: Route {
        reading(
            "/account/devices/{id}/revoke", "device.ask_revoke",
            Text(es: "¿Quitar la credencial?", en: "Take the credential away?"), access: .signedIn, parameters: [Self.id.shape]
        ) { call in
            let found = try await device(call)
            let question = Confirmation(
                id: "revoke", Text(es: "¿Quitar la credencial de «\(found.device)»?", en: "Take the credential of “\(found.device)” away?"),
                Text(
                    es: "El dispositivo deja de entrar. Lo que guardó y no envió se queda en él hasta que reciba otra.",
                    en: "The device comes in no more. What it saved and did not send stays on it until it gets another."),
                yes: Text(es: "Quitarla", en: "Take it away"), no: Text(es: "Dejarla", en: "Leave it"), path: call.path)
            return try await page(call, question.title) { $0.asked(question, back: Self.devicesPath) }
        }
    }

    private var revoke: Route {
        sending(
            "/account/devices/{id}/revoke", "device.revoke", Text(es: "Quitar la credencial.", en: "Take the credential away."),
            access: .signedIn, parameters: [Self.id.shape]
        ) { call, _ in
            try await parts.sessions.end(try await device(call).session, by: try call.signedIn().caller.actor)
            return .see(Self.path(Self.devicesPath, done: .device))
        }
    }
}
