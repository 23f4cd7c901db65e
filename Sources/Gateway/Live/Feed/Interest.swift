import Access
import Synchronization

/// Which topics anybody of this process listens to: what nobody hears is not read.
final class Interest: Sendable {
    fileprivate struct State {
        var topics: [TopicKey: Int] = [:]
        var tenants: [Identifier: Int] = [:]
        /// Of people, by organisation.
        var people: [Identifier: Int] = [:]
    }

    private let state = Mutex(State())

    func add(_ key: TopicKey) { state.withLock { $0.count(key, 1) } }

    func remove(_ key: TopicKey) { state.withLock { $0.count(key, -1) } }

    var isEmpty: Bool { state.withLock { $0.topics.isEmpty } }

    var subscriptions: Int { state.withLock { $0.topics.values.reduce(0, +) } }

    func isWanted(_ key: TopicKey) -> Bool { state.withLock { $0.topics[key] != nil } }

    /// Whether anybody of the organisation listens, and whether to people.
    func asks(_ tenant: Identifier) -> (any: Bool, people: Bool) {
        state.withLock { ($0.tenants[tenant] != nil, $0.people[tenant] != nil) }
    }
}

extension Interest.State {
    fileprivate mutating func count(_ key: TopicKey, _ change: Int) {
        Self.count(key, change, &topics)
        guard let tenant = key.tenant else { return }
        Self.count(tenant, change, &tenants)
        if key.topic.hasPrefix("subjects/") { Self.count(tenant, change, &people) }
    }

    private static func count<Key>(_ key: Key, _ change: Int, _ counts: inout [Key: Int]) {
        let sum = counts[key, default: 0] + change
        counts[key] = sum > 0 ? sum : nil
    }
}
