import Dispatch
import Synchronization

/// Something that happens once and that others wait for, tasks and closures on threads of an engine alike. Every wait has
/// a deadline, so that a test that goes wrong fails and does not hang.
package final class Occurrence: Sendable {
    private struct State {
        var hasHappened = false
        var waiting: [Int: CheckedContinuation<Void, any Error>] = [:]
        var number = 0
    }

    private let state = Mutex(State())
    private let turnstile = DispatchSemaphore(value: 0)

    package init() {}

    package var hasHappened: Bool { state.withLock { $0.hasHappened } }

    /// It happens now; again is no different.
    package func happen() {
        let waiting: [CheckedContinuation<Void, any Error>]? = state.withLock { state in
            guard !state.hasHappened else { return nil }
            state.hasHappened = true
            defer { state.waiting = [:] }
            return Array(state.waiting.values)
        }
        guard let waiting else { return }
        turnstile.signal()
        for continuation in waiting { continuation.resume() }
    }

    /// Waits for it from a task. Throws `Overdue`.
    package func wait(seconds: Int = 20) async throws {
        try await withCheckedThrowingContinuation { continuation in
            let number: Int? = state.withLock { state in
                guard !state.hasHappened else { return nil }
                state.number += 1
                state.waiting[state.number] = continuation
                return state.number
            }
            guard let number else { return continuation.resume() }
            DispatchQueue.global().asyncAfter(deadline: .now() + .seconds(seconds)) { [self] in
                state.withLock { $0.waiting.removeValue(forKey: number) }?.resume(throwing: Overdue())
            }
        }
    }

    /// Waits for it from a closure that an engine runs on a thread of its own. Throws `Overdue`.
    package func block(seconds: Int = 20) throws {
        guard turnstile.wait(timeout: .now() + .seconds(seconds)) == .success else { throw Overdue() }
        turnstile.signal()
    }
}

/// A place where `count` closures wait for each other; later ones pass. So that transactions overlap for certain.
package final class Meeting: Sendable {
    private let missing: Mutex<Int>
    private let complete = Occurrence()

    package init(of count: Int) {
        missing = Mutex(count)
    }

    /// Blocks until all have come. Throws `Overdue`.
    package func arrive() throws {
        let isComplete = missing.withLock { missing in
            missing -= 1
            return missing <= 0
        }
        if isComplete { complete.happen() }
        try complete.block()
    }
}

/// What a test waited for did not happen.
package struct Overdue: Error {
    package init() {}
}

/// Asks every 10 ms until the answer is yes, for what no event tells. Throws `Overdue`.
package func eventually(seconds: Int = 20, _ isSo: () async throws -> Bool) async throws {
    let clock = ContinuousClock()
    let end = clock.now + .seconds(seconds)
    while clock.now < end {
        if try await isSo() { return }
        try await Task.sleep(for: .milliseconds(10))
    }
    throw Overdue()
}
