import Synchronization

/// Makes UUIDs of version 7 that never go backwards: RFC 9562, section 6.2, method 2 (monotonic random).
///
/// The 74 bits behind the milliseconds are one number. In a new millisecond it is drawn afresh, below half of its range;
/// within the same one, or when the clock went back, the last millisecond stays and the number grows by a random step of
/// 1 … 2³². A clock that jumped an hour ahead and back therefore gives ids that stay an hour ahead until it catches up:
/// there is room for 2⁴¹ of them in that one millisecond, and after those the next one is taken.
final class IDSequence: Sendable {
    private struct Last {
        /// Since 1970; 48 bits, which last until the year 10889.
        var milliseconds: UInt64 = 0
        /// The upper 12 of the 74 bits.
        var upper: UInt64 = 0
        /// The lower 62.
        var lower: UInt64 = 0
    }

    private let last = Mutex(Last())

    func next(_ now: Instant, _ random: Randomness) -> (high: UInt64, low: UInt64) {
        // Before 1970 there is no version 7; the count then goes on from zero.
        let milliseconds = UInt64(max(now.microseconds, 0)) / 1_000
        let (one, other) = (random.next(), random.next())
        return last.withLock { last in
            if milliseconds > last.milliseconds {
                last = Last(milliseconds: milliseconds, upper: one >> 53, lower: other >> 2)
            } else {
                last.lower += (one >> 32) + 1
                if last.lower >> 62 != 0 {
                    last.lower &= (1 << 62) - 1
                    last.upper += 1
                }
                if last.upper >> 12 != 0 {
                    last = Last(milliseconds: last.milliseconds + 1, upper: one & 0x7FF, lower: other >> 2)
                }
            }
            return (last.milliseconds << 16 | 0x7000 | last.upper, 0b10 << 62 | last.lower)
        }
    }
}
