import Foundation

/// Reproducible normal deviates (SplitMix64 and Box–Muller).
struct SeededNoise {
    private var state: UInt64

    init(seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 &+ 0x1234_5678 }

    mutating func uniform() -> Double {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return Double((z ^ (z >> 31)) >> 11) * 0x1p-53
    }

    mutating func normal() -> Double {
        (-2 * log(max(uniform(), 1e-300))).squareRoot() * cos(2 * .pi * uniform())
    }

    /// An Ornstein–Uhlenbeck path of unit variance, in steps of 1/30 s; white where the correlation time is 0.
    mutating func path(count: Int, correlationSeconds: Double, stepSeconds: Double = 1.0 / 30) -> [Double] {
        let keep = correlationSeconds > 0 ? exp(-stepSeconds / correlationSeconds) : 0
        var value = normal()
        return (0..<count).map { _ in
            defer { value = keep * value + (1 - keep * keep).squareRoot() * normal() }
            return value
        }
    }
}
