import Base

extension Failure {
    /// What a person is told of a body that does not open; it names the place and no content.
    package static func unsealable(_ error: SealingError, _ context: EntryContext) -> Failure {
        let place = Text(
            es: "La versión \(context.version) de \(context.kind) \(context.record)",
            en: "Version \(context.version) of \(context.kind) \(context.record)")
        return switch error {
        case .malformed:
            Failure(
                .invalid, "sealed_malformed",
                Text(
                    es:
                        "\(place.spanish) está cortada o la escribió un programa más nuevo: actualice el programa o recupérela de una copia.",
                    en: "\(place.english) is cut short or was written by a newer program: update the program or restore it from a backup."))
        case .wrongKey:
            Failure(
                .invalid, "sealed_wrong_key",
                Text(
                    es: "\(place.spanish) se selló con otra clave: recupere la carpeta de claves que corresponde a estos datos.",
                    en: "\(place.english) was sealed with another key: restore the folder of keys that belongs to these data."))
        case .altered:
            Failure(
                .invalid, "sealed_altered",
                Text(
                    es: "\(place.spanish) fue alterada o está en el lugar de otra: recupérela de una copia y revise quién tuvo acceso.",
                    en: "\(place.english) was altered or stands in another's place: restore it from a backup and see who had access."))
        }
    }
}
