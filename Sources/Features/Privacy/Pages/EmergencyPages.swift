import Access
import Base
import HTTPTypes
import Markup
import Records
import Runtime
import Web

/// Where clinicians take access in an emergency, and end it.
extension PrivacyPages {
    var emergencyPages: [Route] { [emergencyPage, take, end] }

    private static let path = "/privacy/emergency"

    private var emergencyPage: Route {
        Route(
            .get, "/privacy/emergency", "privacy.emergency",
            Text(es: "Tomar acceso en una emergencia.", en: "Take access in an emergency."),
            access: .permission(PrivacyFeature.takeEmergency), parameters: [Self.done.shape], answers: [.ok(.page)], pace: .page
        ) { call in
            .page(try await content(call, FormState(), notice: try notice(call)))
        }
    }

    private var take: Route {
        Route(
            .post, "/privacy/emergency", "privacy.take", Text(es: "Tomar acceso.", en: "Take access."),
            access: .permission(PrivacyFeature.takeEmergency),
            body: .form(
                .object([
                    .init("person", .id), .init("reason", .choice(EmergencyAccess.Reason.allCases.map(\.rawValue))),
                    .init("words", .text(EmergencyStore.words)), .init("role", .text(1...63), isRequired: false),
                ]), mostBytes: 16 << 10), answers: [Self.seen] + Self.returned, refusals: [.notFound, .conflict], pace: .page,
            repeating: .another
        ) { call in
            let (standing, form) = (try call.signedIn(), try Self.form(call))
            do {
                var sent = BodyFields(form: form)
                let (person, reason) = (sent.id("person"), sent.choice("reason") as EmergencyAccess.Reason?)
                let (words, role) = (sent.words("words", EmergencyStore.words), sent.role("role"))
                try sent.finishWhole()
                guard let person, let reason, let words else { throw Problem.fault }
                _ = try await feature.emergencies.take(of: person, reason, words, as: role, by: standing)
            } catch let input as InvalidInput {
                return .page(try await content(call, FormState(form, faults: input.faults.map(Self.worded))), .unprocessableContent)
            } catch let failure as Failure where [.notFound, .conflict, .invalid].contains(failure.kind) {
                let fault = FieldFault("/person", failure.code, failure.message)
                return .page(try await content(call, FormState(form, faults: [fault])), .unprocessableContent)
            }
            return .see("\(Self.path)?done=\(Done.taken.rawValue)")
        }
    }

    private var end: Route {
        Route(
            .post, "/privacy/emergency/end", "privacy.end",
            Text(es: "Terminar un acceso de emergencia.", en: "End access in an emergency."),
            access: .permission(PrivacyFeature.takeEmergency), body: .form(.object([.init("id", .id)]), mostBytes: 1_024),
            answers: [Self.seen], refusals: [.notFound, .conflict], pace: .page, repeating: .harmless
        ) { call in
            guard let id = try Self.form(call)["id"].flatMap({ ID<Record>($0) }) else { throw Problem.nothingHere }
            _ = try await feature.emergencies.end(id.description, by: try call.signedIn())
            return .see("\(Self.path)?done=\(Done.ended.rawValue)")
        }
    }

    /// What is wrong, as somebody in a hurry reads it.
    private static func worded(_ fault: FieldFault) -> FieldFault {
        let message: Text =
            switch fault.pointer {
            case "/person":
                Text(
                    es: "Escriba el identificador de la persona, como está en su ficha o su pulsera.",
                    en: "Enter the person's id, as it stands on their card or bracelet.")
            case "/reason": Text(es: "Diga por qué no puede esperar.", en: "Say why it cannot wait.")
            case "/words":
                Text(es: "Explique lo que pasa con 10 letras o más.", en: "Explain what is happening, in 10 letters or more.")
            default: fault.message
            }
        return FieldFault(fault.pointer, fault.code, message)
    }

    private func content(_ call: Call, _ state: FormState, notice: Text? = nil) async throws -> HTML {
        let (standing, ui) = (try call.signedIn(), Interface(call))
        let tenant = try standing.organisation()
        let actor = standing.caller.actor.text
        let own = try await feature.emergencies.accesses(try PageRequest(limit: 50), by: standing).items.filter { $0.clinician == actor }
        let names = try await names(of: own.map(\.person), in: tenant)
        let title = Text(es: "Acceso de emergencia", en: "Emergency access")
        return try await feature.ports.surroundings.shell(call).page(
            title, ui, notice: notice,
            """
            \(ui.title(title, lead: Text(
                es: "Abre los datos de una persona sin esperar permiso, por tiempo limitado. Ella será avisada y alguien lo revisará.",
                en: "Opens a person's data without waiting for leave, for a bounded time. They will be told and somebody will review it.")))
            \(ui.card(form(ui, state, standing)))
            \(ui.section("own", Text(es: "Los suyos", en: "Yours"), table(own, names, ui)))
            """)
    }

    private func form(_ ui: Interface, _ state: FormState, _ standing: Standing) -> HTML {
        let minutes = feature.host.settings[PrivacySettings.emergencyMinutes]
        let roles = EmergencyStore.roles.filter(standing.roles.contains)
        let role =
            roles.count > 1
            ? ui.select(
                FormField("role", Text(es: "Entrar como", en: "Come in as"), isRequired: false), state,
                roles.map { Choice($0.text, feature.host.roles.title(of: $0)) }) : HTML()
        return ui.form(
            Self.path, state,
            ui.textField(
                FormField(
                    "person", Text(es: "Identificador de la persona", en: "The person's id"),
                    hint: Text(es: "Los 36 signos de su ficha.", en: "The 36 characters on their card.")), state),
            ui.radios(
                FormField("reason", Text(es: "¿Por qué no puede esperar?", en: "Why can it not wait?")), state,
                EmergencyAccess.Reason.allCases.map { Choice($0.rawValue, $0.title) }),
            ui.textArea(
                FormField(
                    "words", Text(es: "¿Qué está pasando?", en: "What is happening?"),
                    hint: Text(es: "Lo leerán la persona y quien lo revise.", en: "The person and whoever reviews it will read this.")),
                state,
                most: EmergencyStore.words.upperBound), role,
            ui.button(
                Text(es: "Abrir sus datos por \(minutes) minutos", en: "Open their data for \(minutes) minutes"), .danger, icon: .key))
    }

    private func table(_ own: [EmergencyStore.Entry], _ names: AccountNames, _ ui: Interface) -> HTML {
        let now = feature.host.world.now()
        let rows = own.map { entry -> [HTML] in
            let action: HTML =
                entry.access.isOpen(at: now)
                ? ui.action(Text(es: "Terminar", en: "End it"), "\(Self.path)/end", hidden: [("id", entry.id)])
                : "\(ui(es: "terminado", en: "over"))"
            return [
                "\(names[entry.person])", ui.stamp(entry.access.from), ui.stamp(entry.access.over),
                ui.badge(entry.access.state.title, entry.access.state.tone), action,
            ]
        }
        return ui.table(
            DataTable(
                Text(es: "Accesos que usted tomó", en: "Access that you took"),
                columns: [
                    .init(Text(es: "Persona", en: "Person")), .init(Text(es: "Desde", en: "From")), .init(Text(es: "Hasta", en: "Until")),
                    .init(Text(es: "Revisión", en: "Review")), .init(Text(es: "Acción", en: "Action")),
                ], rows: rows),
            empty: ui.empty(
                .lock, Text(es: "No ha tomado ninguno", en: "You took none"),
                Text(es: "Aquí verá los que tome y cómo se revisaron.", en: "Those that you take will stand here, with their review.")))
    }
}
