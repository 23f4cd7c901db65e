import Base
import Records

/// What must be so beyond what the fields say. Pure.
extension Exercise {
    /// Everything that is wrong; nothing where it may be saved.
    package func faults(measuredBy protocols: Protocols) -> [FieldFault] { faults + protocolFaults(protocols) }

    /// The kind with the rule that only a port can answer.
    package static func shape(measuredBy protocols: Protocols) -> KindShape {
        kind.shape.holding(to: RecordKind<Exercise>.rule(kind.shape.name) { $0.protocolFaults(protocols) })
    }

    private func protocolFaults(_ protocols: Protocols) -> [FieldFault] {
        guard let movementProtocol, protocols.title(movementProtocol) == nil else { return [] }
        let message = Text(es: "no es un protocolo que se sepa medir", en: "is no protocol that can be measured")
        return [FieldFault("/movement_protocol", "unknown_protocol", message)]
    }

    /// What can be said without asking anybody.
    var faults: [FieldFault] {
        var faults: [FieldFault] = []
        if !Self.isSlug(slug) {
            faults.append(FieldFault("/slug", "slug", Text(es: "debe ser como heel-raise", en: "must be as heel-raise is")))
        }
        if muscles.isEmpty {
            faults.append(FieldFault("/muscles", "required", Text(es: "debe nombrar al menos uno", en: "must name at least one")))
        }
        if dose.repetitions == nil, dose.holdSeconds == nil {
            let message = Text(es: "debe decir cuántas repeticiones o cuántos segundos", en: "must say how many repetitions or seconds")
            faults.append(FieldFault("/dose/repetitions", "required", message))
        }
        for (pointer, wording) in [("/spanish", spanish), ("/english", english)] where wording.instructions.isEmpty {
            let message = Text(es: "debe tener al menos un paso", en: "must have at least one step")
            faults.append(FieldFault("\(pointer)/instructions", "required", message))
        }
        // Whoever reads in one language must be told as much as in the other.
        for (field, list) in Self.parallel where spanish[keyPath: list].count != english[keyPath: list].count {
            let message = Text(es: "debe tener tantas líneas como en español", en: "must have as many lines as in Spanish")
            faults.append(FieldFault("/english/\(field)", "languages_differ", message))
        }
        for (field, slugs) in [("progressions", progressions), ("regressions", regressions)] {
            for (index, other) in slugs.enumerated() where other == slug || !Self.isSlug(other) || slugs.firstIndex(of: other) != index {
                let message = Text(es: "debe ser otro ejercicio, una sola vez", en: "must be another exercise, once")
                faults.append(FieldFault("/\(field)/\(index)", "not_another_exercise", message))
            }
        }
        return faults
    }

    /// Lower-case words of letters and digits with hyphens between them.
    private static func isSlug(_ text: String) -> Bool {
        text.utf8.split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false).allSatisfy { word in
            !word.isEmpty
                && word.allSatisfy {
                    (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0) || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0)
                }
        }
    }

    private static var parallel: [(String, KeyPath<Wording, [String]>)] {
        [("instructions", \.instructions), ("contraindications", \.contraindications), ("red_flags", \.redFlags)]
    }
}
