import Base

/// A seed and the numbers that follow from it.
struct FixedWorldSeed {
    let seed: UInt64
    var random: Randomness

    init(_ seed: UInt64) {
        self.seed = seed
        random = FixedWorld(seed: seed).world.random
    }

    /// 0 ..< `bound`.
    mutating func below(_ bound: Int) -> Int { Int(random.next() % UInt64(bound)) }

    mutating func chance(oneIn count: Int) -> Bool { below(count) == 0 }
}
