import Base
import Synchronization

/// Whom a limit is about: 64 bits of a keyed hash, whose key is this process's own, so that nobody can choose two that meet.
package struct PaceKey: Hashable, Sendable {
    let bits: UInt64

    init(_ feed: (inout Hasher) -> Void) {
        var hasher = Hasher()
        feed(&hasher)
        bits = UInt64(truncatingIfNeeded: hasher.finalize())
    }

    package static func == (one: PaceKey, other: PaceKey) -> Bool { one.bits == other.bits }
    package func hash(into hasher: inout Hasher) { hasher.combine(bits) }
}

/// How much each of many callers has asked, under one rule: exact under any number of threads, and of bounded size.
///
/// Where it is full, whoever has nothing to be remembered for makes room. Nobody who is limited is ever forgotten, so filling the
/// table gains nobody anything; whoever is new while it is full of such shares one count with the others who are new.
///
/// Cost: a lock that is one of many, and a look-up; some 100 ns.
final class PaceTable<State: PaceState>: Sendable {
    private struct Shard {
        var places: [PaceKey: Int] = [:]
        var keys: [PaceKey] = []
        var states: [State] = []
        /// Where it looks next for somebody to forget.
        var hand = 0
        /// Of those for whom there is no room.
        var others = State()
    }

    private final class Locked: Sendable {
        let shard = Mutex(Shard())
    }

    let rule: PaceRule
    private let shards: [Locked]
    private let mostInShard: Int

    private static var shardCount: Int { 32 }
    /// How many it looks at for one new caller.
    private static var mostLooks: Int { 8 }

    /// Of at most `capacity` callers.
    init(_ rule: PaceRule, capacity: Int = 65_536) {
        self.rule = rule
        shards = (0..<Self.shardCount).map { _ in Locked() }
        mostInShard = max(1, capacity / Self.shardCount)
    }

    /// Takes `amount` for `key`, or nothing where that is too much. Never for `.unlimited`.
    func take(_ amount: Int = 1, for key: PaceKey, at now: Duration) -> PaceVerdict {
        withState(of: key, at: now) { $0.take(amount, rule, at: now) }
    }

    func withState<Value: Sendable>(of key: PaceKey, at now: Duration, _ body: (inout State) -> Value) -> Value {
        shards[Int(key.bits % UInt64(Self.shardCount))].shard.withLock { shard in
            guard let place = place(of: key, in: &shard, at: now) else { return body(&shard.others) }
            return body(&shard.states[place])
        }
    }

    /// How many it remembers.
    var count: Int { shards.reduce(0) { $0 + $1.shard.withLock { $0.keys.count } } }

    private func place(of key: PaceKey, in shard: inout Shard, at now: Duration) -> Int? {
        if let known = shard.places[key] { return known }
        if shard.keys.count < mostInShard {
            shard.places[key] = shard.keys.count
            shard.keys.append(key)
            shard.states.append(State())
            return shard.keys.count - 1
        }
        for _ in 0..<Self.mostLooks {
            let place = shard.hand
            shard.hand = (place + 1) % mostInShard
            guard shard.states[place].isFresh(rule, at: now) else { continue }
            shard.places[shard.keys[place]] = nil
            shard.places[key] = place
            shard.keys[place] = key
            shard.states[place] = State()
            return place
        }
        return nil
    }
}
