/// A value that may stand in a log. There is no way from any `String` to a shown one but `public(_:)`.
package struct Loggable: Sendable {
    enum Content: Sendable {
        case integer(Int64)
        case number(Double)
        case flag(Bool)
        /// Safe as it is: written by the program, not by its users.
        case own(String)
        /// From outside; goes through `LogMask`.
        case shown(String)
        case hidden
    }

    let content: Content

    private init(_ content: Content) { self.content = content }

    package static func count(_ value: some BinaryInteger) -> Loggable { Loggable(.integer(Int64(clamping: value))) }
    package static func number(_ value: Double) -> Loggable { Loggable(.number(value)) }
    package static func flag(_ value: Bool) -> Loggable { Loggable(.flag(value)) }

    /// A word of the program itself.
    package static func code(_ value: StaticString) -> Loggable { Loggable(.own(value.description)) }

    /// In seconds, to the microsecond.
    package static func duration(_ value: Duration) -> Loggable {
        Loggable(.number(Double(value.wholeMicroseconds) / 1_000_000))
    }

    package static func instant(_ value: Instant) -> Loggable { Loggable(.own(value.description)) }
    package static func id<Entity>(_ value: ID<Entity>) -> Loggable { Loggable(.own(value.description)) }

    /// Its code; never its message, which may quote what a person typed.
    package static func failure(_ value: Failure) -> Loggable { Loggable(.shown(value.code)) }

    /// The type of an error; never its text.
    package static func error(_ value: any Error) -> Loggable {
        if let failure = value as? Failure { .failure(failure) } else { Loggable(.own(String(reflecting: type(of: value)))) }
    }

    /// Text from outside that whoever writes this has judged to be neither personal nor secret: the name of a host, a
    /// version. Shown up to 512 bytes, with control characters made visible and what looks like a password hidden.
    package static func `public`(_ value: String) -> Loggable { Loggable(.shown(value)) }

    /// Any other text: it comes out as "‹redacted›" and says only that there was some.
    package static func `private`(_ value: String) -> Loggable { Loggable(.hidden) }
}

extension Loggable: ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral, ExpressibleByStringLiteral {
    package init(integerLiteral value: Int64) { self.init(.integer(value)) }
    package init(booleanLiteral value: Bool) { self.init(.flag(value)) }
    /// Only a literal: an interpolation does not compile.
    package init(stringLiteral value: StaticString) { self.init(.own(value.description)) }
}
