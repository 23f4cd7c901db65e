import Base
import HTTPTypes

/// One route as an operation of OpenAPI.
struct OpenAPIOperation {
    private let route: Route

    init(_ route: Route) { self.route = route }

    func write(to json: inout JSONWriter) {
        json.member("operationId", route.name)
        json.member("summary", route.summary(.english))
        json.member("description", RouteWords(route).description(.english))
        json.member("tags", array: { json in json.string(RouteWords.group(of: route)) })
        writeSecurity(to: &json)
        if !route.parameters.isEmpty {
            json.member("parameters", array: { json in for shape in route.parameters { Self.write(shape, to: &json) } })
        }
        writeBody(to: &json)
        json.member("responses", object: { json in writeAnswers(to: &json) })
    }

    private func writeSecurity(to json: inout JSONWriter) {
        json.member(
            "security",
            array: { json in
                switch route.access {
                case .anyone: break
                case .anyoneKnown:
                    json.object { _ in }
                    json.object { $0.member("bearer", array: { _ in }) }
                case .signedIn, .permission: json.object { $0.member("bearer", array: { _ in }) }
                }
            })
    }

    private static func write(_ shape: ParameterShape, to json: inout JSONWriter) {
        json.object { json in
            json.member("name", shape.name)
            json.member("in", shape.place.rawValue)
            if shape.isRequired { json.member("required", true) }
            json.member("description", shape.meaning(.english))
            json.key("schema")
            shape.schema.write(to: &json)
        }
    }

    private func writeBody(to json: inout JSONWriter) {
        guard route.body.isAny else { return }
        json.member(
            "requestBody",
            object: { json in
                json.member("required", true)
                json.member("description", "At most \(route.body.mostBytes) bytes.")
                json.member(
                    "content",
                    object: { json in
                        for type in route.body.types {
                            json.member(
                                type,
                                object: { json in
                                    guard let schema = route.body.schema else { return }
                                    json.key("schema")
                                    schema.write(to: &json)
                                })
                        }
                    })
            })
    }

    private func writeAnswers(to json: inout JSONWriter) {
        for status in Set(route.answers.map(\.status)).sorted() {
            let answers = route.answers.filter { $0.status == status }
            json.member("\(status)", object: { json in Self.write(answers, to: &json) })
        }
        // A form that comes back with what is wrong says so itself: its answer has the refusal's status.
        for refusal in route.documentedRefusals.sorted() where !route.answers.contains(where: { $0.status == refusal.status }) {
            json.member("\(refusal.status)", object: { $0.member("$ref", "#/components/responses/\(refusal.componentName)") })
        }
    }

    /// Answers of one status: they differ in their types.
    private static func write(_ answers: [AnswerShape], to json: inout JSONWriter) {
        guard let first = answers.first else { return }
        json.member("description", first.meaning(.english))
        json.member("headers", object: { json in OpenAPIComponents.writeHeaders(first.fields, to: &json) })
        let contents = answers.compactMap(\.content)
        guard !contents.isEmpty else { return }
        json.member(
            "content",
            object: { json in
                for content in contents {
                    json.member(
                        content.type,
                        object: { json in
                            guard let schema = content.schema else { return }
                            json.key("schema")
                            schema.write(to: &json)
                        })
                }
            })
    }
}

extension BodyRule {
    /// nil where the type says all.
    var schema: Schema? {
        switch self {
        case .json(let schema, _, _), .form(let schema, _): schema
        case .none, .bytes, .stream: nil
        }
    }
}
