import Base
import Markup

/// What a field for text asks for; phones show the keyboard that fits.
package enum TextKind: String, Sendable {
    case text
    case email
    case password
    case telephone = "tel"
    /// A code of digits that was sent or is shown elsewhere.
    case code
}

/// How wide a field stands: as wide as what is expected in it.
package enum FieldWidth: String, Sendable {
    case full
    case middle
    case short
}

extension Interface {
    /// A line of text. `autocomplete` is the browser's word for it (HTML Living Standard, "Autofill"), which WCAG 1.3.5 asks for where the
    /// field is about the person who fills it in.
    package func textField(
        _ field: FormField, _ state: FormState = FormState(), _ kind: TextKind = .text, autocomplete: String? = nil,
        width: FieldWidth = .full, isDisabled: Bool = false
    ) -> HTML {
        let value = kind == .password ? nil : state.values[field.name]
        let isCode = kind == .code
        let own =
            HTML.attribute("type", isCode ? "text" : kind.rawValue) + .attribute("inputmode", isCode ? "numeric" : nil)
            + .attribute("value", value) + .attribute("autocomplete", isCode ? "one-time-code" : autocomplete)
            + .attribute("spellcheck", kind == .text ? nil : "false") + .flag("disabled", isDisabled)
        return self.field(field, state, "<input class=\"input \(width.rawValue)\"\(attributes(field, state))\(own)>")
    }

    /// A number with its unit beside it. A comma or a point separates decimals: who reads the form takes either.
    package func numberField(_ field: FormField, _ state: FormState = FormState(), unit: Text, decimals: Bool = false) -> HTML {
        let value = HTML.attribute("value", state.values[field.name]) + .attribute("inputmode", decimals ? "decimal" : "numeric")
        return self.field(
            field, state,
            """
            <div class="measure"><input class="input short number" type="text"\(attributes(field, state))\(value)>\
            <span class="second">\(self(unit))</span></div>
            """)
    }

    /// A date that one knows by heart, as three numbers: `name-day`, `name-month`, `name-year`.
    package func dateField(_ field: FormField, _ state: FormState = FormState(), isBirthday: Bool = false) -> HTML {
        let parts: [(String, Text, String)] = [
            ("day", Text(es: "Día", en: "Day"), ""), ("month", Text(es: "Mes", en: "Month"), ""),
            ("year", Text(es: "Año", en: "Year"), " year"),
        ]
        let inputs = parts.map { part, label, style -> HTML in
            let name = "\(field.name)-\(part)"
            let own =
                HTML.attribute("value", state.values[name]) + .attribute("autocomplete", isBirthday ? "bday-\(part)" : nil)
                + .attribute("aria-invalid", state.fault(field.name) == nil ? nil : "true")
            return """
                <div><label for="field-\(name)">\(self(label))</label><input class="input number\(style)" type="text" inputmode="numeric" \
                id="field-\(name)" name="\(name)"\(own)></div>
                """
        }
        return group(field, state, "<div class=\"parts\">\(inputs)</div>")
    }

    /// A day to be picked from a calendar: an appointment.
    package func calendarField(_ field: FormField, _ state: FormState = FormState()) -> HTML {
        let value = HTML.attribute("value", state.values[field.name])
        return self.field(field, state, "<input class=\"input middle\" type=\"date\"\(attributes(field, state))\(value)>")
    }

    /// Several lines of text; `most` characters at most, which the hint should say.
    package func textArea(_ field: FormField, _ state: FormState = FormState(), most: Int, rows: Int = 4) -> HTML {
        let text = state.values[field.name] ?? ""
        return self.field(
            field, state,
            "<textarea rows=\"\(rows)\" maxlength=\"\(most)\"\(attributes(field, state))>\(HTML(text: text))</textarea>")
    }

    /// A file, or several. `capture` has a phone film or photograph it at once: with the camera that looks away from the screen.
    package func fileField(
        _ field: FormField, _ state: FormState = FormState(), types: String, capture: Bool = false, several: Bool = false
    ) -> HTML {
        let own =
            HTML.attribute("accept", types) + .attribute("capture", capture ? "environment" : nil) + .flag("multiple", several)
        return self.field(field, state, "<div class=\"file\"><input type=\"file\"\(attributes(field, state))\(own)></div>")
    }

    /// The field by which a list is searched; it asks with GET, so that the result has an address.
    package func search(_ label: Text, path: String, name: String = "q", value: String = "") -> HTML {
        """
        <form class="search" role="search" action="\(path)"><label class="unseen" for="search-\(name)">\(self(label))</label>\
        <input class="input" type="search" id="search-\(name)" name="\(name)" value="\(value)" placeholder="\(self(label))">\
        <button class="button quiet">\(Icon.search.html)<span>\(self(es: "Buscar", en: "Search"))</span></button></form>
        """
    }
}
