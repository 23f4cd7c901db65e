import Base
import Markup

/// What a form shows: what was typed before, and what is wrong with it. A form that comes back keeps every value, except passwords.
package struct FormState: Sendable {
    package let values: Query
    package let faults: [FieldFault]

    /// A form that nobody has filled in; `values` are what stands there to begin with.
    package init(_ values: Query = .empty, faults: [FieldFault] = []) {
        self.values = values
        self.faults = faults
    }

    func fault(_ name: String) -> FieldFault? { faults.first { $0.pointer == "/\(name)" } }

    /// Whether one of the values of this name is that.
    func has(_ name: String, _ value: String) -> Bool { values.items.contains { $0.name == name && $0.value == value } }
}

/// What stands around every control: its name, what it asks for, how to answer.
package struct FormField: Sendable {
    /// Under which the form sends it; ASCII, unique in the form.
    package let name: String
    package let label: Text
    package let hint: Text?
    /// Fields that may stay empty say so; the others say nothing.
    package let isRequired: Bool

    package init(_ name: String, _ label: Text, hint: Text? = nil, isRequired: Bool = true) {
        self.name = name
        self.label = label
        self.hint = hint
        self.isRequired = isRequired
    }

    var id: String { "field-\(name)" }
    var hintID: String { "\(id)-hint" }
    var errorID: String { "\(id)-error" }

    /// What describes the control, for `aria-describedby`; nil where nothing does.
    func described(_ state: FormState) -> String? {
        let ids = [hint == nil ? nil : hintID, state.fault(name) == nil ? nil : errorID].compactMap(\.self)
        return ids.isEmpty ? nil : ids.joined(separator: " ")
    }
}

extension Interface {
    /// A form: what is wrong with it first, then its fields, then its button.
    ///
    /// `takesFiles` where a field sends one. `token` is whatever the gateway asks against requests from other sites.
    package func form(
        _ path: String, _ state: FormState = FormState(), takesFiles: Bool = false, hidden: [(name: String, value: String)] = [],
        _ content: HTML...
    ) -> HTML {
        let values = hidden.map { item -> HTML in "<input type=\"hidden\" name=\"\(item.name)\" value=\"\(item.value)\">" }
        let kind = HTML.attribute("enctype", takesFiles ? "multipart/form-data" : nil)
        return """
            <form class="form" method="post" action="\(path)"\(kind) novalidate>\(values)\(errorSummary(state))
            \(content)</form>
            """
    }

    /// Everything that is wrong, each a link to its field. It is read first.
    package func errorSummary(_ state: FormState) -> HTML {
        guard !state.faults.isEmpty else { return HTML() }
        let items = state.faults.map { fault -> HTML in
            let name = fault.pointer.split(separator: "/").first.map(String.init) ?? ""
            return name.isEmpty
                ? "<li>\(self(fault.message))</li>" : "<li><a href=\"#field-\(name)\">\(self(fault.message))</a></li>"
        }
        let title =
            state.faults.count == 1
            ? self(es: "Falta corregir una cosa", en: "One thing needs correcting")
            : self(es: "Falta corregir \(state.faults.count) cosas", en: "\(state.faults.count) things need correcting")
        return """
            <div class="message stop" role="alert" tabindex="-1" data-summary>\(Icon.stop.html)\
            <div><p><strong>\(title)</strong></p><ul>\(items)</ul></div></div>
            """
    }

    /// A control under its label, with its hint and what is wrong with it.
    func field(_ field: FormField, _ state: FormState, _ control: HTML) -> HTML {
        """
        <div class="field"><label for="\(field.id)">\(self(field.label))\(optional(field))</label>\(about(field, state))\(control)</div>
        """
    }

    /// Several controls under one label.
    func group(_ field: FormField, _ state: FormState, _ controls: HTML) -> HTML {
        """
        <fieldset class="field" id="\(field.id)"\(HTML.attribute("aria-describedby", field.described(state)))>\
        <legend>\(self(field.label))\(optional(field))</legend>\(about(field, state))\(controls)</fieldset>
        """
    }

    private func optional(_ field: FormField) -> HTML {
        field.isRequired ? HTML() : " <span class=\"optional\">\(self(es: "(opcional)", en: "(optional)"))</span>"
    }

    private func about(_ field: FormField, _ state: FormState) -> HTML {
        let hint: HTML? = field.hint.map { "<p class=\"hint\" id=\"\(field.hintID)\">\(self($0))</p>" }
        let error: HTML? = state.fault(field.name).map {
            """
            <p class="error" id="\(field.errorID)">\(Icon.stop.html)<span><span class="unseen">\(self(es: "Error:", en: "Error:")) \
            </span>\(self($0.message))</span></p>
            """
        }
        return "\(hint)\(error)"
    }

    /// What every control of a field says of itself.
    func attributes(_ field: FormField, _ state: FormState) -> HTML {
        HTML.attribute("id", field.id) + .attribute("name", field.name) + .attribute("aria-describedby", field.described(state))
            + .attribute("aria-invalid", state.fault(field.name) == nil ? nil : "true") + .flag("required", field.isRequired)
    }
}
