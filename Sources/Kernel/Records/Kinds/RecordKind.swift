import Access
import Base
import Foundation
import Store

/// A kind of record with its Swift type: a feature declares it once, and works with values.
package struct RecordKind<Value: Codable & Sendable>: Sendable {
    package let shape: KindShape
    private let readers: [(name: String, read: @Sendable (Value) -> JSON)]

    /// `rules` say what must be so between fields, and return what is wrong.
    package init(
        _ name: String, number: Int = 1, about subject: SubjectRule, access: RecordAccess, fields: [Field],
        retention: Retention? = nil, indexes: [RecordIndex] = [], mostBytes: Int = 64 << 10,
        rules: [@Sendable (Value) -> [FieldFault]] = [], guards: [RecordGuard] = [], upgrades: [@Sendable (JSON) throws -> JSON] = []
    ) {
        shape = KindShape(
            name, number: number, about: subject, access: access, fields: fields.map(\.shape), retention: retention, indexes: indexes,
            mostBytes: mostBytes, rules: rules.map { Self.rule(name, $0) }, guards: guards, upgrades: upgrades)
        readers = fields.map { ($0.shape.name, $0.read) }
    }

    /// A field by its key path: whether it is required follows from whether it is optional.
    package struct Field: Sendable {
        let shape: FieldShape
        let read: @Sendable (Value) -> JSON

        /// `name` is the member's in JSON. A type that does not hold the property's values is a programmer's error.
        package init<Property: FieldValue>(
            _ path: any KeyPath<Value, Property> & Sendable, _ name: String, _ type: FieldType,
            _ classification: Classification = .confidential,
            search: FieldSearch = .none
        ) {
            precondition(Property.fits(type), "\(name) is declared as another type than its property")
            shape = FieldShape(name, type, isRequired: !Property.isOptional, classification, search: search)
            read = { $0[keyPath: path].json }
        }
    }

    /// A rule as it is written for values, for whoever has only JSON.
    package static func rule(_ kind: String, _ rule: @escaping @Sendable (Value) -> [FieldFault]) -> RecordRule {
        { valid in rule(try Self.value(of: kind, from: valid.bytes)) }
    }

    /// The body of a value, held to the fields; the rules are asked where it is saved. Throws as `KindShape.validated`.
    package func body(of value: Value) throws -> ValidRecord {
        let encoder = JSONEncoder()
        return try shape.fitted([UInt8](try encoder.encode(value)))
    }

    /// A value from a body of the present shape.
    package func value(from bytes: [UInt8]) throws -> Value { try Self.value(of: shape.name, from: bytes) }

    private static func value(of kind: String, from bytes: [UInt8]) throws -> Value {
        do {
            return try JSONDecoder().decode(Value.self, from: Data(bytes))
        } catch {
            throw Failure.wrongType(kind, expected: "\(Value.self)")
        }
    }

    /// Names of fields whose property is not what stands under that name in JSON; empty where the declaration is right. For tests,
    /// with a value whose properties all differ.
    package func misnamedFields(in value: Value) throws -> [String] {
        // From the bytes, because those stand in the order of the fields.
        let body = try JSON.parse(try body(of: value).bytes)
        return readers.filter { (body[$0.name] ?? .null) != $0.read(value) }.map(\.name)
    }
}

/// A type that a field's property may have.
package protocol FieldValue: Sendable {
    /// Whether the field may be absent.
    static var isOptional: Bool { get }
    /// Whether a field of this type holds such values.
    static func fits(_ type: FieldType) -> Bool
    /// As it stands in a body.
    var json: JSON { get }
}

extension FieldValue {
    package static var isOptional: Bool { false }
}

extension String: FieldValue {
    /// Texts, and words out of a choice.
    package static func fits(_ type: FieldType) -> Bool {
        switch type {
        case .text, .choice: true
        default: false
        }
    }
    package var json: JSON { .string(self) }
}

extension Int: FieldValue {
    package static func fits(_ type: FieldType) -> Bool { if case .integer = type { true } else { false } }
    package var json: JSON { JSON(Int64(self)) }
}

extension Double: FieldValue {
    package static func fits(_ type: FieldType) -> Bool { if case .real = type { true } else { false } }
    package var json: JSON { .number(self) }
}

extension Bool: FieldValue {
    package static func fits(_ type: FieldType) -> Bool { type == .bool }
    package var json: JSON { .bool(self) }
}

extension Instant: FieldValue {
    package static func fits(_ type: FieldType) -> Bool { type == .instant }
    package var json: JSON { .string(description) }
}

extension CalendarDay: FieldValue {
    package static func fits(_ type: FieldType) -> Bool { type == .day }
    package var json: JSON { .string(description) }
}

extension ID: FieldValue {
    package static func fits(_ type: FieldType) -> Bool { type == .id }
    package var json: JSON { .string(description) }
}

extension Optional: FieldValue where Wrapped: FieldValue {
    package static var isOptional: Bool { true }
    package static func fits(_ type: FieldType) -> Bool { Wrapped.fits(type) }
    package var json: JSON { self?.json ?? .null }
}

extension Array: FieldValue where Element: FieldValue {
    package static func fits(_ type: FieldType) -> Bool { if case .list(let element, _) = type { Element.fits(element) } else { false } }
    package var json: JSON { .array(map(\.json)) }
}
