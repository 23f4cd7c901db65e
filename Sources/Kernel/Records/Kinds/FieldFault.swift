import Base

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

/// A record that was refused, with everything that is wrong with it.
package struct InvalidRecord: Error, Sendable, Hashable {
    /// At most `mostFaults`; at least one.
    package let faults: [FieldFault]

    package static let mostFaults = 50

    package init(faults: [FieldFault]) { self.faults = Array(faults.prefix(Self.mostFaults)) }

    /// As one sentence, for edges that have no room for fields.
    package var failure: Failure {
        func listed(_ language: Language) -> String {
            faults.prefix(5).map { "\($0.pointer.isEmpty ? "/" : $0.pointer) \($0.message(language))" }.joined(separator: "; ")
        }
        let (es, en) = (listed(.spanish), listed(.english))
        return Failure(
            .invalid, "invalid_record",
            Text(es: "El registro no se guardó; corrija: \(es).", en: "The record was not saved; correct: \(en)."))
    }
}

/// Gathers what is wrong, up to a bound.
struct FaultList {
    private(set) var faults: [FieldFault] = []

    var isFull: Bool { faults.count >= InvalidRecord.mostFaults }

    mutating func add(_ pointer: Pointer, _ code: String, es: String, en: String) {
        guard !isFull else { return }
        faults.append(FieldFault(pointer.text, code, Text(es: es, en: en)))
    }
}

/// A place within JSON, written out only where something is wrong there.
indirect enum Pointer {
    case root
    case member(Pointer, String)
    case element(Pointer, Int)

    /// RFC 6901: `~` and `/` of a name are escaped. Long names of strangers are cut.
    var text: String {
        switch self {
        case .root: ""
        case .member(let parent, let name):
            "\(parent.text)/\(name.prefix(60).replacing("~", with: "~0").replacing("/", with: "~1"))"
        case .element(let parent, let index): "\(parent.text)/\(index)"
        }
    }
}
