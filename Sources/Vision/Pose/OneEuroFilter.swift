import Foundation

/// A low-pass whose cut-off rises with speed: still when the person is still, prompt when they move.
///
/// Source: Casiez, Roussel, Vogel, "1€ Filter", CHI 2012. Holds the region that is looked at steady; the landmarks that
/// are handed on are not filtered. The constants are MediaPipe's for this purpose.
struct OneEuroFilter {
    private static let minimalCutoffHertz = 0.01
    private static let cutoffPerSpeed = 10.0
    private static let speedCutoffHertz = 1.0

    private var value: SIMD4<Double>?
    private var raw = SIMD4<Double>()
    private var speed = SIMD4<Double>()

    /// Four numbers that are filtered side by side.
    ///
    /// - Parameters:
    ///   - scale: the size in whose units speed is judged.
    ///   - seconds: since the last call.
    mutating func filter(_ new: SIMD4<Double>, scale: Double, seconds: Double) -> SIMD4<Double> {
        guard let value, seconds > 0, scale > 0 else {
            (self.value, raw, speed) = (new, new, SIMD4())
            return new
        }
        let speedShare = Self.share(SIMD4(repeating: Self.speedCutoffHertz), seconds)
        speed += ((new - raw) / (scale * seconds) - speed) * speedShare
        raw = new
        var magnitude = speed
        magnitude.replace(with: -speed, where: speed .< SIMD4())
        let filtered = value + (new - value) * Self.share(Self.minimalCutoffHertz + magnitude * Self.cutoffPerSpeed, seconds)
        self.value = filtered
        return filtered
    }

    private static func share(_ cutoff: SIMD4<Double>, _ seconds: Double) -> SIMD4<Double> {
        1 / (1 + 1 / (cutoff * (2 * Double.pi * seconds)))
    }
}
