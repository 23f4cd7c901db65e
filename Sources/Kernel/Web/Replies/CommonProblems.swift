import Base

extension Problem {
    package static let notSignedIn = Problem(
        .notSignedIn, "not_signed_in", Text(es: "Para esto hay que iniciar sesión.", en: "You have to sign in for this."),
        fields: [Field("WWW-Authenticate", "Bearer")])

    /// Also for what a caller may not know of.
    package static let nothingHere = Problem(
        .notFound, "nothing_here", Text(es: "Aquí no hay nada: revise la dirección.", en: "There is nothing here: check the address."))

    static let query = Problem(
        .badRequest, "query",
        Text(
            es: "La parte de la dirección que sigue a «?» no se entiende: revise sus signos de porcentaje.",
            en: "The part of the address behind “?” cannot be understood: check its percent signs."))

    /// `what` is `required`, `not_valid` or `given_twice`.
    static func parameter(_ shape: ParameterShape, _ what: String) -> Problem {
        let place = shape.place == .header ? Text(es: "el campo", en: "The header field") : Text(es: "el parámetro", en: "The parameter")
        let (es, en) =
            switch what {
            case "required": ("Falta \(place(.spanish)) «\(shape.name)».", "\(place(.english)) “\(shape.name)” is missing.")
            case "given_twice":
                ("Solo puede venir una vez \(place(.spanish)) «\(shape.name)».", "\(place(.english)) “\(shape.name)” may come once only.")
            default:
                (
                    "No sirve \(place(.spanish)) «\(shape.name)»: revise su valor.",
                    "\(place(.english)) “\(shape.name)” will not do: check its value."
                )
            }
        return Problem(
            .badRequest, "parameter_\(what)", Text(es: es, en: en), faults: [FieldFault("/\(shape.name)", what, Text(es: es, en: en))])
    }
}
