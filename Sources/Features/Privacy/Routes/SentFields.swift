import Access
import Base
import Web

/// What was sent to a route, field by field: everything that is wrong with it is said at once.
struct SentFields {
    private let object: JSON.Object
    private var faults: [FieldFault] = []
    private var known: Set<String> = []

    /// Throws `Problem(.badRequest)` for what is no JSON, `InvalidInput` for what is no object.
    init(_ call: Call) throws {
        guard let object = try call.json(depth: 4).object else {
            throw InvalidInput(faults: [FieldFault("", "object_expected", Text(es: "debe ser un objeto", en: "must be an object"))])
        }
        self.object = object
    }

    /// A form of a page, whose fields are all text; what was left empty counts as missing.
    init(form: Query) {
        object = JSON.Object(
            form.items.reduce(into: []) { members, item in
                if !item.value.isEmpty, !members.contains(where: { $0.name == item.name }) {
                    members.append(.init(item.name, .string(item.value)))
                }
            })
    }

    private mutating func value(_ name: String) -> JSON? {
        known.insert(name)
        guard let value = object[name], !value.isNull else { return nil }
        return value
    }

    /// One word of a list.
    mutating func word<Word: RawRepresentable & CaseIterable>(_ name: String) -> Word? where Word.RawValue == String {
        let word = value(name)?.string.flatMap { Word(rawValue: $0) }
        if word == nil {
            let words = Word.allCases.map(\.rawValue).joined(separator: ", ")
            fault(name, "not_a_choice", Text(es: "debe ser una de: \(words)", en: "must be one of: \(words)"))
        }
        return word
    }

    /// A person's or an account's id; nil where there is none and none is demanded.
    mutating func id(_ name: String, isRequired: Bool = true) -> Identifier? {
        guard let value = value(name) else {
            if isRequired { fault(name, "required", Text(es: "falta", en: "is missing")) }
            return nil
        }
        guard let id = value.string.flatMap({ ID<Call>($0.lowercased()) }) else {
            fault(name, "id_expected", Text(es: "debe ser un identificador (UUID)", en: "must be an identifier (UUID)"))
            return nil
        }
        return Identifier(id)
    }

    /// Text of so many characters, without white space around it.
    mutating func text(_ name: String, _ length: ClosedRange<Int>) -> String? {
        let text = value(name)?.string.map { $0.trimmingWhiteSpace }
        guard let text, length.contains(text.unicodeScalars.count) else {
            fault(
                name, "text_expected",
                Text(
                    es: "debe ser un texto de \(length.lowerBound) a \(length.upperBound) caracteres",
                    en: "must be text of \(length.lowerBound) to \(length.upperBound) characters"))
            return nil
        }
        guard !text.utf8.contains(where: { $0 < 0x20 && $0 != 0x0A && $0 != 0x0D && $0 != 0x09 }) else {
            fault(name, "control_character", Text(es: "no admite caracteres de control", en: "takes no control characters"))
            return nil
        }
        return text
    }

    /// A whole number; forms send it as text.
    mutating func integer(_ name: String, _ range: ClosedRange<Int>) -> Int? {
        let value = value(name)
        let integer = value?.integer ?? value?.string.flatMap { Int($0) }
        guard let integer, range.contains(integer) else {
            fault(
                name, "integer_expected",
                Text(
                    es: "debe ser un entero de \(range.lowerBound) a \(range.upperBound)",
                    en: "must be a whole number from \(range.lowerBound) to \(range.upperBound)"))
            return nil
        }
        return integer
    }

    mutating func bool(_ name: String) -> Bool? {
        let bool = value(name)?.bool
        if bool == nil { fault(name, "bool_expected", Text(es: "debe ser true o false", en: "must be true or false")) }
        return bool
    }

    /// A role by its name; nil where there is none.
    mutating func role(_ name: String) -> RoleName? {
        guard let value = value(name) else { return nil }
        guard let role = value.string.flatMap({ RoleName($0) }) else {
            fault(name, "not_a_choice", Text(es: "debe ser el nombre de un rol", en: "must be the name of a role"))
            return nil
        }
        return role
    }

    private mutating func fault(_ name: String, _ code: String, _ message: Text) { faults.append(FieldFault("/\(name)", code, message)) }

    /// Throws `InvalidInput` where something was wrong, or more was sent than was asked for. Forms send what pages put there.
    mutating func finish() throws {
        for member in object.members where !known.contains(member.name) {
            fault(String(member.name.prefix(60)), "unknown_field", Text(es: "no es un campo de esto", en: "is no field of this"))
        }
        guard faults.isEmpty else { throw InvalidInput(faults: faults) }
    }
}

extension String {
    fileprivate var trimmingWhiteSpace: String {
        let rest = drop(while: \.isWhitespace)
        return String(rest.reversed().drop(while: \.isWhitespace).reversed())
    }
}
