import Base
import NIOHTTP1
import Web

extension Text {
    static let headText = Text(
        es: "El servidor no puede leer esta solicitud: está mal formada.", en: "The server cannot read this request: it is malformed.")
}

extension Problem {
    /// A head that is not read any further; the connection is closed behind the answer.
    static func head(_ what: String) -> Problem { Problem(.badRequest, "request_\(what)", .headText) }

    /// Why bytes could not be read as a request; nil for what is no fault of theirs (a connection that was cut).
    init?(reading error: any Error) {
        switch error as? HTTPParserError {
        case .headerOverflow?:
            self.init(
                .fieldsTooLarge, "fields_too_large",
                Text(es: "Los campos de la solicitud son demasiado grandes.", en: "The request's header fields are too large."))
        case .invalidEOFState?, nil: return nil
        default: self = .head("syntax")
        }
    }

    static func tooLarge(_ most: Int) -> Problem {
        Problem(
            .tooLarge, "body_too_large",
            Text(es: "El cuerpo pesa más de \(most) bytes: envíe menos.", en: "The body is larger than \(most) bytes: send less."))
    }

    static let bodyNotExpected = Problem(
        .tooLarge, "body_not_expected", Text(es: "Esta dirección no recibe nada en el cuerpo.", en: "This address takes no body."))

    static let tooSlow = Problem(
        .tooSlow, "too_slow", Text(es: "La solicitud tardó demasiado en llegar.", en: "The request took too long to arrive."))

    static let outOfTime = Problem(
        .outOfTime, "out_of_time",
        Text(es: "La respuesta tarda más de lo permitido: vuelva a intentarlo.", en: "The answer takes longer than is allowed: try again."))

    static let brokenOff = Problem(
        .badRequest, "body_incomplete", Text(es: "El cuerpo llegó incompleto.", en: "The body arrived incomplete."))

    static func wrongMethod(_ allowed: [String]) -> Problem {
        let list = allowed.joined(separator: ", ")
        return Problem(
            .wrongMethod, "wrong_method",
            Text(es: "Esta dirección no admite ese método, solo: \(list).", en: "This address does not take that method, only: \(list)."),
            fields: [Field("Allow", list)])
    }

    static func wrongType(_ types: [String]) -> Problem {
        let list = types.joined(separator: ", ")
        return Problem(
            .wrongType, "wrong_type",
            Text(
                es: "El cuerpo es de un tipo que esta dirección no recibe: envíe \(list).",
                en: "The body is of a type that this address does not take: send \(list)."))
    }

    static let wrongCoding = Problem(
        .wrongType, "wrong_coding",
        Text(es: "El cuerpo viene comprimido: envíelo sin comprimir.", en: "The body is compressed: send it without compression."))

    static let crossOrigin = Problem(
        .forbidden, "cross_origin",
        Text(
            es: "Otra página pidió esto en su nombre y se rechazó: vuelva a la página de Zancada y hágalo desde ahí.",
            en: "Another page asked for this in your name and was refused: go back to Zancada's own page and do it from there."))

    static let busy = Problem(
        .overloaded, "busy",
        Text(es: "Hay demasiadas solicitudes a la vez: espere un momento.", en: "There are too many requests at once: wait a moment."),
        retryAfter: .seconds(1))

    static let stopping = Problem(
        .overloaded, "stopping",
        Text(es: "El servidor se está deteniendo: vuelva a intentarlo.", en: "The server is stopping: try again."), retryAfter: .seconds(5))
}
