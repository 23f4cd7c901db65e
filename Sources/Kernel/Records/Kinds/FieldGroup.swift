import Access
import Base
import Foundation

/// A struct that stands within a field: an address, a dose. It says its own fields once.
///
/// ```swift
/// struct Dose: FieldGroup {
///     var sets: Int
///     static let fields = [FieldShape("sets", .integer(1...10), isRequired: true, .public)]
/// }
/// … .init(\.dose, "dose", .object(Dose.fields), .public)
/// ```
package protocol FieldGroup: FieldValue, Codable {
    /// The members of its JSON. What hides them is the classification of the field that they stand in.
    static var fields: [FieldShape] { get }
}

extension FieldGroup {
    package static func fits(_ type: FieldType) -> Bool { type == .object(fields) }

    /// As `Codable` writes it, in the order of the fields; null where that cannot be JSON.
    package var json: JSON {
        guard let bytes = try? JSONEncoder().encode(self), let json = try? JSON.parse([UInt8](bytes)) else { return .null }
        return .object(JSON.Object(Self.fields.compactMap { field in json[field.name].map { .init(field.name, $0) } }))
    }
}
