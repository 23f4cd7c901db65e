import Base

/// How much may be asked, and how that is counted.
package enum PaceRule: Sendable, Hashable {
    case unlimited
    /// At most `quota` in any span of `window`: never more, at whatever moment it begins.
    case window(quota: Int, window: Duration)
    /// `most` at once; after that, one more for each `every` (the generic cell rate algorithm, ITU-T I.371).
    case burst(most: Int, every: Duration)
}

/// What the counting of one caller says.
package struct PaceVerdict: Sendable, Hashable {
    package let isAdmitted: Bool
    /// How much may be asked now.
    package let left: Int
    /// Where it was admitted: when there will be more. Otherwise: when it will be admitted.
    package let wait: Duration
}

/// How much one caller has asked, under one rule. A value of some bytes: tables hold many.
protocol PaceState: Sendable {
    init()
    /// Takes `amount`, or nothing where that is too much.
    mutating func take(_ amount: Int, _ rule: PaceRule, at now: Duration) -> PaceVerdict
    /// Whether nothing is remembered of this one any more, so that forgetting it changes nothing.
    func isFresh(_ rule: PaceRule, at now: Duration) -> Bool
}

/// For `.burst`: the moment at which all that was taken will have come back.
struct BurstState: PaceState {
    /// Nanoseconds of `World.elapsed`.
    private var whole: Int64 = .min

    init() {}

    mutating func take(_ amount: Int, _ rule: PaceRule, at now: Duration) -> PaceVerdict {
        guard case .burst(let most, let pause) = rule else { return .free }
        let now = now.wholeNanoseconds
        let every = pause.wholeNanoseconds
        let start = max(whole, now)
        let end = start + Int64(amount) * every
        let tolerance = Int64(most) * every
        guard end - now <= tolerance else {
            let left = max(0, (tolerance - (start - now)) / every)
            return PaceVerdict(isAdmitted: false, left: Int(left), wait: .nanoseconds(end - now - tolerance))
        }
        whole = end
        return PaceVerdict(isAdmitted: true, left: Int((tolerance - (end - now)) / every), wait: .nanoseconds((end - now) % every))
    }

    /// Takes a turn that may come later, and says how long to wait for it; nil, and no turn, where that is longer than `most`.
    mutating func queue(_ rule: PaceRule, at now: Duration, atMost most: Duration) -> Duration? {
        let verdict = take(1, rule, at: now)
        guard !verdict.isAdmitted else { return .zero }
        guard verdict.wait <= most else { return nil }
        _ = take(1, rule, at: now + verdict.wait)
        return verdict.wait
    }

    func isFresh(_ rule: PaceRule, at now: Duration) -> Bool { whole <= now.wholeNanoseconds }
}

/// For `.window`: what was taken in each twelfth of it. A twelfth counts until all of it lies outside, so that no span of the
/// window's length ever holds more than the quota; what was taken comes back a twelfth late at most.
struct WindowState: PaceState {
    static let slots = 12

    private var counts = InlineArray<13, UInt32>(repeating: 0)
    private var total: UInt32 = 0
    /// Which slot since the clock's start was the newest.
    private var newest: Int64 = .min

    init() {}

    mutating func take(_ amount: Int, _ rule: PaceRule, at now: Duration) -> PaceVerdict {
        guard case .window(let quota, let window) = rule else { return .free }
        let length = max(1, window.wholeNanoseconds / Int64(Self.slots))
        let slot = now.wholeNanoseconds / length
        advance(to: slot)
        let isAdmitted = Int(total) + amount <= quota
        if isAdmitted {
            counts[Self.place(newest)] += UInt32(amount)
            total += UInt32(amount)
        }
        let left = max(0, quota - Int(total))
        let wait = wait(until: isAdmitted ? 0 : amount, left: left, length: length, now: now.wholeNanoseconds)
        return PaceVerdict(isAdmitted: isAdmitted, left: left, wait: .nanoseconds(wait))
    }

    func isFresh(_ rule: PaceRule, at now: Duration) -> Bool {
        guard case .window(_, let window) = rule else { return true }
        let length = max(1, window.wholeNanoseconds / Int64(Self.slots))
        return newest == .min || total == 0 || now.wholeNanoseconds / length - newest > Int64(Self.slots)
    }

    /// Forgets what lies outside. The clock never goes back; where it seems to, by two threads, the newer slot takes it.
    private mutating func advance(to slot: Int64) {
        guard slot > newest else { return }
        if newest == .min || slot - newest > Int64(Self.slots) {
            counts = InlineArray(repeating: 0)
            total = 0
        } else {
            var next = newest + 1
            while next <= slot {
                total -= counts[Self.place(next)]
                counts[Self.place(next)] = 0
                next += 1
            }
        }
        newest = slot
    }

    /// Nanoseconds until more than now, and at least `amount`, is free.
    private func wait(until amount: Int, left: Int, length: Int64, now: Int64) -> Int64 {
        var free = left
        for slot in newest - Int64(Self.slots)...newest {
            let count = Int(counts[Self.place(slot)])
            free += count
            if count > 0, free >= amount { return max(0, Self.end(of: slot) * length - now) }
        }
        return max(0, Self.end(of: newest) * length - now)
    }

    /// The slot with which one does not count any more.
    private static func end(of slot: Int64) -> Int64 { slot + Int64(slots) + 1 }

    private static func place(_ slot: Int64) -> Int { Int((slot % 13 + 13) % 13) }
}

extension PaceVerdict {
    fileprivate static let free = PaceVerdict(isAdmitted: true, left: .max, wait: .zero)
}

extension Duration {
    /// Rounded towards zero; held at the ends of 64 bits, some 292 years.
    package var wholeNanoseconds: Int64 {
        let (seconds, attoseconds) = components
        let (whole, isTooLong) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        return isTooLong ? (seconds < 0 ? .min : .max) : whole &+ attoseconds / 1_000_000_000
    }
}
