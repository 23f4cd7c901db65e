import Base
import Synchronization

/// Lets a closure that others overtook again and again run alone among those of this process, so that it comes through
/// however many want the same row. All others run side by side and pay two locks of a mutex for it.
///
/// Whoever waits here keeps a connection from those who only read, and whoever is inside may itself wait for a lock that another
/// program holds: so nobody waits longer than a moment, and after a wait in vain nobody waits at all for a while.
final class ContentionGate: Sendable {
    /// How a closure is inside.
    enum Way {
        case alone
        case together
    }

    private struct State {
        var together = 0
        var isOneAlone = false
        var wantingAlone = 0
        var waiting: [Wakeup] = []
        /// Nobody waits for anybody before this, on the world's `elapsed`.
        var openUntil = Duration.zero
    }
    private let state = Mutex(State())
    private let world: World

    init(_ world: World) {
        self.world = world
    }

    private static let patience: Duration = .milliseconds(100)
    /// With `patience`: a tenth of the time at most is waited in vain.
    private static let pauseAfterWaitInVain: Duration = .seconds(1)

    /// Returns how it is inside; `leave` is due. Throws what interrupted the wait.
    func enter(alone: Bool, _ watch: any Watch, _ wakeup: Wakeup) throws(Failure) -> Way {
        if alone { state.withLock { $0.wantingAlone += 1 } }
        var limit: Duration?
        while true {
            if let way = state.withLock({ admit(alone: alone, &$0, wakeup) }) { return way }
            let now = world.elapsed()
            if let failure = watch.interruption(at: now) {
                if alone { change { $0.wantingAlone -= 1 } }
                throw failure
            }
            let until = limit ?? now + Self.patience
            limit = until
            if now >= until {
                change { $0.openUntil = now + Self.pauseAfterWaitInVain }
            } else {
                _ = wait(socket: -1, for: 0, or: wakeup, atMost: min(until, watch.deadline) - now)
            }
        }
    }

    private func admit(alone: Bool, _ state: inout State, _ wakeup: Wakeup) -> Way? {
        let isEmpty = state.together == 0 && !state.isOneAlone
        let isFree = alone ? isEmpty : !state.isOneAlone && state.wantingAlone == 0
        guard isFree || world.elapsed() < state.openUntil else {
            if !state.waiting.contains(where: { $0 === wakeup }) { state.waiting.append(wakeup) }
            return nil
        }
        if alone { state.wantingAlone -= 1 }
        guard alone, isEmpty else {
            state.together += 1
            return .together
        }
        state.isOneAlone = true
        return .alone
    }

    func leave(_ way: Way) {
        change { state in
            switch way {
            case .alone: state.isOneAlone = false
            case .together: state.together -= 1
            }
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
