import Base
import Store
import Synchronization

/// Whether what a replica holds is fresh enough for a read.
final class Freshness: Sendable {
    let samples = PositionSamples()
    private let world: World
    private let newestAge = Mutex<Duration?>(nil)

    init(_ world: World) {
        self.world = world
    }

    /// How old the data of a replica that has replayed up to `position` are at most; nil where nothing is known.
    func age(at position: Int64) -> Duration? {
        let age = samples.completeUntil(position).map { world.elapsed() - $0 }
        newestAge.withLock { $0 = age }
        return age
    }

    /// Of the replica asked last.
    var lastAge: Duration? { newestAge.withLock { $0 } }

    /// The answer to `replayedPosition`; nil where nothing was replayed, as on a primary.
    static func position(_ answer: Answer) -> Int64? {
        let row = AnswerRow(answer)
        guard answer.rowCount == 1, !row.isNull(0) else { return nil }
        do { return try row.integer(0) } catch { return nil }
    }
}

extension Failure {
    /// Inside the engine: the primary is asked instead.
    static let staleReplica = Failure(
        .unavailable, "stale_replica",
        Text(es: "La réplica no está al día.", en: "The replica is not up to date."))
}
