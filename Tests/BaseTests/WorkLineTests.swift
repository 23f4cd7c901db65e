import Base
import Dispatch
import Glibc
import Synchronization
import Testing

@Suite("The line before work that takes long")
struct WorkLineTests {
    @Test("no more wait than may, and who is refused is told at once")
    func bound() async throws {
        let line = WorkLine(threads: 1, mostWaiting: 2, busy: .busy)
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
                #expect(failure?.kind == .overloaded && failure?.code == "busy")
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
        let line = WorkLine(threads: 1, mostWaiting: 10, busy: .busy)
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
        let line = WorkLine(threads: 1, mostWaiting: 0, busy: .busy)
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
        let line = WorkLine(threads: 2, mostWaiting: 10, busy: .busy)
        // Which thread this runs on may change at every await.
        let own = getpriority(Int32(PRIO_PROCESS.rawValue), 0)
        #expect(try await line.run { getpriority(Int32(PRIO_PROCESS.rawValue), 0) } == max(own, 10))
        #expect(getpriority(Int32(PRIO_PROCESS.rawValue), 0) == own)
    }
}

extension Failure {
    fileprivate static let busy = Failure(.overloaded, "busy", Text(verbatim: "busy"))
}

private final class Served: Sendable {
    private let numbers = Mutex<Set<Int>>([])

    func add(_ number: Int) { numbers.withLock { _ = $0.insert(number) } }
    var all: Set<Int> { numbers.withLock { $0 } }
}
