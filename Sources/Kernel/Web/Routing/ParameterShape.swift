import Base

/// Something that stands in the path, the query or the header fields of a request (or in the header fields of an answer).
package struct ParameterShape: Sendable {
    /// Where it stands.
    package enum Place: String, Sendable, Hashable {
        case path
        case query
        case header
    }

    package let name: String
    package let place: Place
    package let schema: Schema
    package let isRequired: Bool
    package let meaning: Text

    package init(_ name: String, in place: Place, _ schema: Schema, isRequired: Bool = false, _ meaning: Text) {
        self.name = name
        self.place = place
        self.schema = schema
        self.isRequired = isRequired || place == .path
        self.meaning = meaning
    }
}

/// A parameter with the type that it has in the program: declared once, documented by its shape, read by `Call.value`.
package struct Parameter<Value: Sendable>: Sendable {
    package let shape: ParameterShape
    /// nil where the text is no such value.
    let read: @Sendable (String) -> Value?

    package init(shape: ParameterShape, read: @escaping @Sendable (String) -> Value?) {
        self.shape = shape
        self.read = read
    }
}

extension Parameter where Value == String {
    /// Text of so many characters.
    package static func text(
        _ name: String, in place: ParameterShape.Place, _ length: ClosedRange<Int> = 1...200, isRequired: Bool = false, _ meaning: Text
    ) -> Self {
        Parameter(shape: ParameterShape(name, in: place, .text(length), isRequired: isRequired, meaning)) {
            length.contains($0.unicodeScalars.count) ? $0 : nil
        }
    }

    /// One of these words.
    package static func choice(
        _ name: String, in place: ParameterShape.Place, _ words: [String], isRequired: Bool = false, _ meaning: Text
    ) -> Self {
        Parameter(shape: ParameterShape(name, in: place, .choice(words), isRequired: isRequired, meaning)) {
            words.contains($0) ? $0 : nil
        }
    }

    /// A UUID, given on in lower case.
    package static func id(_ name: String, in place: ParameterShape.Place = .path, _ meaning: Text) -> Self {
        Parameter(shape: ParameterShape(name, in: place, .id, meaning)) { text in
            ID<Call>(text)?.description
        }
    }
}

extension Parameter where Value == Int {
    /// A whole number.
    package static func integer(
        _ name: String, in place: ParameterShape.Place, _ range: ClosedRange<Int>, isRequired: Bool = false, _ meaning: Text
    ) -> Self {
        Parameter(
            shape: ParameterShape(
                name, in: place, .integer(Int64(range.lowerBound)...Int64(range.upperBound)), isRequired: isRequired, meaning)
        ) {
            // One form for each number: neither "+1" nor "01".
            Int($0).flatMap { value in range.contains(value) ? value : nil }
        }
    }
}
