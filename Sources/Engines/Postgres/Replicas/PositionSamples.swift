import Synchronization

/// How far the primary had written at moments that our own clock knows: what makes a replica's age provable.
///
/// Everything committed before a sample was asked for lies at or below its position. A replica that has replayed up to a
/// position therefore holds all that was committed before the newest sample at or below it. No other machine's clock is
/// trusted.
final class PositionSamples: Sendable {
    /// Position in bytes of the write-ahead log; time on the world's `elapsed`, from before the question.
    private struct Sample {
        let position: Int64
        let askedAt: Duration
    }
    /// Newest last.
    private let samples = Mutex<[Sample]>([])

    private static let most = 256

    func note(_ position: Int64, askedAt: Duration) {
        samples.withLock { samples in
            // Answers can arrive out of order.
            guard samples.last.map({ $0.askedAt < askedAt }) ?? true else { return }
            if samples.count >= Self.most { samples.removeFirst(Self.most / 2) }
            samples.append(Sample(position: position, askedAt: askedAt))
        }
    }

    /// The moment up to which a replica that has replayed to `position` holds everything; nil where no sample tells.
    func completeUntil(_ position: Int64) -> Duration? {
        samples.withLock { samples in samples.last { $0.position <= position }?.askedAt }
    }

    var newest: Duration? { samples.withLock { $0.last?.askedAt } }

    /// After the primary was lost: another may have taken its place, with another history.
    func forget() { samples.withLock { $0.removeAll() } }
}
