import Base
import Markup

extension DesignPage {
    static func forms(_ ui: Interface, _ shell: Shell) -> HTML {
        shell.page(
            Text(es: "Formularios", en: "Forms"), ui,
            """
            \(ui.breadcrumbs(
                [(Text(es: "Inicio", en: "Home"), "/"), (Text(es: "Piezas", en: "Pieces"), "/design")],
                here: Text(es: "Formularios", en: "Forms")))
            \(ui.title(
                Text(es: "Formularios", en: "Forms"),
                lead: Text(
                    es: "Se pide solo lo que hace falta, una columna, y lo que puede quedar vacío lo dice.",
                    en: "Only what is needed is asked for, in one column, and what may stay empty says so.")))
            \(ui.section("fields", Text(es: "Cada campo", en: "Each field"), fields(ui)))
            \(ui.section("faulty", Text(es: "Con errores, y lo escrito se conserva", en: "With errors, and what was typed is kept"), faulty(ui)))
            """)
    }

    private static func fields(_ ui: Interface) -> HTML {
        let state = FormState(
            Query(items: [.init("side", "right"), .init("where", "home"), .init("where", "street"), .init("reminders", "on")]))
        return ui.form(
            "/design/forms", state, takesFiles: true,
            ui.textField(FormField("name", Text(es: "Nombre y apellidos", en: "Full name")), state, autocomplete: "name"),
            ui.textField(
                FormField(
                    "mail", Text(es: "Correo electrónico", en: "E-mail address"),
                    hint: Text(es: "Solo para avisarle de sus citas.", en: "Only to tell you of your appointments."), isRequired: false),
                state, .email, autocomplete: "email"),
            ui.textField(
                FormField(
                    "secret", Text(es: "Contraseña", en: "Password"),
                    hint: Text(es: "Doce letras o más; una frase sirve.", en: "Twelve letters or more; a sentence will do.")), state,
                .password,
                autocomplete: "new-password"),
            ui.textField(
                FormField("code", Text(es: "Código de seis cifras", en: "Code of six digits")), state, .code, width: .short),
            ui.numberField(
                FormField("height", Text(es: "Estatura", en: "Height"), isRequired: false), state,
                unit: Text(es: "centímetros", en: "centimetres"), decimals: true),
            ui.dateField(
                FormField(
                    "born", Text(es: "Fecha de nacimiento", en: "Date of birth"),
                    hint: Text(es: "Por ejemplo, 27 3 1958", en: "For example, 27 3 1958")),
                state, isBirthday: true),
            ui.calendarField(FormField("visit", Text(es: "Día de la cita", en: "Day of the appointment")), state),
            ui.radios(
                FormField("side", Text(es: "¿Qué rodilla le duele?", en: "Which knee hurts?")), state,
                [
                    Choice("right", Text(es: "La derecha", en: "The right one")),
                    Choice("left", Text(es: "La izquierda", en: "The left one")),
                    Choice(
                        "both", Text(es: "Las dos", en: "Both"),
                        hint: Text(es: "Le preguntaremos por cada una.", en: "We will ask about each.")),
                ]),
            ui.select(
                FormField("exercise", Text(es: "Ejercicio", en: "Exercise")), state,
                [
                    Choice("squat", Text(es: "Sentadilla", en: "Squat")),
                    Choice("sit", Text(es: "Sentarse y levantarse", en: "Sit to stand")),
                    Choice("walk", Text(es: "Caminar", en: "Walking")),
                ]),
            ui.checkboxes(
                FormField("where", Text(es: "¿Dónde puede hacer ejercicio?", en: "Where can you exercise?"), isRequired: false), state,
                [
                    Choice("home", Text(es: "En casa", en: "At home")), Choice("street", Text(es: "En la calle", en: "In the street")),
                    Choice("clinic", Text(es: "En la clínica", en: "At the clinic")),
                ]),
            ui.textArea(
                FormField(
                    "note", Text(es: "¿Algo más que debamos saber?", en: "Anything else we should know?"),
                    hint: Text(es: "Hasta 500 letras.", en: "Up to 500 letters."), isRequired: false), state, most: 500),
            ui.fileField(
                FormField(
                    "video", Text(es: "Grabación", en: "Recording"),
                    hint: Text(
                        es: "De 5 a 60 segundos, con todo el cuerpo a la vista.", en: "From 5 to 60 seconds, with the whole body in view.")),
                state, types: "video/*", capture: true),
            ui.toggle(
                FormField(
                    "reminders", Text(es: "Recordarme los ejercicios", en: "Remind me of my exercises"),
                    hint: Text(es: "Un aviso al día, por la mañana.", en: "One notice a day, in the morning.")), state),
            ui.row(
                ui.button(Text(es: "Guardar y seguir", en: "Save and go on"), busy: Text(es: "Guardando…", en: "Saving…")),
                ui.buttonLink(Text(es: "Volver", en: "Go back"), "/design", .plain)))
    }

    private static func faulty(_ ui: Interface) -> HTML {
        let state = FormState(
            Query(items: [
                .init("patient", "Rosa Quispe"), .init("phone", "7000"), .init("since-day", "31"), .init("since-month", "2"),
                .init("since-year", "2026"), .init("pain", ""),
            ]),
            faults: [
                FieldFault(
                    "/phone", "too_short",
                    Text(es: "Escriba el teléfono con todas sus cifras.", en: "Enter the telephone number with all its digits.")),
                FieldFault(
                    "/since", "no_date",
                    Text(es: "Febrero no tiene 31 días: corrija la fecha.", en: "February has no 31st: correct the date.")),
                FieldFault("/pain", "required", Text(es: "Diga cuánto le duele.", en: "Say how much it hurts.")),
            ])
        return ui.form(
            "/design/forms", state,
            ui.textField(FormField("patient", Text(es: "Paciente", en: "Patient")), state),
            ui.textField(FormField("phone", Text(es: "Teléfono", en: "Telephone")), state, .telephone, width: .middle),
            ui.dateField(FormField("since", Text(es: "¿Desde cuándo le duele?", en: "Since when has it hurt?")), state),
            ui.radios(
                FormField("pain", Text(es: "¿Cuánto le duele ahora?", en: "How much does it hurt now?")), state,
                [
                    Choice("none", Text(es: "Nada", en: "Not at all")), Choice("some", Text(es: "Se aguanta", en: "It is bearable")),
                    Choice("much", Text(es: "Mucho", en: "A lot")),
                ]),
            ui.textField(
                FormField("record", Text(es: "Número de historia", en: "Record number"), isRequired: false),
                FormState(Query(items: [.init("record", "HC-20418")])), width: .middle, isDisabled: true),
            ui.button(Text(es: "Guardar", en: "Save"), busy: Text(es: "Guardando…", en: "Saving…")))
    }
}
