import Access
import Base
import Synchronization

/// How many different callers there were within the last five minutes. It remembers a keyed hash of each and the minute when they
/// last came; of bounded size: beyond it callers are not told apart any more, and the count stays where it is.
///
/// Cost: two hashes and a lock that is one of many, some 100 ns.
package final class ActiveCallers: Sendable {
    private final class Shard: Sendable {
        /// The minute since the clock's start, by caller.
        let seen = Mutex<[UInt64: Int64]>([:])
    }

    private let shards: [Shard]
    private let mostInShard: Int
    private static let shardCount = 16
    private static let minutes: Int64 = 5

    package init(capacity: Int = 100_000) {
        shards = (0..<Self.shardCount).map { _ in Shard() }
        mostInShard = max(1, capacity / Self.shardCount)
    }

    /// `now`: of `World.elapsed`.
    package func saw(_ caller: Caller, at now: Duration) {
        var hasher = Hasher()
        hasher.combine(caller.tenant)
        hasher.combine(caller.actor)
        let key = UInt64(truncatingIfNeeded: hasher.finalize())
        let minute = now.components.seconds / 60
        shards[Int(key % UInt64(Self.shardCount))].seen.withLock { seen in
            if seen[key] == minute { return }
            if seen.count >= mostInShard, seen[key] == nil {
                seen = seen.filter { minute - $0.value < Self.minutes }
                guard seen.count < mostInShard else { return }
            }
            seen[key] = minute
        }
    }

    package func count(at now: Duration) -> Int {
        let minute = now.components.seconds / 60
        return shards.reduce(0) { sum, shard in
            sum + shard.seen.withLock { $0.reduce(0) { minute - $1.value < Self.minutes ? $0 + 1 : $0 } }
        }
    }
}
