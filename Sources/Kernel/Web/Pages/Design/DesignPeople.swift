import Base
import Markup

extension DesignPage {
    /// One idea: what to do now.
    static func patient(_ ui: Interface, _ shell: Shell) -> HTML {
        let patients = Shell(
            name: shell.name,
            navigation: [
                NavigationLink(Text(es: "Hoy", en: "Today"), "/design/patient", .home),
                NavigationLink(Text(es: "Avances", en: "Progress"), "/design/figures", .chart),
                NavigationLink(Text(es: "Citas", en: "Visits"), "/design/worklist", .calendar),
                NavigationLink(Text(es: "Mensajes", en: "Messages"), "/design", .message),
            ], visitor: Visitor(name: "Rosa Quispe", signOutPath: "/design"))
        let steps = [
            Text(es: "Sentarse y levantarse", en: "Sit to stand"), Text(es: "Sentadilla con apoyo", en: "Supported squat"),
            Text(es: "Caminar por el pasillo", en: "Walk along the corridor"),
        ]
        return patients.page(
            Text(es: "Sus ejercicios de hoy", en: "Your exercises today"), ui, for: .patient,
            ui.stack(
                ui.title(
                    Text(es: "Ahora: sentadilla con apoyo", en: "Now: supported squat"),
                    over: Text(es: "Ejercicio 2 de 3", en: "Exercise 2 of 3"),
                    lead: Text(
                        es: "Diez veces, despacio, con una mano en la silla.", en: "Ten times, slowly, with one hand on the chair.")),
                ui.message(
                    .action, Text(es: "Ponga el teléfono a tres pasos", en: "Put the phone three steps away"),
                    Text(
                        es: "Apóyelo en una silla, de modo que se vea de la cabeza a los pies.",
                        en: "Lean it against a chair, so that you can be seen from head to foot.")),
                ui.buttonLink(Text(es: "Empezar a grabar", en: "Start filming"), "/design/patient", icon: .camera, isWide: true),
                ui.buttonLink(Text(es: "Hoy me duele más", en: "It hurts more today"), "/design/patient", .quiet, isWide: true),
                ui.section(
                    "today", Text(es: "Lo de hoy", en: "Today's tasks"),
                    ui.card(
                        ui.steps(steps, current: 1),
                        ui.progress(
                            Text(es: "Esta semana", en: "This week"), share: 0.7,
                            left: Text(es: "faltan 2 días", en: "2 days to go"))))))
    }

    static func worklist(_ ui: Interface, _ shell: Shell) -> HTML {
        let rows = [
            WorkRow(
                "Rosa Quispe", "/design/worklist",
                Text(es: "Paró por dolor: 7 de 10 en la rodilla derecha", en: "Stopped by pain: 7 out of 10 in the right knee"),
                state: ui.badge(Text(es: "Dolor", en: "Pain"), .stop), since: Text(es: "hace 40 minutos", en: "40 minutes ago")),
            WorkRow(
                "Julio Mamani Rojas", "/design/worklist",
                Text(es: "Valoración previa lista para certificar", en: "Pre-assessment ready to certify"),
                state: ui.badge(Text(es: "Por revisar", en: "To review"), .caution), since: Text(es: "desde ayer", en: "since yesterday")),
            WorkRow(
                "Carmen Ortiz", "/design/worklist", Text(es: "Sin sesiones desde hace 6 días", en: "No sessions for 6 days"),
                state: ui.badge(Text(es: "Sin actividad", en: "Inactive"), icon: .clock),
                since: Text(es: "desde el lunes", en: "since Monday")),
            WorkRow(
                "Andrés Villalba", "/design/worklist", Text(es: "Plan terminado, falta el cierre", en: "Plan finished, to be closed"),
                state: ui.badge(Text(es: "Terminado", en: "Finished"), .good), since: Text(es: "hace 3 días", en: "3 days ago")),
        ]
        return shell.page(
            Text(es: "Lista de trabajo", en: "Worklist"), ui,
            notice: Text(es: "El plan de Julio quedó guardado.", en: "Julio's plan was saved."),
            """
            \(ui.title(
                Text(es: "Quién le necesita hoy", en: "Who needs you today"),
                lead: Text(es: "Cuatro personas, la más urgente primero.", en: "Four people, the most urgent first.")))
            <div class="stack">\(ui.search(Text(es: "Buscar un paciente", en: "Search for a patient"), path: "/design/worklist"))
            \(ui.worklist(Text(es: "Pacientes por atender", en: "Patients to attend to"), rows))</div>
            """)
    }

    static func home(_ ui: Interface, _ shell: Shell) -> HTML {
        HomePage.page(
            ui, shell: shell,
            links: [
                NavigationCard(
                    .worklist, Text(es: "Lista de trabajo", en: "Worklist"), Text(es: "Quién le necesita hoy", en: "Who needs you today"),
                    "/design/worklist"),
                NavigationCard(
                    .exercise, Text(es: "Ejercicios", en: "Exercises"),
                    Text(es: "Los 22 con los que se empieza, y los suyos", en: "The 22 to begin with, and your own"), "/design/forms"),
                NavigationCard(
                    .pulse, Text(es: "Estado del sistema", en: "State of the system"),
                    Text(es: "Tráfico, trabajos, salud", en: "Traffic, jobs, health"), "/design/figures"),
                NavigationCard(
                    .book, Text(es: "Interfaz para programas", en: "Interface for programs"),
                    Text(es: "Cada ruta, lo que pide y lo que responde", en: "Each route, what it asks and answers"), "/design"),
            ],
            health: [
                .init(
                    Text(es: "Base de datos", en: "Database"), isWell: true,
                    Text(es: "Responde en menos de 1 ms.", en: "Answers in under 1 ms.")),
                .init(
                    Text(es: "Copia de seguridad", en: "Backup"), isWell: false,
                    Text(
                        es: "La última es de hace 9 días: haga una con «zancada backup».",
                        en: "The last one is 9 days old: make one with “zancada backup”.")),
            ], version: "0.7.0")
    }
}
