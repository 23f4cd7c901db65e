import Base
import Markup
import Runtime
import Web

/// The operator's page, from an overview.
package enum OperatorPage {
    package static func page(_ overview: OperatorOverview, _ ui: Interface, shell: Shell = Shell(), isStill: Bool) -> HTML {
        let title = Text(es: "Operación", en: "Operations")
        return shell.page(
            title, ui,
            ui.title(
                title,
                lead: isStill
                    ? Text(es: "Cómo va el programa; la página está quieta.", en: "How the program is doing; this page stands still.")
                    : Text(es: "Cómo va el programa; la página se renueva cada 10 s.", en: "How the program is doing; renewed every 10 s."))
                + renewing(ui, isStill) + health(overview, ui) + numbers(overview, ui) + traffic(overview, ui) + queues(overview, ui)
                + subscriptions(overview, ui) + errors(overview, ui))
    }

    private static func renewing(_ ui: Interface, _ isStill: Bool) -> HTML {
        isStill
            ? "<p><a href=\"/operator\">\(ui(es: "Renovar sola cada 10 s", en: "Renew every 10 s"))</a></p>"
            : "<p><a href=\"/operator?still=1\">\(ui(es: "Dejarla quieta", en: "Let it stand still"))</a></p>"
    }

    private static func health(_ overview: OperatorOverview, _ ui: Interface) -> HTML {
        guard !overview.lacks.isEmpty else {
            return ui.message(
                .good, Text(es: "Listo", en: "Ready"), Text(es: "Todo lo que hace falta está.", en: "Everything that is needed is there."))
        }
        return overview.lacks.map { name, lack in ui.message(.stop, Text(verbatim: name), lack.message) }.joined()
    }

    private static func numbers(_ overview: OperatorOverview, _ ui: Interface) -> HTML {
        let language = ui.language
        let process = overview.process
        let mebibytes = Double(process.residentBytes) / 1_048_576
        return ui.grid([
            ui.key(KeyNumber(Text(es: "Cuentas activas", en: "Active accounts"), "\(overview.activeCallers)")),
            ui.key(
                KeyNumber(
                    Text(es: "Memoria", en: "Memory"), language.number(mebibytes, decimals: 1), unit: Text(verbatim: "MiB"))),
            ui.key(
                KeyNumber(
                    Text(es: "Descriptores", en: "Descriptors"), "\(process.openDescriptors)",
                    unit: Text(es: "de \(process.mostDescriptors)", en: "of \(process.mostDescriptors)"))),
            ui.key(
                KeyNumber(Text(es: "Conexiones con la base de datos", en: "Database connections"), language.number(overview.connections))),
            ui.key(KeyNumber(Text(es: "Posición del diario", en: "Journal position"), "\(overview.reading.journalPosition)")),
        ])
    }

    private static func traffic(_ overview: OperatorOverview, _ ui: Interface) -> HTML {
        func milliseconds(_ seconds: Double?) -> HTML {
            HTML(text: seconds.map { ui.language.number($0 * 1_000, decimals: 1) } ?? "–")
        }
        let rows = overview.traffic.map { lane -> [HTML] in
            [
                HTML(text: lane.route), HTML(text: "\(lane.requests)"), HTML(text: "\(lane.refused)"), HTML(text: "\(lane.failed)"),
                HTML(text: "\(lane.inFlight)"), milliseconds(lane.median), milliseconds(lane.p95), milliseconds(lane.p99),
            ]
        }
        let table = DataTable(
            Text(es: "Solicitudes por ruta", en: "Requests by route"),
            note: Text(
                es: "Desde que el programa empezó; tiempos en milisegundos.", en: "Since the program started; times in milliseconds."),
            columns: [
                .init(Text(es: "Ruta", en: "Route")), .init(Text(es: "Solicitudes", en: "Requests"), isNumber: true),
                .init(Text(verbatim: "4xx"), isNumber: true), .init(Text(verbatim: "5xx"), isNumber: true),
                .init(Text(es: "En curso", en: "In flight"), isNumber: true), .init(Text(verbatim: "p50"), isNumber: true),
                .init(Text(verbatim: "p95"), isNumber: true), .init(Text(verbatim: "p99"), isNumber: true),
            ], rows: rows)
        return ui.section("traffic", Text(es: "Tráfico", en: "Traffic"), ui.table(table, empty: nothing(ui)))
    }

    private static func queues(_ overview: OperatorOverview, _ ui: Interface) -> HTML {
        let rows = overview.reading.jobs.map { job -> [HTML] in
            let name = job.priority.map { "\(job.state) · \($0)" } ?? job.state
            let age = job.ageSeconds.map { ui.language.duration(seconds: $0) } ?? "–"
            return [HTML(text: name), HTML(text: "\(job.count)"), HTML(text: age)]
        }
        let table = DataTable(
            Text(es: "Trabajos por estado", en: "Jobs by state"),
            columns: [
                .init(Text(es: "Estado", en: "State")), .init(Text(es: "Trabajos", en: "Jobs"), isNumber: true),
                .init(Text(es: "Espera del primero", en: "Wait of the first"), isNumber: true),
            ], rows: rows)
        return ui.section("queues", Text(es: "Colas", en: "Queues"), ui.table(table, empty: nothing(ui)))
    }

    private static func subscriptions(_ overview: OperatorOverview, _ ui: Interface) -> HTML {
        let rows = overview.reading.lags.map { lag -> [HTML] in
            [
                HTML(text: lag.name), HTML(text: "\(lag.entriesBehind)"), HTML(text: ui.language.duration(seconds: lag.secondsBehind)),
                HTML(text: "\(lag.parked)"),
            ]
        }
        let table = DataTable(
            Text(es: "Atraso respecto del diario", en: "Lag behind the journal"),
            columns: [
                .init(Text(es: "Suscripción", en: "Subscription")), .init(Text(es: "Entradas", en: "Entries"), isNumber: true),
                .init(Text(es: "Edad", en: "Age"), isNumber: true), .init(Text(es: "Apartadas", en: "Parked"), isNumber: true),
            ], rows: rows)
        return ui.section("subscriptions", Text(es: "Suscripciones", en: "Subscriptions"), ui.table(table, empty: nothing(ui)))
    }

    private static func errors(_ overview: OperatorOverview, _ ui: Interface) -> HTML {
        let rows = overview.errors.map { error -> [HTML] in
            [
                HTML(text: ui.moment(error.at)), HTML(text: error.route), HTML(text: "\(error.status)"),
                "<code>\(error.id?.description ?? "–")</code>",
            ]
        }
        let table = DataTable(
            Text(es: "Últimos fallos", en: "Last errors"),
            note: Text(es: "El número es con el que el registro los conoce.", en: "The number is that under which the log knows them."),
            columns: [
                .init(Text(es: "Cuándo", en: "When")), .init(Text(es: "Ruta", en: "Route")),
                .init(Text(es: "Respuesta", en: "Answer"), isNumber: true), .init(Text(es: "Número", en: "Number")),
            ], rows: rows)
        return ui.section("errors", Text(es: "Fallos", en: "Errors"), ui.table(table, empty: nothing(ui)))
    }

    private static func nothing(_ ui: Interface) -> HTML { "<p>\(ui(es: "Nada todavía.", en: "Nothing yet."))</p>" }
}
