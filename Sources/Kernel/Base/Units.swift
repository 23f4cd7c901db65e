/// Of an angle.
package typealias Degrees = Quantity<UnitOfDegrees>
/// Of an angle, for formulas.
package typealias Radians = Quantity<UnitOfRadians>
/// Of time; a `Duration` where whole attoseconds matter.
package typealias Seconds = Quantity<UnitOfSeconds>
/// Of how often a second.
package typealias Hertz = Quantity<UnitOfHertz>
/// Of length.
package typealias Metres = Quantity<UnitOfMetres>
/// Of length, where errors are told.
package typealias Millimetres = Quantity<UnitOfMillimetres>
/// Of mass.
package typealias Kilograms = Quantity<UnitOfKilograms>

/// See `Degrees`.
package enum UnitOfDegrees: UnitOfMeasure { package static let symbol = "°" }
/// See `Radians`.
package enum UnitOfRadians: UnitOfMeasure { package static let symbol = "rad" }
/// See `Seconds`.
package enum UnitOfSeconds: UnitOfMeasure { package static let symbol = "s" }
/// See `Hertz`.
package enum UnitOfHertz: UnitOfMeasure { package static let symbol = "Hz" }
/// See `Metres`.
package enum UnitOfMetres: UnitOfMeasure { package static let symbol = "m" }
/// See `Millimetres`.
package enum UnitOfMillimetres: UnitOfMeasure { package static let symbol = "mm" }
/// See `Kilograms`.
package enum UnitOfKilograms: UnitOfMeasure { package static let symbol = "kg" }

extension Degrees {
    package init(_ radians: Radians) { self.init(radians.value * 180 / .pi) }
}

extension Radians {
    package init(_ degrees: Degrees) { self.init(degrees.value * .pi / 180) }
}

extension Metres {
    package init(_ millimetres: Millimetres) { self.init(millimetres.value / 1_000) }
}

extension Millimetres {
    package init(_ metres: Metres) { self.init(metres.value * 1_000) }
}

extension Seconds {
    package init(_ duration: Duration) { self.init(duration / .seconds(1)) }

    /// How often a second something happens that takes this long.
    package var frequency: Hertz { Hertz(1 / value) }
}

extension Hertz {
    /// How long one of so many a second takes.
    package var period: Seconds { Seconds(1 / value) }
}
