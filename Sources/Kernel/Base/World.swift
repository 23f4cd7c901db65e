/// What a program cannot compute: what time it is, and what is unpredictable. Whatever needs them is given a world, so that
/// a test can give another (`FixedWorld`) and replay every history.
package struct World: Sendable {
    /// The time of day. It jumps when somebody sets the clock; measure with `elapsed`.
    package let now: @Sendable () -> Instant

    /// Time that only goes forward, from an arbitrary start: for deadlines, ages and measurements.
    package let elapsed: @Sendable () -> Duration

    /// Unpredictable in the live world: good for keys and tokens.
    package let random: Randomness

    private let ids: IDSequence

    package init(
        now: @escaping @Sendable () -> Instant, elapsed: @escaping @Sendable () -> Duration, random: Randomness
    ) {
        self.now = now
        self.elapsed = elapsed
        self.random = random
        ids = IDSequence()
    }

    /// A new id, greater than all that this world gave before, whatever the clock does (see `IDSequence`). Safe from any
    /// thread. Cost: 160 ns in the live world.
    package func id<Entity>(of entity: Entity.Type = Entity.self) -> ID<Entity> {
        let (high, low) = ids.next(now(), random)
        return ID(high: high, low: low)
    }
}

/// A source of random numbers that can be shared: each draw is different, from whichever thread.
package struct Randomness: RandomNumberGenerator, Sendable {
    private let draw: @Sendable () -> UInt64

    package init(_ draw: @escaping @Sendable () -> UInt64) {
        self.draw = draw
    }

    package func next() -> UInt64 { draw() }

    /// `count` random bytes.
    package func bytes(_ count: Int) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            let raw = UnsafeMutableRawBufferPointer(buffer)
            while filled < count {
                withUnsafeBytes(of: draw()) { word in
                    let length = min(8, count - filled)
                    raw[filled..<filled + length].copyBytes(from: word[..<length])
                    filled += length
                }
            }
        }
    }
}
