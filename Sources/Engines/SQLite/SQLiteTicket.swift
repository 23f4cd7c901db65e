import Base
import Store
import Synchronization

/// Someone who waits in a `SQLiteLine` for a connection or a thread.
///
/// Whoever moves it out of `waiting`, the one who serves or the one who gives up, has it alone from then on.
package class SQLiteTicket: @unchecked Sendable {
    // Safe to share: the atomics are, `expiry` never changes, and what subclasses add belongs to whoever won the stage.
    enum Stage: UInt8, AtomicRepresentable {
        /// Not in line yet.
        case made
        case waiting
        /// Being served; its answer comes from there.
        case taken
        /// Left the line unserved.
        case abandoned
    }

    let stage = Atomic<Stage>(.made)
    let isCancelled = Atomic<Bool>(false)
    /// In terms of `World.elapsed`.
    let expiry: Duration
    /// Whether it must not share what it waits for with others.
    let isLong: Bool

    /// Later than any clock shows.
    package static let never: Duration = .seconds(1 << 40)

    init(expiry: Duration, isLong: Bool = false) {
        self.expiry = expiry
        self.isLong = isLong
    }

    /// Why it need not be served: nobody waits for it any more.
    final func refusal(at now: Duration) -> Failure? {
        if isCancelled.load(ordering: .relaxed) { return .databaseCancelled }
        return now > expiry ? .databaseDeadlineExceeded : nil
    }

    /// Answers whoever waits. Called once, by the winner of the stage.
    func refuse(_ error: any Error) {
        preconditionFailure("every ticket says how it is refused")
    }

    final func move(from old: Stage, to new: Stage) -> Bool {
        stage.compareExchange(expected: old, desired: new, ordering: .sequentiallyConsistent).exchanged
    }
}
