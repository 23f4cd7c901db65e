import Base
import Synchronization

/// Lets a closure that others overtook again and again run alone among those of this process, so that it comes through
/// however many want the same row. All others run side by side and pay two locks of a mutex for it.
final class ContentionGate: Sendable {
    private struct State {
        var together = 0
        var isOneAlone = false
        var wantingAlone = 0
        var waiting: [Wakeup] = []
    }
    private let state = Mutex(State())
    private let world: World

    init(_ world: World) {
        self.world = world
    }

    /// Returns what interrupted the wait; nil: inside, and `leave` is due.
    func enter(alone: Bool, _ watch: any Watch, _ wakeup: Wakeup) -> Failure? {
        if alone { state.withLock { $0.wantingAlone += 1 } }
        while true {
            let isInside = state.withLock { state in
                let isFree = !state.isOneAlone && (alone ? state.together == 0 : state.wantingAlone == 0)
                if !isFree {
                    if !state.waiting.contains(where: { $0 === wakeup }) { state.waiting.append(wakeup) }
                } else if alone {
                    state.isOneAlone = true
                    state.wantingAlone -= 1
                } else {
                    state.together += 1
                }
                return isFree
            }
            if isInside { return nil }
            if let failure = watch.interruption(at: world.elapsed()) {
                if alone { change { $0.wantingAlone -= 1 } }
                return failure
            }
            _ = wait(socket: -1, for: 0, or: wakeup, atMost: watch.deadline - world.elapsed())
        }
    }

    func leave(alone: Bool) {
        change { state in
            if alone { state.isOneAlone = false } else { state.together -= 1 }
        }
    }

    private func change(_ body: (inout State) -> Void) {
        let waiting = state.withLock { state in
            body(&state)
            defer { state.waiting.removeAll() }
            return state.waiting
        }
        for wakeup in waiting { wakeup.signal() }
    }
}
