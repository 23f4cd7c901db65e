import Base
import Markup

extension DesignPage {
    static func cards(_ ui: Interface) -> HTML {
        ui.section(
            "cards", Text(es: "Tarjetas, datos y pestañas", en: "Cards, facts and tabs"),
            """
            \(ui.tabs(
                Text(es: "Vistas del paciente", en: "Views of the patient"),
                [
                    (Text(es: "Resumen", en: "Summary"), "/design"), (Text(es: "Planes", en: "Plans"), "/design/forms"),
                    (Text(es: "Historia", en: "History"), "/design/figures"),
                ], current: "/design"))
            \(ui.grid(
                isWide: true,
                [
                    ui.cardLink(
                        .exercise, Text(es: "Ejercicios de hoy", en: "Today's exercises"),
                        Text(es: "Tres, unos 12 minutos", en: "Three, about 12 minutes"), "/design/patient"),
                    ui.cardLink(
                        .calendar, Text(es: "Citas", en: "Appointments"), Text(es: "La próxima, el martes", en: "The next on Tuesday"),
                        "/design/worklist"),
                    ui.card(
                        ui.heading(Text(es: "Prescripción", en: "Prescription")),
                        ui.facts([
                            (Text(es: "Ejercicio", en: "Exercise"), "\(ui(es: "Sentadilla con apoyo", en: "Supported squat"))"),
                            (Text(es: "Dosis", en: "Dose"), "\(ui(es: "3 series de 10, cada día", en: "3 sets of 10, every day"))"),
                            (Text(es: "Hasta", en: "Until"), ui.stamp(sample)),
                        ])),
                    ui.card(
                        ui.heading(Text(es: "Instale el certificado", en: "Install the certificate")),
                        "<p>\(ui(es: "Apunte la cámara del teléfono a este código, o escriba el número.", en: "Point the phone's camera at this code, or type the number."))</p>",
                        SampleCode.matrix.map {
                            ui.qr($0, Text(es: "Código QR de https://clinica.example/", en: "QR code of https://clinica.example/"))
                        }.orNothing, ui.code(toType: "481 920")),
                ]))
            """)
    }

    static let sample = Instant("2026-11-22T14:05:00Z") ?? .epoch

    static func tables(_ ui: Interface) -> HTML {
        let table = DataTable(
            Text(es: "Sesiones de la semana", en: "Sessions of the week"),
            note: Text(es: "Flexión de rodilla, con su incertidumbre", en: "Knee bend, with its uncertainty"),
            columns: [
                .init(Text(es: "Día", en: "Day"), sortPath: "/design?sort=day", order: .descending),
                .init(Text(es: "Ejercicio", en: "Exercise")),
                .init(Text(es: "Repeticiones", en: "Repetitions"), isNumber: true, sortPath: "/design?sort=repetitions"),
                .init(Text(es: "Ángulo", en: "Angle"), isNumber: true),
                .init(Text(es: "Estado", en: "State")),
            ],
            rows: [
                row(ui, 0, 30, 97, 4, ui.badge(Text(es: "Certificada", en: "Certified"), .good)),
                row(ui, 2, 28, 94, 5, ui.badge(Text(es: "Por revisar", en: "To review"), .caution)),
                row(ui, 4, 9, 88, 6, ui.badge(Text(es: "Parada por dolor", en: "Stopped by pain"), .stop)),
            ])
        let none = DataTable(Text(es: "Sesiones", en: "Sessions"), columns: [], rows: [])
        let waiting = ui.empty(
            .exercise, Text(es: "Todavía no hay sesiones", en: "No sessions yet"),
            Text(
                es: "Aparecerán aquí cuando el paciente grabe su primer ejercicio.",
                en: "They will appear here when the patient films a first exercise."),
            actions: ui.buttonLink(Text(es: "Enviar una invitación", en: "Send an invitation"), "/design/forms", .quiet))
        return ui.section(
            "tables", Text(es: "Tablas y listas vacías", en: "Tables and empty lists"),
            ui.stack(
                ui.search(Text(es: "Buscar una sesión", en: "Search for a session"), path: "/design"),
                ui.table(table),
                ui.pager(
                    Text(es: "1 a 3 de muchas", en: "1 to 3 of many"), first: nil, next: "/design?after=abc"),
                ui.table(none, empty: waiting)))
    }

    private static func row(_ ui: Interface, _ daysBefore: Int, _ count: Int, _ degrees: Double, _ margin: Double, _ state: HTML) -> [HTML]
    {
        [
            "\(ui.compactDay(sample - .seconds(86_400 * daysBefore)))", "\(ui(es: "Sentadilla", en: "Squat"))",
            "\(ui.language.count(count))", "\(ui.language.degrees(degrees)) ± \(ui.language.degrees(margin))", state,
        ]
    }

    static func people(_ ui: Interface) -> HTML {
        ui.section(
            "people", Text(es: "Historia y código", en: "History and code"),
            ui.grid(
                isWide: true,
                [
                    ui.card(
                        ui.timeline(
                            Text(es: "Historia del plan", en: "History of the plan"),
                            [
                                TimelineEvent(
                                    Text(es: "Hoy, 10:24", en: "Today, 10:24"), Text(es: "Plan certificado", en: "Plan certified"),
                                    "<p>\(ui(es: "Por Lucía Andrade, fisioterapeuta.", en: "By Lucía Andrade, physiotherapist."))</p>"),
                                TimelineEvent(
                                    Text(es: "Ayer, 18:02", en: "Yesterday, 18:02"),
                                    Text(es: "Valoración previa lista", en: "Pre-assessment ready"),
                                    ui.badge(Text(es: "Sin certificar", en: "Not certified"), .caution)),
                                TimelineEvent(
                                    Text(es: "20 de noviembre", en: "20 November"),
                                    Text(es: "Primera grabación", en: "First recording")),
                            ])),
                    ui.code(
                        """
                        curl https://clinica.example/api/v1/exercises \\
                          -H 'Authorization: Bearer …'
                        """, id: "sample-code"),
                ]))
    }

    static func waiting(_ ui: Interface) -> HTML {
        ui.section(
            "waiting", Text(es: "Mientras se espera", en: "While one waits"),
            ui.grid(isWide: true, [ui.card(ui.loading()), ui.card(ui.loading(lines: 4))]))
    }
}

/// A QR code as the program's own writes it.
private enum SampleCode {
    static let matrix = QRMatrix(width: rows.count, isDark: rows.joined().map { $0 == "#" })

    private static let rows = [
        "#######.#.........#######",
        "#.....#.#...###.#.#.....#",
        "#.###.#.##...#.#..#.###.#",
        "#.###.#.....##..#.#.###.#",
        "#.###.#.###...#.#.#.###.#",
        "#.....#...###...#.#.....#",
        "#######.#.#.#.#.#.#######",
        "...........#.#.##........",
        "#..#######..#.#.##..#.###",
        "#....#.#..#..####..#####.",
        ".##.#.#.#.#.#..##..#.#..#",
        "##..##.##.##..#.###..####",
        ".....#####.....##.##....#",
        "#####...#.#.##.##...#..#.",
        "##..###.##...#.#....#####",
        "#..##..##.#.#.######.##.#",
        "#.##.###..####.######.##.",
        "........##.#.#..#...#.##.",
        "#######.###.##..#.#.#...#",
        "#.....#.##.#.####...#...#",
        "#.###.#.#.###.#######....",
        "#.###.#.#.#.#.#####....##",
        "#.###.#....#...###..#####",
        "#.....#.......#....##.###",
        "#######.#.#.#.#.##...#..#",
    ]
}
