import Access
import Base
import HTTPTypes
import Markup
import Runtime
import Web

/// Programs that ask in their own name: their credentials, given once and taken back at once.
extension IdentityPages {
    var programPages: [Route] { [programs, newProgram, makeProgram, askDisable, disable] }

    static let programsPath = "/organisation/programs"
    private static let access = RouteAccess.permission(MachineClients.change)
    private static let id = Parameter.id("id", Text(es: "El identificador del programa.", en: "The program's id."))

    private var programs: Route {
        reading(
            "/organisation/programs", "programs.page", Text(es: "Programas con credenciales.", en: "Programs with credentials."),
            access: Self.access, parameters: [Self.done.shape]
        ) { call in
            let list = try await parts.clients.clients(by: try call.signedIn())
            let lead = Text(
                es: "Otros sistemas que leen o escriben aquí por su cuenta: el de historias clínicas, uno de informes.",
                en: "Other systems that read or write here by themselves: that of health records, one that makes reports.")
            return try await organisationPage(call, Text(es: "Programas", en: "Programs"), Self.programsPath, lead: lead) { ui in
                let new = ui.buttonLink(
                    Text(es: "Dar credenciales", en: "Give credentials"), "\(Self.programsPath)/new", icon: .plus)
                let rows = list.map { client -> [HTML] in
                    [
                        "\(client.name)", "\(ui(titles(of: client.roles)))", "<code>\(client.id.text)</code>",
                        "\(ui.date(client.createdAt))",
                        """
                        <a class="button quiet" href="\(Self.programsPath)/\(client.id.text)/disable">\(ui(es: "Quitar", en: "Take away"))\
                        <span class="unseen">: \(client.name)</span></a>
                        """,
                    ]
                }
                let table = DataTable(
                    Text(es: "Programas con credenciales", en: "Programs with credentials"),
                    columns: [
                        .init(Text(es: "Nombre", en: "Name")), .init(Text(es: "Como", en: "As")), .init(Text(verbatim: "client_id")),
                        .init(Text(es: "Desde", en: "Since")), .init(Text(es: "Acción", en: "Action")),
                    ], rows: rows)
                let none = ui.empty(
                    .server, Text(es: "Ningún programa todavía", en: "No program yet"),
                    Text(
                        es: "Cada uno tendrá credenciales propias, que se pueden quitar.",
                        en: "Each will have credentials of its own, which can be taken away."),
                    actions: new)
                return list.isEmpty ? none : ui.stack(ui.row(new), ui.table(table))
            }
        }
    }

    private var newProgram: Route {
        reading(
            "/organisation/programs/new", "programs.new", Text(es: "Dar credenciales a un programa.", en: "Give a program credentials."),
            access: Self.access, isDelicate: true
        ) { call in try await programForm(call, FormState(Query(items: [.init("tier", Caller.Tier.free.rawValue)]))) }
    }

    private var makeProgram: Route {
        sending(
            "/organisation/programs/new", "programs.make", Text(es: "Dar credenciales a un programa.", en: "Give a program credentials."),
            access: Self.access,
            fields: [
                .init("name", .text(1...100)), .init("roles", .text(1...63), isRequired: false),
                .init("tier", .choice(Caller.Tier.allCases.map(\.rawValue))),
            ], answers: [.ok(.page), Self.proving]
        ) { call, fields in
            let standing = try call.signedIn()
            let (name, roles) = (fields.text("name"), fields.roles("roles"))
            let tier = Caller.Tier(rawValue: fields.optional("tier", atMost: 20) ?? "")
            if tier == nil { fields.fault("tier", "tier", Text(es: "Elija cuánto puede pedir.", en: "Choose how much it may ask.")) }
            try fields.finish()
            try await parts.stepUp.require(standing.caller)
            let (client, secret) = try await parts.clients.create(name, as: roles, tier: tier ?? .free, by: standing)
            return .page(try await secretPage(call, client, secret))
        } page: { call, state in
            try await programForm(call, state)
        }
    }

    private func programForm(_ call: Call, _ state: FormState) async throws -> HTML {
        try await organisationPage(call, Text(es: "Dar credenciales a un programa", en: "Give a program credentials"), Self.programsPath) {
            ui in
            ui.card(
                ui.form(
                    "\(Self.programsPath)/new", state,
                    ui.textField(
                        FormField("name", Text(es: "Nombre del programa", en: "Name of the program")), state, autocomplete: "off"),
                    ui.checkboxes(
                        FormField(
                            "roles", Text(es: "¿Como qué entra?", en: "As what does it come in?"),
                            hint: Text(es: "Lo menos que necesite.", en: "The least that it needs.")), state, choices(parts.grantable)),
                    ui.radios(
                        FormField("tier", Text(es: "¿Cuánto puede pedir por hora?", en: "How much may it ask an hour?")), state, Self.tiers),
                    ui.row(
                        ui.button(Text(es: "Dar las credenciales", en: "Give the credentials")),
                        ui.buttonLink(Text(es: "Volver", en: "Go back"), Self.programsPath, .plain))))
        }
    }

    private static let tiers = [
        Choice("free", Text(es: "Poco", en: "A little")), Choice("basic", Text(es: "Lo normal", en: "As usual")),
        Choice("premium", Text(es: "Mucho", en: "A lot")), Choice("enterprise", Text(es: "Sin límite", en: "Without limit")),
    ]

    private func secretPage(_ call: Call, _ client: MachineClients.Client, _ secret: String) async throws -> HTML {
        try await organisationPage(
            call, Text(es: "Copie el secreto ahora", en: "Copy the secret now"), Self.programsPath, at: Self.programsPath,
            lead: Text(es: "No se vuelve a mostrar, y no lo guardamos.", en: "It is not shown again, and we do not keep it.")
        ) { ui in
            ui.stack(
                ui.heading(Text(verbatim: "client_id")), ui.code(client.id.text, id: "client-id"),
                ui.heading(Text(verbatim: "client_secret")),
                ui.code(secret, id: "client-secret"),
                ui.row(ui.buttonLink(Text(es: "Ya los copié", en: "I have copied them"), Self.programsPath)))
        }
    }

    private func program(_ call: Call) async throws -> MachineClients.Client {
        let id = try Identifier(call.value(Self.id))
        guard let found = try await parts.clients.clients(by: try call.signedIn()).first(where: { $0.id == id }) else {
            throw Problem.nothingHere
        }
        return found
    }

    private var askDisable: Route {
        reading(
            "/organisation/programs/{id}/disable", "programs.ask_disable",
            Text(es: "¿Quitar las credenciales?", en: "Take the credentials away?"), access: Self.access, parameters: [Self.id.shape]
        ) { call in
            let client = try await program(call)
            let question = Confirmation(
                id: "disable",
                Text(es: "¿Quitar las credenciales de «\(client.name)»?", en: "Take the credentials of “\(client.name)” away?"),
                Text(
                    es: "El programa deja de entrar enseguida. Para que vuelva, déle credenciales nuevas.",
                    en: "The program comes in no more, at once. To let it back, give it new credentials."),
                yes: Text(es: "Quitarlas", en: "Take them away"), no: Text(es: "Dejarlas", en: "Leave them"), path: call.path)
            return try await page(call, question.title, for: .staff) { $0.asked(question, back: Self.programsPath) }
        }
    }

    private var disable: Route {
        sending(
            "/organisation/programs/{id}/disable", "programs.disable",
            Text(es: "Quitar las credenciales a un programa.", en: "Take a program's credentials away."), access: Self.access,
            parameters: [Self.id.shape]
        ) { call, _ in
            try await parts.clients.disable(try Identifier(call.value(Self.id)), by: try call.signedIn())
            return .see(Self.path(Self.programsPath, done: .program))
        }
    }
}
