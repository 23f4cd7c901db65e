import Base
import FuzzTargets
import Testing

/// The same entry points as under libFuzzer, with mutations that a seed repeats: what a minute of that found stays found.
@Suite("Parsers under mutated input")
struct FuzzTests {
    static let rounds = 20_000

    @Test("keep their properties", arguments: FuzzTarget.all.map(\.name))
    func properties(_ name: String) throws {
        let target = try #require(FuzzTarget.all.first { $0.name == name })
        let corpus = target.corpus
        var random = FixedWorld(seed: 1).world.random
        // A property that does not hold traps, and the seed repeats it.
        for seed in corpus { seed.withUnsafeBytes { target.run($0) } }
        var longest = 0
        for _ in 0..<Self.rounds {
            var input = corpus[Int.random(in: 0..<corpus.count, using: &random)]
            for _ in 0...Int.random(in: 0...3, using: &random) { Self.mutate(&input, corpus, &random) }
            longest = max(longest, input.count)
            input.withUnsafeBytes { target.run($0) }
        }
        #expect(longest > 0)
    }

    /// One change such as a fuzzer makes: a byte, a bit, a piece taken out, doubled or taken from another input, a number.
    private static func mutate(_ input: inout [UInt8], _ corpus: [[UInt8]], _ random: inout Randomness) {
        let at = Int.random(in: 0...input.count, using: &random)
        let end = min(input.count, at + Int.random(in: 0...8, using: &random))
        switch Int.random(in: 0..<7, using: &random) {
        case 0 where at < input.count: input[at] = UInt8.random(in: 0...255, using: &random)
        case 1 where at < input.count: input[at] ^= 1 << UInt8.random(in: 0...7, using: &random)
        case 2: input.removeSubrange(at..<end)
        case 3: input.insert(contentsOf: input[at..<end], at: at)
        case 4:
            let other = corpus[Int.random(in: 0..<corpus.count, using: &random)]
            input.replaceSubrange(at..., with: other.dropFirst(at))
        case 5: input.insert(contentsOf: String(Int64(bitPattern: random.next())).utf8, at: at)
        default: input.insert(Array("\"\\{}[],:0eu-.TZ+=@ /\n\u{80}".utf8).randomElement(using: &random) ?? 0, at: at)
        }
    }
}
