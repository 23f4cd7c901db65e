import Base

/// Gathers what is wrong, up to a bound.
struct FaultList {
    private(set) var faults: [FieldFault] = []

    var isFull: Bool { faults.count >= InvalidInput.mostFaults }

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
