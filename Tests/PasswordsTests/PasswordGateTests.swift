import Base
import Passwords
import Testing

@Suite("The gate of passwords")
struct PasswordGateTests {
    private let random = FixedWorld(seed: 1).world.random
    private let password = Secret("tres palabras sueltas")

    private func gate(_ cost: PasswordCost = .smallest, threads: Int = 2, mostWaiting: Int = 200) -> PasswordGate {
        PasswordGate(cost: cost, random: random, threads: threads, mostWaiting: mostWaiting)
    }

    @Test("tells right from wrong, and what is to be hashed anew")
    func verdicts() async throws {
        let gate = gate()
        let kept = try await gate.hash(password)
        #expect(PasswordHash(kept)?.cost == .smallest)
        #expect(try await gate.check(password, against: kept) == .right)
        #expect(try await gate.check(Secret("tres palabras suelta"), against: kept) == .wrong)
        #expect(try await gate.check(Secret(""), against: kept) == .wrong)
        #expect(try await gate.check(password, against: nil) == .wrong)
        for damaged in ["", "x", kept + "A", String(kept.dropLast()), "$argon2id$v=19$m=4194304,t=9,p=1$AAECAwQFBgcICQoLDA0ODw$AAAA"] {
            #expect(try await gate.check(password, against: damaged) == .wrong)
        }
        let dearer = self.gate(try #require(PasswordCost(memoryKibibytes: 64, passes: 1, lanes: 1)))
        #expect(try await dearer.check(password, against: kept) == .rightButOutdated)
        #expect(try await dearer.check(Secret("wrong"), against: kept) == .wrong)
        // Kept under more memory than the gate's own block.
        #expect(try await gate.check(password, against: try await dearer.hash(password)) == .rightButOutdated)
    }

    @Test("what is no password is refused, whoever asks")
    func noPassword() async throws {
        let gate = gate()
        let kept = try await gate.hash(password)
        for (bytes, code) in [
            ([], "password_empty"), ([UInt8](repeating: 97, count: 1 << 20), "password_too_long"), ([0xFF], "password_no_text"),
        ] as [([UInt8], String)] {
            let failure = await #expect(throws: Failure.self) { try await gate.hash(Secret(bytes)) }
            #expect(failure?.kind == .invalid && failure?.code == code)
            #expect(try await gate.check(Secret(bytes), against: kept) == .wrong)
            #expect(try await gate.check(Secret(bytes), against: nil) == .wrong)
        }
    }

    @Test("many at once are each told the truth")
    func crowd() async throws {
        let gate = gate(mostWaiting: 1_000)
        let kept = try await (0..<20).asyncMap { try await gate.hash(Secret("password of \($0)")) }
        try await withThrowingTaskGroup { group in
            for round in 0..<400 {
                group.addTask {
                    let verdict = try await gate.check(Secret("password of \(round % 20)"), against: kept[(round / 20) % 20])
                    #expect((verdict == .right) == (round % 20 == (round / 20) % 20))
                }
            }
            try await group.waitForAll()
        }
        #expect(gate.waitingCount == 0)
    }

    @Test("an account that does not exist costs what one that does costs")
    func equalWork() async throws {
        let gate = gate(try #require(PasswordCost(memoryKibibytes: 4_096, passes: 2, lanes: 1)), threads: 1)
        let kept = try await gate.hash(password)
        let wrong = Secret("tres palabras perdidas")
        var times: [String: [Duration]] = [:]
        let clock = ContinuousClock()
        // In turn, so that whatever else the machine does falls on all alike.
        for _ in 0..<40 {
            for (name, stored) in [("known", kept), ("unknown", nil), ("damaged", "x")] {
                let time = try await clock.measure { _ = try await gate.check(wrong, against: stored) }
                times[name, default: []].append(time)
            }
        }
        let medians = times.mapValues { $0.sorted()[$0.count / 2] }
        let known = try #require(medians["known"])
        for (name, median) in medians { #expect((0.6...1.67).contains(median / known), "\(name) \(median) \(known)") }
        // It is work: a check of nothing would take a hundredth.
        #expect(known > .milliseconds(1))
    }
}

extension Sequence {
    fileprivate func asyncMap<Value>(_ transform: (Element) async throws -> Value) async rethrows -> [Value] {
        var values: [Value] = []
        for element in self { values.append(try await transform(element)) }
        return values
    }
}
