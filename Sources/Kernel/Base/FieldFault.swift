/// What is wrong with one field of what was sent.
package struct FieldFault: Sendable, Hashable {
    /// Where, as a JSON pointer (RFC 6901): `/diagnoses/2/code`; empty for the whole.
    package let pointer: String
    /// Stable, for programs: `required`, `too_long`, `unknown_field` …
    package let code: String
    /// What is expected. Repeats nothing of what was sent.
    package let message: Text

    /// For rules that a feature adds to what its fields say.
    package init(_ pointer: String, _ code: String, _ message: Text) {
        self.pointer = pointer
        self.code = code
        self.message = message
    }
}

/// Input that was refused, with everything that is wrong with it.
package struct InvalidInput: Error, Sendable, Hashable {
    /// At most `mostFaults`; at least one.
    package let faults: [FieldFault]

    package static let mostFaults = 50

    package init(faults: [FieldFault]) { self.faults = Array(faults.prefix(Self.mostFaults)) }

    /// As one sentence, for edges that have no room for fields.
    package var failure: Failure {
        func listed(_ language: Language) -> String {
            faults.prefix(5).map { fault in
                let message = fault.message(language)
                // Some say a sentence; this one ends with its own full stop.
                return "\(fault.pointer.isEmpty ? "/" : fault.pointer) \(message.hasSuffix(".") ? String(message.dropLast()) : message)"
            }.joined(separator: "; ")
        }
        let (es, en) = (listed(.spanish), listed(.english))
        return Failure(
            .invalid, "invalid_record",
            Text(es: "No se guardó nada; corrija: \(es).", en: "Nothing was saved; correct: \(en)."))
    }
}
