import Base
import Markup

extension DesignPage {
    static func figures(_ ui: Interface, _ shell: Shell) -> HTML {
        shell.page(
            Text(es: "Figuras y números", en: "Figures and numbers"), ui,
            """
            \(ui.breadcrumbs(
                [(Text(es: "Inicio", en: "Home"), "/"), (Text(es: "Piezas", en: "Pieces"), "/design")],
                here: Text(es: "Figuras", en: "Figures")))
            \(ui.title(
                Text(es: "Figuras y números", en: "Figures and numbers"),
                lead: Text(
                    es: "Un número lleva su unidad y su margen; una figura, su tabla.",
                    en: "A number has its unit and its margin; a figure, its table.")))
            \(ui.section("keys", Text(es: "Números que importan", en: "Numbers that matter"), ui.grid(keys(ui))))
            \(ui.section("plots", Text(es: "Cómo va", en: "How it goes"), ui.grid(isWide: true, [ui.card(ui.figure(knees, id: "knees")), ui.card(ui.figure(sessions, id: "sessions"))])))
            \(ui.section("progress", Text(es: "Avances y pasos", en: "Progress and steps"), progress(ui)))
            \(ui.section("machine", Text(es: "La máquina, para quien la cuida", en: "The machine, for whoever keeps it"), machine(ui)))
            """)
    }

    private static func keys(_ ui: Interface) -> [HTML] {
        [
            ui.key(
                KeyNumber(
                    Text(es: "Flexión de rodilla", en: "Knee bend"), ui.language.degrees(97),
                    interval: Text(
                        es: Language.spanish.degrees(between: 92, and: 101), en: Language.english.degrees(between: 92, and: 101)),
                    change: .better(Text(es: "9° más que hace dos semanas", en: "9° more than two weeks ago")))),
            ui.key(
                KeyNumber(
                    Text(es: "Velocidad al caminar", en: "Walking speed"), ui.language.number(0.92, decimals: 2),
                    unit: Text(es: "m/s", en: "m/s"), interval: Text(es: "entre 0,85 y 0,99", en: "between 0.85 and 0.99"),
                    change: Change.none)),
            ui.key(
                KeyNumber(
                    Text(es: "Dolor al terminar", en: "Pain at the end"), "4", unit: Text(es: "de 10", en: "out of 10"),
                    change: .worse(Text(es: "2 más que la semana pasada", en: "2 more than last week")))),
        ]
    }

    static let days = (0..<8).map { index in
        let day = 2 + index * 2
        return Text(es: "\(day) nov", en: "\(day) Nov")
    }

    static let knees = LinePlot(
        Text(es: "Flexión máxima de rodilla", en: "Greatest knee bend"),
        caption: Text(
            es: "Grados por sesión; la banda es de ±2 desviaciones. El 8 de noviembre no hubo sesión.",
            en: "Degrees by session; the band is ±2 deviations. There was no session on 8 November."),
        labels: days,
        lines: [
            .init(
                Text(es: "Derecha", en: "Right"), .right, [78, 81, 84, nil, 88, 91, 94, 97], margins: [5, 5, 4, 4, 4, 5, 4, 4]),
            .init(
                Text(es: "Izquierda", en: "Left"), .left, [102, 101, 104, nil, 103, 105, 104, 106], margins: [4, 4, 4, 4, 4, 4, 4, 4]),
        ], unit: "°")

    static let sessions = LinePlot(
        Text(es: "Minutos de ejercicio", en: "Minutes of exercise"),
        caption: Text(es: "Minutos al día, según el teléfono.", en: "Minutes a day, as the phone counted them."), labels: days,
        lines: [.init(Text(es: "Minutos", en: "Minutes"), .one, [8, 12, 11, 0, 14, 12, 15, 16])], startsAtZero: true)

    private static func progress(_ ui: Interface) -> HTML {
        let steps = [
            Text(es: "Grabar", en: "Film"), Text(es: "Medir", en: "Measure"), Text(es: "Revisar", en: "Review"),
            Text(es: "Certificar", en: "Certify"),
        ]
        return ui.grid(
            isWide: true,
            [
                ui.card(
                    ui.progress(
                        Text(es: "Midiendo la grabación", en: "Measuring the recording"), share: 0.62,
                        left: Text(es: "faltan unos 12 s", en: "about 12 s left")),
                    ui.progress(Text(es: "Buscando a la persona", en: "Looking for the person"), share: nil)),
                ui.card(ui.steps(steps, current: 2)),
            ])
    }

    private static func machine(_ ui: Interface) -> HTML {
        let traffic: [Double] = [31, 40, 38, 52, 61, 58, 70, 66, 82, 79, 64, 71]
        return ui.grid([
            ui.reading(
                Text(es: "Solicitudes por segundo", en: "Requests a second"), ui.language.count(1_284), history: traffic,
                badge: ui.badge(Text(es: "Bien", en: "Well"), .good)),
            ui.reading(
                Text(es: "Espera del trabajo más viejo", en: "Wait of the oldest job"), "48", unit: Text(es: "s", en: "s"),
                history: [2, 3, 2, 4, 8, 19, 33, 48], badge: ui.badge(Text(es: "Atención", en: "Attention"), .caution)),
            ui.card(
                ui.gauge(
                    Text(es: "Disco", en: "Disk"), share: 0.43,
                    Text(
                        es: "\(Language.spanish.bytes(214_000_000_000)) de 500 GB",
                        en: "\(Language.english.bytes(214_000_000_000)) of 500 GB")),
                ui.gauge(Text(es: "Memoria", en: "Memory"), share: 0.71, Text(es: "85 de 120 MB", en: "85 of 120 MB"), .good),
                ui.gauge(
                    Text(es: "Conexiones a la base de datos", en: "Database connections"), share: 0.95,
                    Text(es: "19 de 20", en: "19 of 20"),
                    .stop)),
        ])
    }
}
