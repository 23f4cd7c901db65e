import Base

/// What operations share: schemas by name, an answer for each way of refusing, header fields, how one signs in.
struct OpenAPIComponents {
    private let routes: [Route]

    init(_ routes: [Route]) { self.routes = routes }

    func write(to json: inout JSONWriter) {
        json.member(
            "components",
            object: { json in
                json.member("schemas", object: { json in writeSchemas(to: &json) })
                json.member("responses", object: { json in writeRefusals(to: &json) })
                json.member(
                    "headers",
                    object: { json in
                        for field in Self.everywhere + [Self.retryAfter] { json.member(field.name, object: { Self.write(field, to: &$0) }) }
                    })
                json.member(
                    "securitySchemes",
                    object: { json in
                        json.member(
                            "bearer",
                            object: { json in
                                json.member("type", "http")
                                json.member("scheme", "bearer")
                                json.member("bearerFormat", "JWT")
                            })
                    })
            })
    }

    private func writeSchemas(to json: inout JSONWriter) {
        var named: [String: Schema] = [:]
        Problem.schema.collect(into: &named)
        for route in routes {
            route.body.schema?.collect(into: &named)
            for answer in route.answers { answer.content?.schema?.collect(into: &named) }
            for parameter in route.parameters { parameter.schema.collect(into: &named) }
        }
        for (name, schema) in named.sorted(by: { $0.key < $1.key }) {
            json.key(name)
            schema.write(to: &json)
        }
    }

    private func writeRefusals(to json: inout JSONWriter) {
        let refusals = routes.reduce(into: Set<Refusal>()) { $0.formUnion($1.documentedRefusals) }
        for refusal in refusals.sorted() {
            json.member(
                refusal.componentName,
                object: { json in
                    json.member("description", refusal.meaning(.english))
                    json.member(
                        "headers",
                        object: { json in
                            Self.writeHeaders([], to: &json)
                            guard refusal == .tooMany || refusal == .overloaded else { return }
                            json.member(Self.retryAfter.name, object: { $0.member("$ref", "#/components/headers/\(Self.retryAfter.name)") })
                        })
                    json.member(
                        "content",
                        object: { json in
                            json.member(
                                "application/problem+json",
                                object: { json in
                                    json.key("schema")
                                    Problem.schema.write(to: &json)
                                })
                        })
                })
        }
    }

    /// Those of an answer, and those of every answer.
    static func writeHeaders(_ fields: [ParameterShape], to json: inout JSONWriter) {
        for field in fields { json.member(field.name, object: { write(field, to: &$0) }) }
        for field in everywhere { json.member(field.name, object: { $0.member("$ref", "#/components/headers/\(field.name)") }) }
    }

    private static func write(_ field: ParameterShape, to json: inout JSONWriter) {
        json.member("description", field.meaning(.english))
        if field.isRequired { json.member("required", true) }
        json.key("schema")
        field.schema.write(to: &json)
    }

    /// Header fields that the gateway gives to any answer.
    private static let everywhere = [
        ParameterShape(
            "X-Request-ID", in: .header, .id, Text(es: "El número de esta solicitud.", en: "This request's number.")),
        ParameterShape(
            "RateLimit", in: .header, .text(1...200),
            Text(es: "Cuánto queda por pedir, y cuándo se repone.", en: "How much may still be asked, and when there is more.")),
        ParameterShape(
            "RateLimit-Policy", in: .header, .text(1...200), Text(es: "Cuánto se puede pedir.", en: "How much may be asked.")),
    ]

    private static let retryAfter = ParameterShape(
        "Retry-After", in: .header, .integer(0...86_400), Text(es: "En cuántos segundos repetir.", en: "In how many seconds to ask again."))
}

extension Refusal {
    /// `BadRequest`.
    var componentName: String {
        let name = "\(self)"
        return name.prefix(1).uppercased() + name.dropFirst()
    }

    /// In general; the problem's code says what in particular.
    package var meaning: Text {
        switch self {
        case .badRequest: Text(es: "No se entiende lo que se pidió.", en: "What was asked cannot be understood.")
        case .notSignedIn: Text(es: "Hay que iniciar sesión.", en: "You have to sign in.")
        case .forbidden: Text(es: "No tiene permiso.", en: "You may not.")
        case .notFound: Text(es: "No existe, o no para usted.", en: "It does not exist, or not for you.")
        case .wrongMethod: Text(es: "Aquí no se puede con ese método.", en: "Not by this method here.")
        case .notAcceptable: Text(es: "No hay respuesta de ese tipo.", en: "There is no answer of that type.")
        case .tooSlow: Text(es: "La solicitud tardó demasiado en llegar.", en: "The request took too long to arrive.")
        case .conflict: Text(es: "No cabe con lo que hay.", en: "It does not fit what is there.")
        case .gone: Text(es: "Está borrado.", en: "It was deleted.")
        case .lengthRequired: Text(es: "Falta decir cuánto mide.", en: "Its length is not said.")
        case .stale: Text(es: "Cambió desde que se leyó.", en: "It changed since it was read.")
        case .tooLarge: Text(es: "Es demasiado grande.", en: "It is too large.")
        case .targetTooLong: Text(es: "La dirección es demasiado larga.", en: "The address is too long.")
        case .wrongType: Text(es: "No es de un tipo que se admita.", en: "It is of no type that is taken.")
        case .unsatisfiableRange: Text(es: "No existe esa parte.", en: "There is no such part.")
        case .expectationFailed: Text(es: "No se puede prometer lo que se pide.", en: "What is demanded cannot be promised.")
        case .misdirected: Text(es: "No es el servidor de esa dirección.", en: "This is not the server of that address.")
        case .invalid: Text(es: "Se entiende y no sirve: vea cada falta.", en: "Understood, and not to be used: see each fault.")
        case .upgradeRequired: Text(es: "Hay que cambiar de protocolo.", en: "Another protocol is needed.")
        case .conditionRequired: Text(es: "Falta If-Match.", en: "If-Match is missing.")
        case .tooMany: Text(es: "Son demasiadas solicitudes por ahora.", en: "That is too many requests for now.")
        case .fieldsTooLarge: Text(es: "Los campos de la cabecera son demasiado grandes.", en: "The header fields are too large.")
        case .fault: Text(es: "Algo falló de nuestro lado.", en: "Something failed on our side.")
        case .notImplemented: Text(es: "No se sabe hacer.", en: "It cannot be done.")
        case .overloaded: Text(es: "Ahora no se puede: repita luego.", en: "Not now: ask again later.")
        case .outOfTime: Text(es: "No alcanzó el tiempo.", en: "Time ran out.")
        case .unsupportedVersion: Text(es: "No es una versión de HTTP que se hable.", en: "It is no version of HTTP that is spoken.")
        case .fullDisk: Text(es: "No queda espacio.", en: "There is no room left.")
        }
    }
}
