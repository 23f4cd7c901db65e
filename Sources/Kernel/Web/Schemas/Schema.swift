import Base

/// The form of a JSON value, as OpenAPI 3.1 (JSON Schema 2020-12) says it. It documents; whoever reads the value checks it.
package indirect enum Schema: Sendable, Hashable {
    /// Text of so many characters (Unicode scalars).
    case text(ClosedRange<Int>)
    /// Text in one of JSON Schema's formats: `date-time`, `date`, `uri`.
    case format(String)
    /// Text that a regular expression (ECMA-262) matches.
    case pattern(String, ClosedRange<Int>)
    /// A UUID.
    case id
    case choice([String])
    case integer(ClosedRange<Int64>)
    case real(ClosedRange<Double>)
    case bool
    case list(Schema, atMost: Int?)
    /// Members, and whether there may be others.
    case object([Member], open: Bool = false)
    /// An object whose members have names that are not known before, each with such a value.
    case map(Schema)
    /// A schema that stands among the components under this name.
    case named(String, Schema)
    /// Either of them.
    case either([Schema])
    /// A value or null.
    case nullable(Schema)
    case anything

    /// A member of an object.
    package struct Member: Sendable, Hashable {
        package let name: String
        package let schema: Schema
        package let isRequired: Bool
        /// In English; nil where the name says it.
        package let meaning: String?

        package init(_ name: String, _ schema: Schema, isRequired: Bool = true, _ meaning: String? = nil) {
            self.name = name
            self.schema = schema
            self.isRequired = isRequired
            self.meaning = meaning
        }
    }
}
