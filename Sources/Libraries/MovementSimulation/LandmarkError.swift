import Foundation
import Movement

/// The error of one landmark over time: Ornstein-Uhlenbeck processes of the size measured on BlazePose against motion
/// capture: 10–15 mm with 0.3 s in the plane of the picture; in depth a constant of 60 mm and 60 mm with 0.6 s.
struct LandmarkError {
    private let planeMetres: Double
    private let depthConstant: Double
    private var plane = SIMD2<Double>.zero
    private var depth = 0.0

    private static let depthMetres = 0.06
    private static let planeSeconds = 0.3
    private static let depthSeconds = 0.6

    init(_ landmark: Int, using generator: inout SeededGenerator) {
        let isFoot = landmark >= Landmark.leftHeel.rawValue
        planeMetres = isFoot ? 0.015 : 0.010
        depthConstant = Self.depthMetres * generator.normal()
        plane = SIMD2(generator.normal(), generator.normal())
        depth = generator.normal()
    }

    /// Metres across, down, away, after another step of time.
    mutating func next(_ step: Double, using generator: inout SeededGenerator) -> SIMD3<Double> {
        let (keepPlane, keepDepth) = (exp(-step / Self.planeSeconds), exp(-step / Self.depthSeconds))
        let fresh = SIMD2(generator.normal(), generator.normal())
        plane = keepPlane * plane + (1 - keepPlane * keepPlane).squareRoot() * fresh
        depth = keepDepth * depth + (1 - keepDepth * keepDepth).squareRoot() * generator.normal()
        return SIMD3(
            planeMetres * plane.x, planeMetres * plane.y, depthConstant + Self.depthMetres * depth)
    }
}

extension SeededGenerator {
    /// A draw from the standard normal distribution (Box and Muller 1958).
    package mutating func normal() -> Double {
        let radius = (-2 * log(Double.random(in: Double.ulpOfOne...1, using: &self))).squareRoot()
        return radius * cos(2 * .pi * Double.random(in: 0..<1, using: &self))
    }
}
