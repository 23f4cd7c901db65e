import Base
import Synchronization

/// Wakes one loop: rung from anywhere, any number of times, it is heard once.
final class Bell: Sendable {
    private struct State {
        var isRung = false
        var listener: CheckedContinuation<Void, Never>?
    }

    private let state = Mutex(State())

    func ring() {
        let listener = state.withLock { state in
            guard let listener = state.listener else {
                state.isRung = true
                return nil as CheckedContinuation<Void, Never>?
            }
            state.listener = nil
            return listener
        }
        listener?.resume()
    }

    /// Returns when it rings, at once where it rang since the last time, and at the latest after `most`. One may listen at a time.
    func wait(atMost most: Duration) async {
        if takeRing() { return }
        let alarm = Task { [self] in
            do { try await Task.sleep(for: max(most, .zero)) } catch { return }
            ring()
        }
        await withCheckedContinuation { continuation in
            let isRung = state.withLock { state in
                if !state.isRung { state.listener = continuation }
                defer { state.isRung = false }
                return state.isRung
            }
            if isRung { continuation.resume() }
        }
        alarm.cancel()
    }

    private func takeRing() -> Bool {
        state.withLock { state in
            defer { state.isRung = false }
            return state.isRung
        }
    }
}
