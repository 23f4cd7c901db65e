import Synchronization

/// A world for tests: time moves only when it is told to, and the same seed gives the same random numbers and ids.
///
/// ```swift
/// let fixed = FixedWorld(seed: 7)
/// let plan = fixed.world.id(of: Plan.self)
/// fixed.advance(by: .seconds(30))
/// ```
package struct FixedWorld: Sendable {
    package let world: World
    private let hands: Hands

    /// 2026-01-01T00:00:00Z unless told otherwise.
    package init(seed: UInt64, at now: Instant = Instant(microseconds: 1_767_225_600_000_000)) {
        let hands = Hands(now: now)
        let random = Mutex(SplitMix64(state: seed))
        self.hands = hands
        world = World(
            now: { hands.state.withLock { $0.now } }, elapsed: { hands.state.withLock { $0.elapsed } },
            random: Randomness { random.withLock { $0.next() } })
    }

    /// Time passes: on both clocks.
    package func advance(by duration: Duration) {
        precondition(duration >= .zero, "time does not run backwards; set the clock for that")
        hands.state.withLock { state in
            state.now += duration
            state.elapsed += duration
        }
    }

    /// Somebody sets the time of day, forwards or back; `elapsed` does not notice.
    package func setClock(to now: Instant) {
        hands.state.withLock { $0.now = now }
    }

    private final class Hands: Sendable {
        let state: Mutex<(now: Instant, elapsed: Duration)>

        init(now: Instant) {
            state = Mutex((now, .zero))
        }
    }
}

/// A counter, mixed (Steele, Lea and Flood, "Fast splittable pseudorandom number generators", 2014).
private struct SplitMix64: Sendable {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
