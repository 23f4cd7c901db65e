/// A number with its unit in the type, so that degrees are never added to metres. Costs nothing over a `Double`.
///
/// ```swift
/// let tempo: Seconds = 2.5
/// let range = Degrees(97.25) - 12
/// ```
@frozen
package struct Quantity<Unit: UnitOfMeasure>: Hashable, Sendable {
    /// The bare number, for formulas and for C.
    package let value: Double

    @inlinable
    package init(_ value: Double) {
        self.value = value
    }
}

/// What a quantity counts. A unit has no values; it stands in types alone.
package protocol UnitOfMeasure: Sendable {
    /// As the International System writes it.
    static var symbol: String { get }
}

extension Quantity: AdditiveArithmetic, Comparable {
    @inlinable
    package static var zero: Quantity { Quantity(0) }

    @inlinable
    package static func + (one: Quantity, other: Quantity) -> Quantity { Quantity(one.value + other.value) }

    @inlinable
    package static func - (one: Quantity, other: Quantity) -> Quantity { Quantity(one.value - other.value) }

    @inlinable
    package static func < (one: Quantity, other: Quantity) -> Bool { one.value < other.value }
}

extension Quantity {
    @inlinable
    package static prefix func - (quantity: Quantity) -> Quantity { Quantity(-quantity.value) }

    @inlinable
    package static func * (quantity: Quantity, factor: Double) -> Quantity { Quantity(quantity.value * factor) }

    @inlinable
    package static func * (factor: Double, quantity: Quantity) -> Quantity { Quantity(factor * quantity.value) }

    @inlinable
    package static func / (quantity: Quantity, divisor: Double) -> Quantity { Quantity(quantity.value / divisor) }

    /// How many times one holds the other: a number without a unit.
    @inlinable
    package static func / (one: Quantity, other: Quantity) -> Double { one.value / other.value }

    @inlinable
    package var magnitude: Quantity { Quantity(value.magnitude) }

    @inlinable
    package var isFinite: Bool { value.isFinite }
}

extension Quantity: ExpressibleByFloatLiteral, ExpressibleByIntegerLiteral {
    @inlinable
    package init(floatLiteral value: Double) { self.init(value) }

    @inlinable
    package init(integerLiteral value: Int) { self.init(Double(value)) }
}

extension Quantity: CustomStringConvertible {
    /// Number and symbol, "2.5 s": for developers. Pages write numbers as their language does.
    package var description: String { "\(value) \(Unit.symbol)" }
}

/// As the bare number; what is not finite cannot be written in JSON.
extension Quantity: Codable {
    package init(from decoder: any Decoder) throws {
        self.init(try decoder.singleValueContainer().decode(Double.self))
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(value)
    }
}
