import Base

/// Names of people who do not exist: syllables put together by a seed, as unevenly used as real ones are (the thousandth
/// surname is a thousandth as frequent as the first). One or two given names, two surnames, some with accents or hyphens.
struct MadeUpNames {
    private var random: Randomness
    private let given: [String]
    private let surnames: [String]
    private let givenSums: [Double]
    private let surnameSums: [Double]

    init(seed: UInt64) {
        random = FixedWorld(seed: seed).world.random
        given = Self.distinct(2_500, syllables: 2...3, &random)
        surnames = Self.distinct(30_000, syllables: 2...4, &random)
        givenSums = Self.sums(given.count)
        surnameSums = Self.sums(surnames.count)
    }

    mutating func next() -> String {
        var name = one(given, givenSums)
        if Int.random(in: 0..<100, using: &random) < 55 { name += " " + one(given, givenSums) }
        let joint = Int.random(in: 0..<100, using: &random) < 4 ? "-" : " "
        return name + " " + one(surnames, surnameSums) + joint + one(surnames, surnameSums)
    }

    private mutating func one(_ names: [String], _ sums: [Double]) -> String {
        let drawn = Double.random(in: 0..<sums[sums.count - 1], using: &random)
        var (low, high) = (0, sums.count - 1)
        while low < high {
            let middle = (low + high) / 2
            if sums[middle] <= drawn { low = middle + 1 } else { high = middle }
        }
        return names[low]
    }

    private static func sums(_ count: Int) -> [Double] {
        var sum = 0.0
        return (1...count).map { rank in
            sum += 1 / Double(rank)
            return sum
        }
    }

    private static let starts = ["m", "g", "r", "l", "p", "s", "c", "v", "j", "f", "t", "h", "b", "d", "n", "qu", "z", "ch", "y", "ll", ""]
    private static let middles = ["a", "e", "i", "o", "u", "á", "é", "í", "ó", "ia", "ue", "ie", "a", "o", "e"]
    private static let ends = ["", "", "", "n", "r", "s", "l", "z", "ñ", "nd", "rr"]

    private static func distinct(_ count: Int, syllables: ClosedRange<Int>, _ random: inout Randomness) -> [String] {
        var names: Set<String> = []
        var ordered: [String] = []
        while ordered.count < count {
            var name = ""
            for _ in 0..<Int.random(in: syllables, using: &random) {
                // Early ones more often, so that first letters are as uneven as in life.
                let start = starts[min(Int.random(in: 0..<starts.count, using: &random), Int.random(in: 0..<starts.count, using: &random))]
                name += start + (middles.randomElement(using: &random) ?? "a") + (ends.randomElement(using: &random) ?? "")
            }
            let capital = name.prefix(1).uppercased() + name.dropFirst()
            if names.insert(capital).inserted { ordered.append(capital) }
        }
        return ordered
    }
}
