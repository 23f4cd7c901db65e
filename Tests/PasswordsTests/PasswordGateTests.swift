import Base
import Dispatch
import Glibc
import Passwords
import Synchronization
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

    @Test("no more wait than may, and who is refused is told at once")
    func bound() async throws {
        let line = HashingLine(threads: 1, mostWaiting: 2) {}
        let mayEnd = DispatchSemaphore(value: 0)
        try await withThrowingTaskGroup { group in
            group.addTask {
                try await line.run {
                    mayEnd.wait()
                    return 0
                }
            }
            while line.activeCount < 1 { await Task.yield() }
            for number in 1...2 { group.addTask { try await line.run { number } } }
            while line.waitingCount < 2 { await Task.yield() }
            for _ in 0..<10 {
                let failure = await #expect(throws: Failure.self) { try await line.run { 3 } }
                #expect(failure?.kind == .overloaded && failure?.code == "sign_in_busy")
            }
            mayEnd.signal()
            var answers: Set<Int> = []
            for try await answer in group { answers.insert(answer) }
            #expect(answers == [0, 1, 2])
        }
        #expect(try await line.run { 4 } == 4)
    }

    @Test("who is cancelled while waiting leaves the line, and is not served")
    func cancellation() async throws {
        let line = HashingLine(threads: 1, mostWaiting: 10) {}
        let mayEnd = DispatchSemaphore(value: 0)
        let served = Served()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await line.run { mayEnd.wait() } }
            while line.activeCount < 1 { await Task.yield() }
            let waiting = (1...4).map { number in
                Task { try await line.run { served.add(number) } }
            }
            while line.waitingCount < 4 { await Task.yield() }
            waiting[1].cancel()
            waiting[2].cancel()
            for task in waiting[1...2] {
                let failure = await #expect(throws: Failure.self) { try await task.value }
                #expect(failure?.kind == .cancelled)
            }
            #expect(line.waitingCount == 2)
            mayEnd.signal()
            try await waiting[0].value
            try await waiting[3].value
            try await group.waitForAll()
        }
        #expect(served.all == [1, 4])
        // Cancelled before it came.
        let late = Task {
            while !Task.isCancelled { await Task.yield() }
            try await line.run { served.add(5) }
        }
        late.cancel()
        await #expect(throws: Failure.self) { try await late.value }
        #expect(served.all == [1, 4] && line.waitingCount == 0)
    }

    @Test("what a body throws reaches who waits for it, and the thread goes on")
    func failures() async throws {
        let line = HashingLine(threads: 1, mostWaiting: 0) {}
        for _ in 0..<3 {
            let failure = await #expect(throws: Failure.self) {
                try await line.run { () throws(Failure) -> Int in throw Failure(.fault, "test", Text(verbatim: "test")) }
            }
            #expect(failure?.code == "test")
            while line.activeCount > 0 { await Task.yield() }
        }
    }

    @Test("its threads give way to those who serve requests")
    func priority() async throws {
        let line = HashingLine(threads: 2, mostWaiting: 10) {}
        // Which thread this runs on may change at every await.
        let own = getpriority(Int32(PRIO_PROCESS.rawValue), 0)
        #expect(try await line.run { getpriority(Int32(PRIO_PROCESS.rawValue), 0) } == max(own, 10))
        #expect(getpriority(Int32(PRIO_PROCESS.rawValue), 0) == own)
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

private final class Served: Sendable {
    private let numbers = Mutex<Set<Int>>([])

    func add(_ number: Int) { numbers.withLock { _ = $0.insert(number) } }
    var all: Set<Int> { numbers.withLock { $0 } }
}

extension Sequence {
    fileprivate func asyncMap<Value>(_ transform: (Element) async throws -> Value) async rethrows -> [Value] {
        var values: [Value] = []
        for element in self { values.append(try await transform(element)) }
        return values
    }
}
