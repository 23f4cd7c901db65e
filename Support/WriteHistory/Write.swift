import Base
import Store

/// One write of a history: what it does follows from the seed and its number alone, so that whoever looks afterwards knows
/// what must be there without having been told.
///
/// Every row that it touches carries its number or is accounted for by it: an entry, some parts with bodies, a transfer between
/// two accounts, the counter and one slot of its writer, and sometimes the parts of an earlier write of the same writer,
/// deleted. Writes of different writers change different rows or add to the same ones, so that what is there does not depend on
/// their order; those of one writer are made one after the other.
package struct Write: Sendable, Hashable {
    /// How its closure ends.
    package enum Ending: Sendable, Hashable {
        case returns
        /// With an error of its own, after it did everything.
        case throwsAnError
        /// With a key that is there already.
        case breaksARule
    }

    package let number: WriteNumber
    package let ending: Ending
    let from: Int
    let to: Int
    let amount: Int
    let bodySizes: [Int]
    /// Whether the parts go in by `Transaction.load`.
    let isBulk: Bool
    let slot: Int
    /// The write whose parts it deletes.
    let erased: WriteNumber?

    package static let accounts = 48
    static let slots = 4

    /// `bodies`: the most bytes of one part.
    package init(seed: UInt64, _ number: WriteNumber, largestBody: Int = 20_000) {
        var random = FixedWorld(seed: seed ^ UInt64(bitPattern: number.rawValue) &* 0x9E37_79B9_7F4A_7C15).world.random
        self.number = number
        ending =
            switch random.below(12) {
            case 0: .throwsAnError
            case 1: .breaksARule
            default: .returns
            }
        from = random.below(Self.accounts)
        to = random.below(Self.accounts)
        amount = random.below(1_000)
        isBulk = random.below(10) == 0
        let parts = isBulk ? 20 + random.below(60) : random.below(4)
        bodySizes = (0..<parts).map { _ in random.below(8) == 0 && parts < 20 ? random.below(largestBody + 1) : random.below(200) }
        slot = random.below(Self.slots)
        let earlier = random.below(8)
        erased = earlier > 0 && earlier < 4 && number.step > earlier ? number.earlier(by: earlier) : nil
    }

    /// The bytes of a part: they cannot be mistaken for another's.
    static func body(_ number: WriteNumber, part: Int, bytes: Int) -> [UInt8] {
        let mark = UInt64(bitPattern: number.rawValue) &* 0xBF58_476D_1CE4_E5B9 &+ UInt64(part)
        return [UInt8](unsafeUninitializedCapacity: bytes) { buffer, count in
            for index in 0..<bytes { buffer[index] = UInt8(truncatingIfNeeded: (mark >> UInt64(index % 8 * 8)) &+ UInt64(index / 8)) }
            count = bytes
        }
    }
}

/// What a write's closure throws where its program says so.
package struct DeliberateError: Error, Hashable {}

/// Which write: the round of its program (each start of it is one), its writer, and its step there.
package struct WriteNumber: Sendable, Hashable, Comparable {
    package let round: Int
    package let writer: Int
    /// From 1.
    package let step: Int

    package init(round: Int, writer: Int, step: Int) {
        precondition((0..<1 << 16).contains(round) && (0..<1 << 12).contains(writer) && (0..<1 << 24).contains(step))
        self.round = round
        self.writer = writer
        self.step = step
    }

    package init(rawValue: Int64) {
        self.init(round: Int(rawValue >> 36), writer: Int(rawValue >> 24 & 0xFFF), step: Int(rawValue & 0xFF_FFFF))
    }

    package var rawValue: Int64 { Int64(round) << 36 | Int64(writer) << 24 | Int64(step) }

    /// One number for the round and the writer in it.
    var line: Int64 { rawValue >> 24 }

    func earlier(by steps: Int) -> WriteNumber { WriteNumber(round: round, writer: writer, step: step - steps) }

    package static func < (one: WriteNumber, other: WriteNumber) -> Bool { one.rawValue < other.rawValue }
}

extension Randomness {
    mutating func below(_ bound: Int) -> Int { bound > 0 ? Int(next() % UInt64(bound)) : 0 }
}
