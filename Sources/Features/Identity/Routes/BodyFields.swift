import Access
import Base
import Web

/// The fields of a body, whether JSON or a form: what is missing or of another type is noted, all of it at once.
struct BodyFields {
    private enum Source {
        case json(JSON.Object)
        case form(Query)
    }

    private let source: Source
    private var faults: [FieldFault] = []

    /// Throws `Problem` for a body that is no JSON object.
    init(json call: Call, depth: Int = 4) throws(Problem) {
        guard let object = try call.json(depth: depth).object else {
            throw Problem(
                .badRequest, "not_an_object",
                Text(es: "El cuerpo debe ser un objeto JSON.", en: "The body must be a JSON object."))
        }
        source = .json(object)
    }

    /// Throws `Problem` for what is no form.
    init(form call: Call) throws(Problem) { source = .form(try Query(String(decoding: call.body, as: UTF8.self))) }

    /// A text that must be there; empty where it is not, which is then a fault.
    mutating func text(_ name: String, atMost bytes: Int = 1_024) -> String {
        guard let text = optional(name, atMost: bytes) else {
            fault(name, "required", Text(es: "Falta este dato: escríbalo.", en: "This is missing: fill it in."))
            return ""
        }
        return text
    }

    /// A text that may be missing. Empty counts as missing.
    mutating func optional(_ name: String, atMost bytes: Int = 1_024) -> String? {
        let text: String?
        switch source {
        case .form(let form): text = form[name]
        case .json(let object):
            guard let value = object[name], !value.isNull else { return nil }
            text = value.string
            if text == nil {
                fault(name, "type", Text(es: "Esto debe ser un texto.", en: "This must be a text."))
            }
        }
        guard let text, !text.isEmpty else { return nil }
        guard text.utf8.count <= bytes else {
            fault(
                name, "too_long",
                Text(es: "Esto es demasiado largo: acórtelo a \(bytes) bytes.", en: "This is too long: cut it to \(bytes) bytes."))
            return nil
        }
        return text
    }

    mutating func identifier(_ name: String) -> Identifier? {
        guard let text = optional(name, atMost: Identifier.mostBytes) else { return nil }
        guard let identifier = try? Identifier(text) else {
            fault(name, "not_valid", Text(es: "Esto no es un identificador.", en: "This is no identifier."))
            return nil
        }
        return identifier
    }

    /// Names of roles: a list of texts in JSON, a field given several times in a form.
    mutating func roles(_ name: String, isRequired: Bool = false) -> Set<RoleName> {
        let words: [String]
        switch source {
        case .form(let form): words = form.items.filter { $0.name == name }.map(\.value)
        case .json(let object):
            if isRequired, object[name] == nil {
                fault(name, "required", Text(es: "Falta este dato: escríbalo.", en: "This is missing: fill it in."))
            }
            let list = object[name]?.array ?? []
            words = list.compactMap(\.string)
            if words.count != list.count || (object[name] != nil && object[name]?.array == nil) {
                fault(name, "type", Text(es: "Esto debe ser una lista de textos.", en: "This must be a list of texts."))
            }
        }
        let roles = words.prefix(64).compactMap { RoleName($0) }
        if roles.count != words.count { fault(name, "role", Text(es: "Uno de estos no es un rol.", en: "One of these is no role.")) }
        return Set(roles)
    }

    /// A moment (RFC 3339) that may be missing.
    mutating func instant(_ name: String) -> Instant? {
        guard let text = optional(name, atMost: 64) else { return nil }
        guard let moment = Instant(text) else {
            fault(
                name, "not_valid",
                Text(es: "Esto no es un momento, como 2026-01-31T08:00:00Z.", en: "This is no moment, such as 2026-01-31T08:00:00Z."))
            return nil
        }
        return moment
    }

    /// JSON that must be there: a member of JSON, in a form its text. Null where it is not, which is then a fault.
    mutating func json(_ name: String, atMost bytes: Int = 65_536) -> JSON {
        switch source {
        case .json(let object):
            if let value = object[name], !value.isNull { return value }
            _ = text(name)
        case .form:
            let text = text(name, atMost: bytes)
            guard !text.isEmpty else { return .null }
            if let value = try? JSON.parse(Array(text.utf8), limits: JSON.Limits(bytes: bytes, depth: 16)) { return value }
            fault(name, "type", Text(es: "Esto debe ser JSON.", en: "This must be JSON."))
        }
        return .null
    }

    mutating func fault(_ name: String, _ code: String, _ message: Text) { faults.append(FieldFault("/\(name)", code, message)) }

    /// Throws `InvalidInput` with all that was noted.
    func finish() throws(InvalidInput) { guard faults.isEmpty else { throw InvalidInput(faults: faults) } }
}

extension JSONWriter {
    /// A member that is left out where there is nothing to say.
    mutating func given(_ name: String, _ text: String?) {
        if let text { member(name, text) }
    }
}
