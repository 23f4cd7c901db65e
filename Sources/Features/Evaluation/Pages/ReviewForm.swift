import Base
import Markup
import Movement
import MovementReport
import Web

/// What came back of the forms: each has fields of its own, named after its decision.
struct ReviewForm: Sendable {
    let values: Query

    init(_ values: Query) { self.values = values }

    var decision: ReviewRequest.Decision? { values["decision"].flatMap { ReviewRequest.Decision(rawValue: $0) } }

    /// What was typed into a field of the form that was sent; nil where it is empty.
    private func typed(_ name: String) -> String? {
        guard let text = values["\(decision?.rawValue ?? "")_\(name)"] else { return nil }
        let plain = text.split(separator: "\r\n", omittingEmptySubsequences: false).joined(separator: "\n").trimmed
        return plain.isEmpty ? nil : plain
    }

    /// Throws `InvalidInput`, with pointers as a request of a program has them.
    func request(of evaluation: MovementEvaluation) throws -> ReviewRequest {
        guard let decision, let result = evaluation.result else { throw Problem.nothingHere }
        let words = typed("words")
        if let words, !ReviewText.isGood(words, ReviewRequest.words.upperBound) {
            throw InvalidInput(faults: [
                FieldFault(
                    "/words", "text_expected",
                    Text(
                        es: "Escriba hasta \(ReviewRequest.words.upperBound) letras, sin signos raros.",
                        en: "Write at most \(ReviewRequest.words.upperBound) letters, without odd signs."))
            ])
        }
        var request = ReviewRequest(decision, words: words)
        if decision == .reject { request.reason = typed("reason").flatMap { MovementEvaluation.Review.Reason(rawValue: $0) } }
        guard decision == .amend else { return request }
        if let exercise = typed("exercise"), exercise != result.exercise { request.changes.append(.init(.exercise, to: exercise)) }
        if let count = typed("repetitions"), count != "\(result.repetitions)" { request.changes.append(.init(.repetitions, to: count)) }
        for item in values.items where item.name == "amend_gone" { request.changes.append(.init(.fault, from: item.value)) }
        return request
    }

    /// The same faults at the fields of the form.
    func faults(_ faults: [FieldFault], of evaluation: MovementEvaluation) -> [FieldFault] {
        let sent = (try? request(of: evaluation))?.changes ?? []
        return faults.map { fault in
            let parts = fault.pointer.split(separator: "/")
            var field = parts.first.map(String.init) ?? ""
            if field == "amendments" {
                let change = parts.count > 1 ? Int(parts[1]).flatMap { sent.indices.contains($0) ? sent[$0].what : nil } : nil
                field =
                    switch change {
                    case .repetitions: "repetitions"
                    case .fault: "gone"
                    default: "exercise"
                    }
            }
            return FieldFault(field.isEmpty ? "" : "/\(decision?.rawValue ?? "")_\(field)", fault.code, fault.message)
        }
    }
}

/// The three forms. They work without script.
struct ReviewForms: Sendable {
    let ui: Interface
    let path: String
    let entry: EvaluationStore.Entry
    let result: MovementEvaluation.Result
    let returned: (sent: ReviewForm, faults: [FieldFault])?

    /// Above everything, where something came back.
    var summary: HTML? { returned.map { ui.errorSummary(FormState($0.sent.values, faults: $0.faults)) } }

    var html: HTML {
        guard entry.evaluation.state != .rejected else { return HTML() }
        guard entry.evaluation.state == .preAssessment else {
            return ui.section(
                "withdraw", Text(es: "Retirar la certificación", en: "Withdraw the certification"), ui.card(reject(isWithdrawal: true)))
        }
        return """
            \(ui.section("certify", Text(es: "Está bien como está", en: "It is right as it is"), ui.card(certify)))
            \(ui.section("amend", Text(es: "Está bien, con cambios", en: "It is right, with changes"), ui.card(amend)))
            \(ui.section("reject", Text(es: "No sirve", en: "It is no use"), ui.card(reject(isWithdrawal: false))))
            """
    }

    private func form(_ decision: ReviewRequest.Decision, _ fields: HTML...) -> HTML {
        let content = fields.reduce(into: HTML()) { $0 += $1 }
        return ui.form(
            path, FormState(), hidden: [("decision", decision.rawValue), ("version", "\(entry.version)")], content)
    }

    /// With its fault, for the form that came back.
    private func own(_ decision: ReviewRequest.Decision, _ usual: [Query.Item] = []) -> FormState {
        guard let returned, returned.sent.decision == decision else { return FormState(Query(items: usual)) }
        return FormState(returned.sent.values, faults: returned.faults)
    }

    private func words(_ decision: ReviewRequest.Decision, _ label: Text, _ hint: Text, isRequired: Bool) -> HTML {
        ui.textArea(
            FormField("\(decision.rawValue)_words", label, hint: hint, isRequired: isRequired), own(decision),
            most: ReviewRequest.words.upperBound, rows: 3)
    }

    private static let noteLabel = Text(es: "Nota para la persona", en: "Note for the person")
    private static let noteHint = Text(
        es: "Irá firmada en el informe, hasta 2000 letras.", en: "It will stand signed in the report, 2000 letters at most.")

    private var certify: HTML {
        form(
            .certify, words(.certify, Self.noteLabel, Self.noteHint, isRequired: false),
            ui.button(Text(es: "Certificar tal como está", en: "Certify it as it is"), icon: .good))
    }

    private var amend: HTML {
        let state = own(
            .amend,
            [
                .init("amend_exercise", result.exercise ?? ""), .init("amend_repetitions", "\(result.repetitions)"),
            ])
        let exercises = Exercise.allCases.map { Choice($0.rawValue, Words.exercise($0)) }
        let gone: HTML =
            result.faults.isEmpty
            ? HTML()
            : ui.checkboxes(
                FormField(
                    "amend_gone", Text(es: "Compensaciones que usted no ve", en: "Compensations that you do not see"),
                    hint: Text(es: "Las marcadas dejan de contar.", en: "Those that are ticked count no more."), isRequired: false), state,
                result.faults.map { Choice($0.key, $0.title) })
        return form(
            .amend, ui.select(FormField("amend_exercise", Text(es: "Ejercicio", en: "Exercise")), state, exercises),
            ui.numberField(
                FormField("amend_repetitions", Text(es: "Repeticiones", en: "Repetitions")), state,
                unit: Text(es: "veces", en: "times")), gone, words(.amend, Self.noteLabel, Self.noteHint, isRequired: false),
            ui.button(Text(es: "Certificar con estos cambios", en: "Certify it with these changes"), icon: .edit))
    }

    private func reject(isWithdrawal: Bool) -> HTML {
        form(
            .reject,
            ui.radios(
                FormField("reject_reason", Text(es: "¿Por qué?", en: "Why?")), own(.reject),
                MovementEvaluation.Review.Reason.allCases.map { Choice($0.rawValue, $0.title) }),
            words(
                .reject, Text(es: "Qué debe saber la persona", en: "What the person should know"),
                Text(
                    es: "Por qué no vale, y qué hacer: por ejemplo, cómo grabar de nuevo.",
                    en: "Why it does not hold, and what to do: how to film again, for example."), isRequired: true),
            ui.button(
                isWithdrawal
                    ? Text(es: "Retirar la certificación", en: "Withdraw the certification")
                    : Text(es: "Descartar la medición", en: "Reject the measurement"), .danger, icon: .stop))
    }
}

extension String {
    /// Without white space around it.
    fileprivate var trimmed: String {
        let rest = drop { $0.isWhitespace }
        guard let last = rest.lastIndex(where: { !$0.isWhitespace }) else { return "" }
        return String(rest[...last])
    }
}
