import Access
import Base
import Records
import Runtime
import Store
import Synchronization

/// What evaluations are ordered and counted by, of each but a few words: how much it needs somebody, why it was refused, what was decided.
///
/// These are health data, and no column in clear may say them. So they are read from the sealed records in the feature's own name, once
/// for each version, and stand in this process's memory alone (docs/decisions/0010 has the same for names), for half a day at most: what
/// is left of an erased person are then three words without a name.
final class EvaluationGists: Sendable {
    struct Gist: Sendable, Hashable {
        let need: Need
        /// Why it was refused, or failed.
        let refusal: String?
        let decision: MovementEvaluation.Review.Decision?
        /// `squat`; nil where it is none that is known.
        let exercise: String?
    }

    private struct Kept {
        let version: Int64
        let gist: Gist
        let at: Instant
    }

    private let kept = Mutex<[String: Kept]>([:])

    /// More than that are forgotten at once.
    private static let most = 100_000
    private static let lifetime = Duration.seconds(12 * 3_600)

    /// Of these rows of an organisation; those that are gone meanwhile are left out. Opens those that were not looked at before, 200 at a
    /// time.
    func gists(of rows: [EvaluationRow], in store: EvaluationStore, _ tenant: Identifier) async throws -> [String: Gist] {
        let now = store.host.world.now()
        var (known, unknown): ([String: Gist], [EvaluationRow]) = ([:], [])
        known.reserveCapacity(rows.count)
        kept.withLock { kept in
            for row in rows {
                if let one = kept[row.id], one.version == row.version, now - one.at < Self.lifetime {
                    known[row.id] = one.gist
                } else {
                    unknown.append(row)
                }
            }
        }
        guard !unknown.isEmpty else { return known }
        let worker = try store.working(for: nil, in: tenant)
        for start in stride(from: 0, to: unknown.count, by: PageRequest.limits.upperBound) {
            let piece = Array(unknown[start..<min(start + PageRequest.limits.upperBound, unknown.count)])
            for entry in try await store.opened(piece, by: worker) {
                let gist = Gist(
                    need: Need(of: entry.evaluation), refusal: entry.evaluation.refusal?.code, decision: entry.evaluation.review?.decision,
                    exercise: entry.evaluation.result?.exercise)
                known[entry.id] = gist
                kept.withLock { $0[entry.id] = Kept(version: entry.version, gist: gist, at: now) }
            }
        }
        kept.withLock { kept in
            if kept.count > Self.most { kept = kept.filter { now - $0.value.at < Self.lifetime } }
            if kept.count > Self.most { kept.removeAll() }
        }
        return known
    }
}

/// How much what was found asks for somebody's eyes.
enum Need: Int, Sendable, Comparable, CaseIterable {
    case usual
    case some
    case high

    /// A marked compensation or fewer than 40 points; a mild one or fewer than 70; neither. The numbers are our judgement and no clinical
    /// scale: they order a list and nothing else.
    init(of evaluation: MovementEvaluation) {
        guard let result = evaluation.result else {
            self = .usual
            return
        }
        let points = result.score?.points ?? 100
        if points < 40 || result.faults.contains(where: { $0.severity == "marked" }) {
            self = .high
        } else if points < 70 || !result.faults.isEmpty {
            self = .some
        } else {
            self = .usual
        }
    }

    static func < (one: Need, other: Need) -> Bool { one.rawValue < other.rawValue }

    /// After a wait each three days count as one step more, so that nobody waits for ever.
    func after(waiting: Duration) -> Need {
        let steps = Int(max(waiting.components.seconds, 0) / (3 * 86_400))
        return Need(rawValue: min(rawValue + steps, Self.high.rawValue)) ?? .high
    }
}
