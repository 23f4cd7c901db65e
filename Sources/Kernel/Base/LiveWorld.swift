import Glibc
import Synchronization

extension World {
    /// The world as it is: the system's clocks (30 ns each) and its secure random numbers (55 ns each). Made once, by the root; ids are
    /// in order within one world.
    package static var live: World {
        let pool = RandomPool()
        return World(
            now: {
                let time = read(CLOCK_REALTIME)
                return Instant(microseconds: Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1_000)
            },
            elapsed: {
                let time = read(CLOCK_MONOTONIC)
                return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
            },
            random: Randomness { pool.next() })
    }

    private static func read(_ clock: clockid_t) -> timespec {
        var time = timespec()
        // Fails only for a clock that does not exist.
        clock_gettime(clock, &time)
        return time
    }
}

/// Bytes of getentropy(3), 256 at a time: a call into the kernel for each word would cost ten times as much. What was given
/// out is forgotten at once, so that a picture of the memory tells nothing about the past.
private final class RandomPool: Sendable {
    private struct Words {
        var words = [UInt64](repeating: 0, count: 32)
        var left = 0
    }

    private let pool = Mutex(Words())

    func next() -> UInt64 {
        pool.withLock { pool in
            if pool.left == 0 {
                pool.words.withUnsafeMutableBytes { bytes in
                    // Gives at most 256 bytes, and all or none of them (getentropy(3)).
                    guard let start = bytes.baseAddress, getentropy(start, bytes.count) == 0 else {
                        fatalError("the system has no random numbers")
                    }
                }
                pool.left = pool.words.count
            }
            pool.left -= 1
            let word = pool.words[pool.left]
            pool.words[pool.left] = 0
            return word
        }
    }
}
