import Base
import Markup

/// The pages of the gallery. Every person on them is made up.
enum DesignPage {
    static let shell = Shell(
        navigation: [
            NavigationLink(Text(es: "Piezas", en: "Pieces"), "/design", .tools),
            NavigationLink(Text(es: "Campos", en: "Forms"), "/design/forms", .edit),
            NavigationLink(Text(es: "Figuras", en: "Figures"), "/design/figures", .chart),
            NavigationLink(Text(es: "Paciente", en: "Patient"), "/design/patient", .person),
            NavigationLink(Text(es: "Lista", en: "Worklist"), "/design/worklist", .worklist),
        ],
        visitor: Visitor(
            name: "Lucía Andrade", role: Text(es: "Fisioterapeuta · Clínica Sur", en: "Physiotherapist · Clínica Sur"),
            links: [NavigationLink(Text(es: "Mi cuenta", en: "My account"), "/design/forms", .person)],
            signOutPath: "/design"))

    static func components(_ ui: Interface, _ shell: Shell) -> HTML {
        shell.page(
            Text(es: "Piezas de las páginas", en: "Pieces of pages"), ui,
            """
            \(ui.breadcrumbs([(Text(es: "Inicio", en: "Home"), "/")], here: Text(es: "Piezas", en: "Pieces")))
            \(ui.title(
                Text(es: "Piezas de las páginas", en: "Pieces of pages"),
                lead: Text(
                    es: "Todo lo que una página puede mostrar, en cada uno de sus estados. Para quienes las construyen.",
                    en: "Everything that a page can show, in each of its states. For those who build them.")))
            \(text(ui))\(buttons(ui))\(messages(ui))\(cards(ui))\(tables(ui))\(people(ui))\(waiting(ui))\(icons(ui))
            """)
    }

    private static func text(_ ui: Interface) -> HTML {
        ui.section(
            "text", Text(es: "Texto", en: "Text"),
            ui.stack(
                ui.heading(Text(es: "Un título dentro de una sección", en: "A heading within a section")),
                ui.prose(
                    Text(
                        es:
                            "Las frases son cortas y dicen una cosa. Primero qué pasó, luego qué significa para la persona, por último qué hacer.",
                        en:
                            "Sentences are short and say one thing. First what happened, then what it means for the person, last what to do."
                    ),
                    Text(
                        es: "Los números llevan siempre su unidad y, donde la hay, su incertidumbre.",
                        en: "Numbers always have their unit and, where there is one, their uncertainty.")),
                ui.list([
                    Text(es: "Una idea en cada pantalla", en: "One idea on each screen"),
                    Text(es: "El color nunca va solo", en: "Colour never comes alone"),
                ]),
                ui.onward(Text(es: "Leer cómo se escribe aquí", en: "Read how we write"), "/design/forms"),
                ui.more(
                    Text(es: "Por qué así", en: "Why so"),
                    ui.prose(
                        Text(
                            es: "Quien lee puede tener dolor, prisa o una pantalla pequeña al sol.",
                            en: "Whoever reads may be in pain, in a hurry or before a small screen in the sun.")))))
    }

    private static func buttons(_ ui: Interface) -> HTML {
        let save = Text(es: "Guardar el plan", en: "Save the plan")
        let delete = Confirmation(
            id: "delete-plan", Text(es: "¿Borrar este plan?", en: "Delete this plan?"),
            Text(
                es: "El paciente dejará de verlo hoy. Lo que ya hizo se conserva en su historia.",
                en: "The patient will no longer see it from today. What they did already stays in their history."),
            yes: Text(es: "Borrar el plan", en: "Delete the plan"), no: Text(es: "Conservarlo", en: "Keep it"), path: "/design")
        return ui.section(
            "buttons", Text(es: "Botones", en: "Buttons"),
            ui.stack(
                ui.row(
                    ui.button(save), ui.button(Text(es: "Ver otra vez", en: "Look again"), .quiet),
                    ui.button(Text(es: "Ahora no", en: "Not now"), .plain)),
                ui.row(
                    ui.button(save, icon: .done), ui.button(save, .primary, .busy, busy: Text(es: "Guardando…", en: "Saving…")),
                    ui.button(save, .primary, .disabled)),
                ui.row(
                    ui.buttonLink(Text(es: "Grabar un ejercicio", en: "Film an exercise"), "/design/patient", icon: .camera),
                    ui.buttonLink(
                        Text(es: "Borrar el plan…", en: "Delete the plan…"), "/design", .danger, icon: .trash, dialog: delete.id)),
                ui.confirmation(delete)))
    }

    private static func messages(_ ui: Interface) -> HTML {
        ui.section(
            "messages", Text(es: "Mensajes y estados", en: "Messages and states"),
            ui.stack(
                ui.toast(Text(es: "El plan quedó guardado.", en: "The plan was saved.")),
                ui.message(
                    .action, nil,
                    Text(
                        es: "Su próxima cita es el martes a las 10:30.", en: "Your next appointment is on Tuesday at 10:30.")),
                ui.message(
                    .good, Text(es: "La grabación llegó", en: "The recording arrived"),
                    Text(es: "Le avisaremos cuando esté medida, en unos 30 s.", en: "We will tell you when it is measured, in some 30 s.")),
                ui.message(
                    .caution, Text(es: "No pudimos ver sus pies", en: "We could not see your feet"),
                    Text(es: "Aleje el teléfono un paso y vuelva a grabar.", en: "Move the phone one step away and film again.")),
                ui.message(
                    .stop, Text(es: "Pare el ejercicio", en: "Stop the exercise"),
                    Text(
                        es: "Un dolor de 7 de 10 es demasiado. Descanse y llame a su terapeuta.",
                        en: "A pain of 7 out of 10 is too much. Rest and call your therapist.")),
                ui.row(
                    ui.badge(Text(es: "Valoración previa", en: "Pre-assessment"), icon: .clock),
                    ui.badge(Text(es: "Nuevo", en: "New"), .action), ui.badge(Text(es: "Certificado", en: "Certified"), .good),
                    ui.badge(Text(es: "Por revisar", en: "To review"), .caution), ui.badge(Text(es: "Dolor", en: "Pain"), .stop)),
                ui.row(ui.method("GET"), ui.method("POST"), ui.method("PUT"), ui.method("PATCH"), ui.method("DELETE"))))
    }

    private static func icons(_ ui: Interface) -> HTML {
        let all = Icon.allCases.map { icon -> HTML in "<span class=\"glyph\">\(icon.html)</span>" }
        return ui.section("icons", Text(es: "Iconos", en: "Icons"), "<div class=\"row\">\(all)</div>")
    }
}
