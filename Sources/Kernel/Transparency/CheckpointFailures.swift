import Base

/// What can be wrong with keys and checkpoints.
extension Failure {
    package static let noteKeyMalformed = Failure(
        .invalid, "note_key_malformed",
        Text(
            es: "La clave no tiene la forma «nombre+hash+base64» de una clave Ed25519, o está alterada: cópiela de nuevo, entera.",
            en: "The key does not have the form “name+hash+base64” of an Ed25519 key, or was altered: copy it again, whole."))

    /// Why a text is no checkpoint.
    package enum CheckpointFault: Sendable, Hashable, CaseIterable {
        case tooLarge
        case notText
        case noSignature
        case badSignatureLine
        case badLines

        fileprivate var text: Text {
            switch self {
            case .tooLarge:
                Text(
                    es: "tiene más de \(SignedNote.mostBytes) bytes o de \(SignedNote.mostSignatures) firmas",
                    en: "it has more than \(SignedNote.mostBytes) bytes or \(SignedNote.mostSignatures) signatures")
            case .notText: Text(es: "no es texto UTF-8 sin caracteres de control", en: "it is not UTF-8 text without control characters")
            case .noSignature:
                Text(es: "no termina con una línea vacía y firmas", en: "it does not end with an empty line and signatures")
            case .badSignatureLine: Text(es: "una línea de firma está mal escrita", en: "a line with a signature is malformed")
            case .badLines:
                Text(
                    es: "sus tres primeras líneas no son origen, tamaño y raíz, o las demás no valen",
                    en: "its first three lines are not origin, size and root, or the others cannot stand")
            }
        }
    }

    /// A text that is no checkpoint.
    package static func checkpointMalformed(_ fault: CheckpointFault) -> Failure {
        Failure(
            .invalid, "checkpoint_malformed",
            Text(
                es: "Esto no es un punto de control del registro: \(fault.text.spanish). Pídalo de nuevo.",
                en: "This is not a checkpoint of a journal: \(fault.text.english). Ask for it again."))
    }

    /// Nobody who is known signed it.
    package static let checkpointUnsigned = Failure(
        .invalid, "checkpoint_unsigned",
        Text(
            es:
                "El punto de control no lleva la firma de ninguna clave conocida: no se puede creer; compruebe qué clave publicó la instalación.",
            en: "The checkpoint is not signed by any known key: it cannot be believed; check which key the installation published."))

    /// A signature in the name of a known key that is not this key's.
    package static func checkpointSignatureWrong(_ name: NoteKeyName) -> Failure {
        Failure(
            .invalid, "checkpoint_signature_wrong",
            Text(
                es: "La firma de \(name) en el punto de control es falsa: fue alterado; no lo use y avise a la instalación.",
                en: "The checkpoint's signature by \(name) is wrong: it was altered; do not use it and tell the installation."))
    }

    /// Another origin than the one that is followed.
    package static func otherInstallation(expected: String, found: String) -> Failure {
        Failure(
            .invalid, "checkpoint_of_other_installation",
            Text(
                es: "El punto de control es de otra instalación (\(found), no \(expected)): compárelo con los de la suya.",
                en: "The checkpoint is another installation's (\(found), not \(expected)): compare it with its own."))
    }
}
