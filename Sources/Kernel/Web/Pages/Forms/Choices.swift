import Base
import Markup

/// One of the answers to a question.
package struct Choice: Sendable {
    package let value: String
    package let label: Text
    package let hint: Text?

    package init(_ value: String, _ label: Text, hint: Text? = nil) {
        self.value = value
        self.label = label
        self.hint = hint
    }
}

extension Interface {
    /// One of a few answers, all of them to be seen.
    package func radios(_ field: FormField, _ state: FormState = FormState(), _ choices: [Choice]) -> HTML {
        options(field, state, choices, type: "radio")
    }

    /// Any of a few answers.
    package func checkboxes(_ field: FormField, _ state: FormState = FormState(), _ choices: [Choice]) -> HTML {
        options(field, state, choices, type: "checkbox")
    }

    /// One of many answers; where there are no more than six, `radios` asks better.
    package func select(_ field: FormField, _ state: FormState = FormState(), _ choices: [Choice]) -> HTML {
        let first: HTML = "<option value=\"\">\(self(es: "Elija una opción", en: "Choose one"))</option>"
        let options = choices.map { choice -> HTML in
            let chosen = HTML.flag("selected", state.has(field.name, choice.value))
            return "<option value=\"\(choice.value)\"\(chosen)>\(self(choice.label))</option>"
        }
        return self.field(field, state, "<select class=\"middle\"\(attributes(field, state))>\(first)\(options)</select>")
    }

    /// A setting that is on or off, and holds once the form is sent: `on`, or nothing.
    package func toggle(_ field: FormField, _ state: FormState = FormState()) -> HTML {
        let chosen = HTML.flag("checked", state.has(field.name, "on"))
        let hint: HTML? = field.hint.map { "<p class=\"hint\" id=\"\(field.hintID)\">\(self($0))</p>" }
        let described = HTML.attribute("aria-describedby", field.described(state))
        return """
            <div class="field"><div class="switch"><div><label for="\(field.id)">\(self(field.label))</label>\(hint)</div>\
            <input type="checkbox" role="switch" id="\(field.id)" name="\(field.name)" value="on"\(described)\(chosen)></div></div>
            """
    }

    /// The first one has the field's own id, so that a link from the summary of errors leads there.
    private func options(_ field: FormField, _ state: FormState, _ choices: [Choice], type: String) -> HTML {
        let rows = choices.enumerated().map { index, choice -> HTML in
            let id = index == 0 ? "\(field.id)-first" : "\(field.id)-\(index)"
            let chosen = HTML.flag("checked", state.has(field.name, choice.value))
            let hint: HTML? = choice.hint.map { "<small id=\"\(id)-hint\">\(self($0))</small>" }
            let described = HTML.attribute("aria-describedby", choice.hint == nil ? nil : "\(id)-hint")
            return """
                <div class="option"><input type="\(type)" id="\(id)" name="\(field.name)" value="\(choice.value)"\(described)\(chosen)>\
                <label for="\(id)">\(self(choice.label))</label>\(hint)</div>
                """
        }
        return group(field, state, "<div class=\"options\">\(rows)</div>")
    }
}
