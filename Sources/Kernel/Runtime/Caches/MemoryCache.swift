import Base
import Synchronization

/// A cache in this process's memory, of bounded size: what was not asked for the longest makes room.
///
/// Two halves, as a clock with two hands: when the young one is full it becomes the old one, and what was in that is gone; whoever is
/// asked for in time moves to the young one again. Cost: a lock that is one of many and a look-up, some 150 ns.
package final class MemoryCache: Cache {
    private struct Entry {
        let bytes: [UInt8]
        /// Of `World.elapsed`.
        let keptAt: Duration
        let until: Duration

        /// With its key, and what a dictionary takes for it.
        var cost: Int { bytes.count + 200 }
    }

    private struct Halves {
        var young: [CacheKey: Entry] = [:]
        var old: [CacheKey: Entry] = [:]
        var youngBytes = 0
        var oldBytes = 0
    }

    private final class Shard: Sendable {
        let halves = Mutex(Halves())
    }

    private let shards: [Shard]
    private let mostInHalf: Int
    private let world: World

    private static let shardCount = 16

    /// Of at most `bytes`, what the keeping itself takes included. One entry may have a thirty-second of it at most.
    package init(bytes: Int, world: World) {
        shards = (0..<Self.shardCount).map { _ in Shard() }
        mostInHalf = max(1, bytes / Self.shardCount / 2)
        self.world = world
    }

    /// As `Cache.kept`.
    package func kept(_ key: CacheKey) -> KeptBytes? {
        let now = world.elapsed()
        return shard(of: key).halves.withLock { halves in
            if let entry = halves.young[key] {
                guard now < entry.until else {
                    halves.youngBytes -= entry.cost
                    halves.young[key] = nil
                    return nil
                }
                return KeptBytes(entry.bytes, age: now - entry.keptAt)
            }
            guard let entry = halves.old.removeValue(forKey: key) else { return nil }
            halves.oldBytes -= entry.cost
            guard now < entry.until else { return nil }
            insert(entry, key, &halves)
            return KeptBytes(entry.bytes, age: now - entry.keptAt)
        }
    }

    /// As `Cache.keep`; nothing where the bytes are more than its share.
    package func keep(_ bytes: [UInt8], _ key: CacheKey, age: Duration) {
        let now = world.elapsed()
        let entry = Entry(bytes: bytes, keptAt: now, until: now + age)
        shard(of: key).halves.withLock { halves in
            remove(key, &halves)
            guard entry.cost <= mostInHalf else { return }
            insert(entry, key, &halves)
        }
    }

    package func drop(_ key: CacheKey) {
        shard(of: key).halves.withLock { remove(key, &$0) }
    }

    /// What it holds now.
    package var byteCount: Int { shards.reduce(0) { $0 + $1.halves.withLock { $0.youngBytes + $0.oldBytes } } }

    private func shard(of key: CacheKey) -> Shard { shards[Int(UInt(bitPattern: key.hashValue) % UInt(Self.shardCount))] }

    private func remove(_ key: CacheKey, _ halves: inout Halves) {
        if let former = halves.young.removeValue(forKey: key) { halves.youngBytes -= former.cost }
        if let former = halves.old.removeValue(forKey: key) { halves.oldBytes -= former.cost }
    }

    private func insert(_ entry: Entry, _ key: CacheKey, _ halves: inout Halves) {
        if halves.youngBytes + entry.cost > mostInHalf {
            halves.old = halves.young
            halves.oldBytes = halves.youngBytes
            halves.young = [:]
            halves.youngBytes = 0
        }
        halves.young[key] = entry
        halves.youngBytes += entry.cost
    }
}
