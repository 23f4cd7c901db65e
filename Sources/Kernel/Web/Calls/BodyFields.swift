import Access
import Base

/// The fields of a body, whether JSON or a form, one by one: what is missing or of another type is noted, and all of it told at once. In a
/// form what is empty counts as missing.
package struct BodyFields {
    private enum Source {
        case json(JSON.Object)
        case form(Query)
    }

    private let source: Source
    private var faults: [FieldFault] = []
    private var asked: Set<String> = []

    /// Throws `Problem(.badRequest)` for what is no JSON, `InvalidInput` for what is no object.
    package init(json call: Call, depth: Int = 4) throws {
        guard let object = try call.json(depth: depth).object else {
            throw InvalidInput(faults: [FieldFault("", "object_expected", Text(es: "debe ser un objeto", en: "must be an object"))])
        }
        source = .json(object)
    }

    /// Throws `Problem` for what is no form.
    package init(form call: Call) throws(Problem) { self.init(form: try Query(String(decoding: call.body, as: UTF8.self))) }

    package init(form: Query) { source = .form(form) }

    /// What was sent, nil where nothing was.
    private mutating func value(_ name: String) -> JSON? {
        asked.insert(name)
        let value: JSON? =
            switch source {
            case .json(let object): object[name]
            case .form(let form): form[name].flatMap { $0.isEmpty ? nil : .string($0) }
            }
        return value?.isNull == true ? nil : value
    }

    private mutating func required(_ name: String) -> JSON? {
        let value = value(name)
        if value == nil { missing(name) }
        return value
    }

    private mutating func missing(_ name: String) {
        fault(name, "required", Text(es: "Falta este dato: escríbalo.", en: "This is missing: fill it in."))
    }

    /// A text that must be there; empty where it is not, which is then a fault.
    package mutating func text(_ name: String, atMost bytes: Int = 1_024) -> String {
        let before = faults.count
        let text = optional(name, atMost: bytes)
        if text == nil, faults.count == before { missing(name) }
        return text ?? ""
    }

    /// A text that may be missing. Empty counts as missing.
    package mutating func optional(_ name: String, atMost bytes: Int = 1_024) -> String? {
        guard let value = value(name) else { return nil }
        guard let text = value.string else {
            fault(name, "text_expected", Text(es: "Esto debe ser un texto.", en: "This must be a text."))
            return nil
        }
        guard text.utf8.count <= bytes else {
            fault(
                name, "too_long",
                Text(es: "Esto es demasiado largo: acórtelo a \(bytes) bytes.", en: "This is too long: cut it to \(bytes) bytes."))
            return nil
        }
        return text.isEmpty ? nil : text
    }

    /// Words of so many characters, without white space around them; nil where they are not there, which is then a fault.
    package mutating func words(_ name: String, _ length: ClosedRange<Int>) -> String? {
        let text = value(name)?.string?.trimmingWhiteSpace
        guard let text, length.contains(text.unicodeScalars.count) else {
            fault(
                name, "text_expected",
                Text(
                    es: "Esto debe ser un texto de \(length.lowerBound) a \(length.upperBound) caracteres.",
                    en: "This must be text of \(length.lowerBound) to \(length.upperBound) characters."))
            return nil
        }
        guard !text.utf8.contains(where: { $0 < 0x20 && $0 != 0x0A && $0 != 0x0D && $0 != 0x09 }) else {
            fault(name, "control_character", Text(es: "Esto no admite caracteres de control.", en: "This takes no control characters."))
            return nil
        }
        return text
    }

    /// One of some words; nil where it is none, which is then a fault.
    package mutating func choice<Word: RawRepresentable & CaseIterable>(_ name: String) -> Word? where Word.RawValue == String {
        let word = value(name)?.string.flatMap { Word(rawValue: $0) }
        if word == nil {
            let words = Word.allCases.map(\.rawValue).joined(separator: ", ")
            fault(name, "not_a_choice", Text(es: "Esto debe ser una de: \(words).", en: "This must be one of: \(words)."))
        }
        return word
    }

    /// One of some words, which may be missing.
    package mutating func optionalChoice(_ name: String, _ words: [String]) -> String? {
        guard let text = optional(name) else { return nil }
        guard words.contains(text) else {
            let words = words.joined(separator: ", ")
            fault(name, "not_a_choice", Text(es: "Esto debe ser una de: \(words).", en: "This must be one of: \(words)."))
            return nil
        }
        return text
    }

    /// The id of somebody or something.
    package mutating func id(_ name: String, isRequired: Bool = true) -> Identifier? {
        guard let value = isRequired ? required(name) : value(name) else { return nil }
        guard let id = value.string.flatMap({ ID<Call>($0.lowercased()) }) else {
            fault(name, "id_expected", Text(es: "Esto debe ser un identificador (UUID).", en: "This must be an identifier (UUID)."))
            return nil
        }
        return Identifier(id)
    }

    /// An identifier of any form that may be missing.
    package mutating func identifier(_ name: String) -> Identifier? {
        guard let text = optional(name, atMost: Identifier.mostBytes) else { return nil }
        guard let identifier = try? Identifier(text) else {
            fault(name, "id_expected", Text(es: "Esto no es un identificador.", en: "This is no identifier."))
            return nil
        }
        return identifier
    }

    /// A whole number that must be there.
    package mutating func integer(_ name: String, _ range: ClosedRange<Int>) -> Int? {
        let value = value(name)
        var integer = value?.integer
        if case .form = source { integer = value?.string.flatMap { Int($0) } }
        guard let integer, range.contains(integer) else {
            fault(
                name, "integer_expected",
                Text(
                    es: "Esto debe ser un entero de \(range.lowerBound) a \(range.upperBound).",
                    en: "This must be a whole number from \(range.lowerBound) to \(range.upperBound)."))
            return nil
        }
        return integer
    }

    /// A number that may be missing.
    package mutating func number(_ name: String, _ range: ClosedRange<Double>) -> Double? {
        guard let value = value(name) else { return nil }
        var number = value.number
        if case .form = source { number = value.string.flatMap { Double($0) } }
        guard let number, range.contains(number) else {
            let (low, high) = (range.lowerBound.withoutPoint, range.upperBound.withoutPoint)
            fault(
                name, "number_expected",
                Text(es: "Esto debe ser un número de \(low) a \(high).", en: "This must be a number from \(low) to \(high)."))
            return nil
        }
        return number
    }

    /// So many numbers in a list, which may be missing; in a form with commas between.
    package mutating func numbers(_ name: String, count: Int, _ range: ClosedRange<Double>) -> [Double]? {
        guard let value = value(name) else { return nil }
        var numbers = value.array?.map(\.number)
        if case .form = source { numbers = value.string?.split(separator: ",").map { Double($0) } }
        let found = numbers?.compactMap { number in number.flatMap { range.contains($0) ? $0 : nil } } ?? []
        guard found.count == count, numbers?.count == count else {
            fault(
                name, "list_expected",
                Text(es: "Esto debe ser una lista de \(count) números.", en: "This must be a list of \(count) numbers."))
            return nil
        }
        return found
    }

    package mutating func bool(_ name: String) -> Bool? {
        let bool = value(name)?.bool
        if bool == nil { fault(name, "bool_expected", Text(es: "Esto debe ser true o false.", en: "This must be true or false.")) }
        return bool
    }

    /// The name of a role, which may be missing.
    package mutating func role(_ name: String) -> RoleName? {
        guard let value = value(name) else { return nil }
        guard let role = value.string.flatMap({ RoleName($0) }) else {
            fault(name, "not_a_choice", Text(es: "Esto no es el nombre de un rol.", en: "This is no role's name."))
            return nil
        }
        return role
    }

    /// Names of roles: a list of texts in JSON, a field given several times in a form.
    package mutating func roles(_ name: String, isRequired: Bool = false) -> Set<RoleName> {
        let words: [String]
        switch source {
        case .form(let form):
            asked.insert(name)
            words = form.items.filter { $0.name == name }.map(\.value)
        case .json:
            guard let value = isRequired ? required(name) : value(name) else { return [] }
            words = value.array?.compactMap(\.string) ?? []
            if words.count != value.array?.count {
                fault(name, "list_expected", Text(es: "Esto debe ser una lista de textos.", en: "This must be a list of texts."))
            }
        }
        let roles = words.prefix(64).compactMap { RoleName($0) }
        if roles.count != words.count {
            fault(name, "not_a_choice", Text(es: "Uno de estos no es un rol.", en: "One of these is no role."))
        }
        return Set(roles)
    }

    /// A moment (RFC 3339) that may be missing.
    package mutating func instant(_ name: String) -> Instant? {
        guard let text = optional(name, atMost: 64) else { return nil }
        guard let moment = Instant(text) else {
            fault(
                name, "instant_expected",
                Text(es: "Esto no es un momento, como 2026-01-31T08:00:00Z.", en: "This is no moment, such as 2026-01-31T08:00:00Z."))
            return nil
        }
        return moment
    }

    /// JSON that must be there: a member of JSON, in a form its text. Null where it is not, which is then a fault.
    package mutating func json(_ name: String, atMost bytes: Int = 65_536) -> JSON {
        guard case .form = source else { return required(name) ?? .null }
        let text = text(name, atMost: bytes)
        guard !text.isEmpty else { return .null }
        if let value = try? JSON.parse(Array(text.utf8), limits: JSON.Limits(bytes: bytes, depth: 16)) { return value }
        fault(name, "json_expected", Text(es: "Esto debe ser JSON.", en: "This must be JSON."))
        return .null
    }

    package mutating func fault(_ name: String, _ code: String, _ message: Text) { faults.append(FieldFault("/\(name)", code, message)) }

    /// Throws `InvalidInput` with all that was noted.
    package func finish() throws(InvalidInput) { guard faults.isEmpty else { throw InvalidInput(faults: faults) } }

    /// The same, and what was sent and not asked for is a fault.
    package mutating func finishWhole() throws(InvalidInput) {
        let names =
            switch source {
            case .json(let object): object.members.map(\.name)
            case .form(let form): form.items.map(\.name)
            }
        for name in names where !asked.contains(name) {
            fault(String(name.prefix(60)), "unknown_field", Text(es: "Esto no es un campo de aquí.", en: "This is no field here."))
        }
        try finish()
    }
}

extension String {
    fileprivate var trimmingWhiteSpace: String {
        let rest = drop(while: \.isWhitespace)
        return String(rest.reversed().drop(while: \.isWhitespace).reversed())
    }
}

extension Double {
    /// A whole number without a point.
    fileprivate var withoutPoint: String { Int(exactly: self).map { "\($0)" } ?? "\(self)" }
}
