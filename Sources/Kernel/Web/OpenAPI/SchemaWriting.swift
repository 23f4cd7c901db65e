import Base

/// A schema in the words of JSON Schema 2020-12, which are OpenAPI 3.1's.
extension Schema {
    func write(to json: inout JSONWriter) {
        json.object { json in writeMembers(to: &json) }
    }

    private func writeMembers(to json: inout JSONWriter) {
        switch self {
        case .text(let length): Self.text(length, to: &json)
        case .format(let format):
            json.member("type", "string")
            json.member("format", format)
        case .pattern(let pattern, let length):
            Self.text(length, to: &json)
            json.member("pattern", pattern)
        case .id:
            json.member("type", "string")
            json.member("format", "uuid")
        case .choice(let words):
            json.member("type", "string")
            json.member("enum", array: { json in for word in words { json.string(word) } })
        case .integer(let range):
            json.member("type", "integer")
            json.member("minimum", Int(range.lowerBound))
            json.member("maximum", Int(range.upperBound))
        case .real(let range):
            json.member("type", "number")
            json.key("minimum")
            json.number(range.lowerBound)
            json.key("maximum")
            json.number(range.upperBound)
        case .bool: json.member("type", "boolean")
        case .list(let element, let most):
            json.member("type", "array")
            json.key("items")
            element.write(to: &json)
            if let most { json.member("maxItems", most) }
        case .object(let members, let isOpen): Self.object(members, isOpen, to: &json)
        case .map(let value):
            json.member("type", "object")
            json.key("additionalProperties")
            value.write(to: &json)
        case .named(let name, _): json.member("$ref", "#/components/schemas/\(name)")
        case .either(let schemas): Self.anyOf(schemas, to: &json)
        case .nullable(let schema):
            json.key("anyOf")
            json.array { json in
                schema.write(to: &json)
                json.object { $0.member("type", "null") }
            }
        case .anything: break
        }
    }

    private static func text(_ length: ClosedRange<Int>, to json: inout JSONWriter) {
        json.member("type", "string")
        if length.lowerBound > 0 { json.member("minLength", length.lowerBound) }
        json.member("maxLength", length.upperBound)
    }

    private static func anyOf(_ schemas: [Schema], to json: inout JSONWriter) {
        json.key("anyOf")
        json.array { json in for schema in schemas { schema.write(to: &json) } }
    }

    private static func object(_ members: [Member], _ isOpen: Bool, to json: inout JSONWriter) {
        json.member("type", "object")
        json.member(
            "properties",
            object: { json in
                for member in members {
                    json.key(member.name)
                    guard let meaning = member.meaning else {
                        member.schema.write(to: &json)
                        continue
                    }
                    json.object { json in
                        member.schema.writeMembers(to: &json)
                        json.member("description", meaning)
                    }
                }
            })
        let required = members.filter(\.isRequired)
        if !required.isEmpty {
            json.member("required", array: { json in for member in required { json.string(member.name) } })
        }
        if !isOpen { json.member("additionalProperties", false) }
    }
}

extension Schema {
    /// The schemas that stand within this one, itself not counted.
    private var parts: [Schema] {
        switch self {
        case .list(let element, _): [element]
        case .object(let members, _): members.map(\.schema)
        case .map(let value), .nullable(let value), .named(_, let value): [value]
        case .either(let schemas): schemas
        default: []
        }
    }

    /// Adds those that have names, within others too. Two of one name that differ are a programmer's error.
    func collect(into named: inout [String: Schema]) {
        if case .named(let name, let schema) = self {
            guard let known = named[name] else {
                named[name] = schema
                schema.collect(into: &named)
                return
            }
            precondition(known == schema, "two schemas are named \(name)")
            return
        }
        for part in parts { part.collect(into: &named) }
    }
}
