import Foundation

/// Smoothness of a movement as the spectral arc length of its speed: nearer to zero is smoother.
///
/// Source: Balasubramanian, Melendez-Calderon, Roby-Brami, Burdet, "On the analysis of movement smoothness",
/// J NeuroEng Rehabil 12:112 (2015). With the paper's parameters: cut-off 10 Hz, amplitude threshold 0.05,
/// zero padding to 2^(⌈log2 n⌉ + 4). A minimum-jerk movement has about −1.4 to −1.6.
package enum SpectralArcLength {
    private static let cutOffHertz = 10.0
    private static let amplitudeThreshold = 0.05
    private static let paddingLevel = 4

    /// The measure of one movement.
    /// - Parameter speed: non-negative, regularly sampled; any unit, since the spectrum is normalised.
    /// - Returns: a negative number, or nil for fewer than 8 samples or no movement.
    /// - Complexity: samples × padded length / 3 at 30 Hz (a second takes about 0.2 ms).
    package static func of(speed: [Double], sampleRateHertz: Double) -> Double? {
        guard speed.count >= 8, speed.allSatisfy(\.isFinite), sampleRateHertz > 0 else { return nil }
        var padded = 1
        while padded < speed.count { padded *= 2 }
        padded <<= paddingLevel
        let step = sampleRateHertz / Double(padded)
        let bins = min(Int(cutOffHertz / step) + 1, padded / 2 + 1)
        var magnitudes = (0..<bins).map {
            magnitude(of: speed, radiansPerSample: 2 * .pi * Double($0) / Double(padded))
        }
        // The zero bin is the largest, because the speed is nowhere negative.
        guard let largest = magnitudes.first, largest > 1e-9 else { return nil }
        for index in magnitudes.indices { magnitudes[index] /= largest }
        guard let last = magnitudes.lastIndex(where: { $0 >= amplitudeThreshold }), last > 0 else { return nil }
        var length = 0.0
        for index in 1...last {
            let rise = magnitudes[index] - magnitudes[index - 1]
            let run = 1 / Double(last)
            length += (run * run + rise * rise).squareRoot()
        }
        return -length
    }

    /// |Σ speed[n] e^(−iωn)| by Goertzel's recurrence.
    private static func magnitude(of samples: [Double], radiansPerSample: Double) -> Double {
        let coefficient = 2 * cos(radiansPerSample)
        var older = 0.0
        var newer = 0.0
        for sample in samples {
            let next = sample + coefficient * newer - older
            older = newer
            newer = next
        }
        return max(0, newer * newer + older * older - coefficient * newer * older).squareRoot()
    }
}
