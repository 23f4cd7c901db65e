/// A JSON value (RFC 8259) as it was read: members keep their order, numbers are the nearest `Double`, but for whole
/// numbers of 64 bits, which are exact.
///
/// For reading what is small enough to be held whole; long files of numbers go through `JSONScanner`.
package enum JSON: Sendable, Hashable {
    case null
    case bool(Bool)
    case number(Double)
    /// A whole number of more than 2⁵³ in size, which a `Double` would round. All smaller ones are `number`, so that each
    /// has one form; `init(_:)` chooses it.
    case largeInteger(Int64)
    case string(String)
    case array([JSON])
    case object(Object)

    /// The members of an object in the order of the file, each name once.
    package struct Object: Sendable, Hashable {
        /// A name and what stands under it.
        package struct Member: Sendable, Hashable {
            package let name: String
            package let value: JSON

            package init(_ name: String, _ value: JSON) {
                self.name = name
                self.value = value
            }
        }

        package let members: [Member]

        /// The caller answers for names being different from one another; the reader checks it.
        package init(_ members: [Member]) {
            self.members = members
        }

        /// nil where there is no such member. Linear in the number of members.
        package subscript(name: String) -> JSON? {
            members.first { $0.name == name }?.value
        }
    }
}

extension JSON {
    /// The member of an object; nil where there is none, or where this is no object.
    package subscript(name: String) -> JSON? { object?[name] }

    /// The element of an array; nil where out of range, or where this is no array.
    package subscript(index: Int) -> JSON? {
        guard case .array(let elements) = self, elements.indices.contains(index) else { return nil }
        return elements[index]
    }

    package var object: Object? { if case .object(let value) = self { value } else { nil } }
    package var array: [JSON]? { if case .array(let value) = self { value } else { nil } }
    package var string: String? { if case .string(let value) = self { value } else { nil } }
    /// The nearest `Double` of any number.
    package var number: Double? {
        switch self {
        case .number(let value): value
        case .largeInteger(let value): Double(value)
        default: nil
        }
    }

    package var bool: Bool? { if case .bool(let value) = self { value } else { nil } }
    package var isNull: Bool { self == .null }

    /// A number that is whole and known exactly: one that was written as an integer of 64 bits, or any up to 2⁵³ in size.
    /// nil otherwise.
    package var integer: Int? {
        switch self {
        case .largeInteger(let value): Int(value)
        case .number(let value) where value.magnitude <= 0x1p53: Int(exactly: value)
        default: nil
        }
    }

    /// A whole number, exactly.
    package init(_ integer: Int64) {
        self = integer.magnitude > 1 << 53 ? .largeInteger(integer) : .number(Double(integer))
    }
}

extension JSON {
    /// Writes this value; numbers in the shortest form that reads back as the same `Double`.
    package func write(to json: inout JSONWriter) {
        switch self {
        case .null: json.null()
        case .bool(let value): json.bool(value)
        case .number(let value): json.number(value)
        case .largeInteger(let value): json.integer(Int(value))
        case .string(let value): json.string(value)
        case .array(let elements): json.array { json in for element in elements { element.write(to: &json) } }
        case .object(let object):
            json.object { json in
                for member in object.members {
                    json.key(member.name)
                    member.value.write(to: &json)
                }
            }
        }
    }
}
