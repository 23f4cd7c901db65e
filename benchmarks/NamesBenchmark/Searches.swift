import Base
import Records

/// What is typed: beginnings of words of people who are there, each as likely as its person.
struct Searches {
    private var random = FixedWorld(seed: 2).world.random

    static func folded(_ name: String) -> String {
        WordFolding.words(of: name, atMost: 64).map { String(decoding: $0, as: UTF8.self) }.joined(separator: " ")
    }

    /// Of so many letters; shorter where a word is.
    mutating func next(_ letters: Int, of names: [String]) -> String {
        let name = names.randomElement(using: &random) ?? "a"
        let word = Self.folded(name).split(separator: " ").randomElement(using: &random) ?? "a"
        return String(word.prefix(letters))
    }
}

/// Milliseconds of the day that calls took.
struct Times {
    private var times: [Double] = []

    mutating func measure(_ work: () async throws -> Void) async rethrows {
        let start = ContinuousClock().now
        try await work()
        times.append((ContinuousClock().now - start) / .milliseconds(1))
    }

    func quantile(_ part: Double) -> String {
        let sorted = times.sorted()
        let value = sorted.isEmpty ? 0 : sorted[min(sorted.count - 1, Int(part * Double(sorted.count)))]
        return String(Double(Int(value * 1_000)) / 1_000)
    }
}
