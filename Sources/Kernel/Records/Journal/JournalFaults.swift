import Base

/// What can be wrong with a journal. Each names its place.
extension Text {
    static func checkpointDoesNotFit(_ size: Int) -> Text {
        Text(
            es: "El punto de control de tamaño \(size) no corresponde a las entradas: el diario fue alterado.",
            en: "The checkpoint of size \(size) does not fit the entries: the journal was altered.")
    }

    static func endIsMissing(signed: Int, found: Int) -> Text {
        Text(
            es: "Un punto de control firmado tiene \(signed) entradas y el diario \(found): faltan entradas.",
            en: "A signed checkpoint has \(signed) entries and the journal \(found): entries are missing.")
    }

    static func entryAltered(_ number: Int64, at position: Int64?) -> Text {
        let place = position.map { "\($0)" } ?? "–"
        return Text(
            es: "La entrada \(number) (posición \(place)) fue alterada: no es lo que dice su hoja.",
            en: "Entry \(number) (position \(place)) was altered: it is not what its leaf says.")
    }

    static func positionMissing(_ position: Int) -> Text {
        Text(es: "Falta la posición \(position) del diario.", en: "Position \(position) of the journal is missing.")
    }

    static func positionStray(_ position: Int64, of entry: Int64) -> Text {
        Text(
            es: "La entrada \(entry) está en la posición \(position), donde no puede estar.",
            en: "Entry \(entry) stands at position \(position), where it cannot be.")
    }

    static func positionTwice(_ number: Int64) -> Text {
        Text(
            es: "La entrada \(number) está contada dos veces: tiene dos posiciones.",
            en: "Entry \(number) is counted twice: it has two positions.")
    }

    static func entryTwice(_ first: Int, _ second: Int) -> Text {
        Text(
            es: "Una misma entrada está dos veces en el diario: en las posiciones \(first) y \(second).",
            en: "One and the same entry is in the journal twice: at positions \(first) and \(second).")
    }

    static func positionOverdue(_ number: Int64) -> Text {
        Text(
            es: "La entrada \(number) no tiene posición y otras posteriores sí: fue quitada del árbol.",
            en: "Entry \(number) has no position and later ones have: it was taken out of the tree.")
    }

    static func entryMissing(_ number: Int64, at position: Int64) -> Text {
        Text(
            es: "Falta la entrada \(number) (posición \(position)), o es de una organización que no existe.",
            en: "Entry \(number) (position \(position)) is missing, or is of an organisation that does not exist.")
    }

    static func tileWrong(level: Int, index: Int) -> Text {
        Text(
            es: "La pieza \(index) del nivel \(level) del árbol guardado no corresponde a las entradas.",
            en: "Tile \(index) at level \(level) of the stored tree does not fit the entries.")
    }

    static func treeLonger(_ tree: Int, than size: Int) -> Text {
        Text(
            es: "El árbol guardado tiene \(tree) hojas y el diario \(size) entradas: faltan entradas.",
            en: "The stored tree has \(tree) leaves and the journal \(size) entries: entries are missing.")
    }

    static func subjectMissing(_ number: Int64) -> Text {
        Text(
            es: "La entrada \(number) no se encuentra por todas las personas de que trata: falta en journal_subjects.",
            en: "Entry \(number) is not found by everybody it is about: it is missing in journal_subjects.")
    }

    static func subjectStray(_ number: Int64) -> Text {
        Text(
            es: "journal_subjects atribuye la entrada \(number) a alguien de quien no trata.",
            en: "journal_subjects ascribes entry \(number) to somebody it is not about.")
    }
}
