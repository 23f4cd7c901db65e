import Base

/// Holds JSON to the fields of a kind: every fault is named, not the first alone.
struct FieldCheck {
    private(set) var list = FaultList()

    /// The members that the fields name; whatever else is there is a fault.
    mutating func object(_ json: JSON, _ fields: [FieldShape], at pointer: Pointer) {
        guard let object = json.object else {
            list.add(pointer, "object_expected", es: "debe ser un objeto", en: "must be an object")
            return
        }
        for field in fields {
            let place = Pointer.member(pointer, field.name)
            if let value = object[field.name], !value.isNull {
                check(value, field.type, at: place)
            } else if field.isRequired {
                list.add(place, "required", es: "falta", en: "is missing")
            }
        }
        for member in object.members where !fields.contains(where: { $0.name == member.name }) {
            list.add(
                .member(pointer, member.name), "unknown_field", es: "no es un campo de este registro", en: "is no field of this record")
            if list.isFull { return }
        }
    }

    private mutating func check(_ json: JSON, _ type: FieldType, at pointer: Pointer) {
        switch type {
        case .text(let length): text(json, length, at: pointer)
        case .choice(let words):
            guard let word = json.string, words.contains(word) else {
                let listed = words.joined(separator: ", ")
                list.add(pointer, "not_a_choice", es: "debe ser una de: \(listed)", en: "must be one of: \(listed)")
                return
            }
        case .integer(let range):
            guard let integer = json.integer, range.contains(Int64(integer)) else {
                list.add(
                    pointer, "integer_expected", es: "debe ser un entero de \(range.lowerBound) a \(range.upperBound)",
                    en: "must be a whole number from \(range.lowerBound) to \(range.upperBound)")
                return
            }
        case .real(let range):
            guard let number = json.number, range.contains(number) else {
                list.add(
                    pointer, "number_expected", es: "debe ser un número de \(range.lowerBound) a \(range.upperBound)",
                    en: "must be a number from \(range.lowerBound) to \(range.upperBound)")
                return
            }
        case .bool:
            if json.bool == nil { list.add(pointer, "bool_expected", es: "debe ser true o false", en: "must be true or false") }
        case .instant:
            if json.string.flatMap({ Instant($0) }) == nil {
                list.add(
                    pointer, "instant_expected", es: "debe ser un momento como 2026-11-21T10:30:00Z",
                    en: "must be a moment such as 2026-11-21T10:30:00Z")
            }
        case .day:
            if json.string.flatMap({ CalendarDay($0) }) == nil {
                list.add(pointer, "day_expected", es: "debe ser un día como 2026-11-21", en: "must be a day such as 2026-11-21")
            }
        case .id:
            if json.string.flatMap({ ID<Never>($0) }) == nil {
                list.add(pointer, "id_expected", es: "debe ser un identificador (UUID)", en: "must be an identifier (UUID)")
            }
        case .list(let element, let most):
            guard let elements = json.array else {
                list.add(pointer, "list_expected", es: "debe ser una lista", en: "must be a list")
                return
            }
            guard elements.count <= most else {
                list.add(pointer, "too_many", es: "admite \(most) elementos como máximo", en: "takes at most \(most) elements")
                return
            }
            for (index, value) in elements.enumerated() where !list.isFull { check(value, element, at: .element(pointer, index)) }
        case .object(let fields): object(json, fields, at: pointer)
        }
    }

    private mutating func text(_ json: JSON, _ length: ClosedRange<Int>, at pointer: Pointer) {
        guard let text = json.string else {
            list.add(pointer, "text_expected", es: "debe ser un texto", en: "must be text")
            return
        }
        let count = text.unicodeScalars.count
        if count > length.upperBound {
            list.add(
                pointer, "too_long", es: "admite \(length.upperBound) caracteres como máximo",
                en: "takes at most \(length.upperBound) characters")
        } else if count < length.lowerBound {
            list.add(
                pointer, "too_short", es: "necesita al menos \(length.lowerBound) caracteres",
                en: "needs at least \(length.lowerBound) characters")
        }
        if text.utf8.contains(where: { $0 < 0x20 && $0 != 0x0A && $0 != 0x0D && $0 != 0x09 }) {
            list.add(
                pointer, "control_character", es: "no admite caracteres de control", en: "takes no control characters")
        }
    }
}
