import Base
import Synchronization
import Web

/// The last answers that were faults of ours, by the numbers under which the log knows them.
package final class RecentErrors: Sendable {
    /// One of them.
    package struct Entry: Sendable, Hashable {
        package let at: Instant
        package let route: String
        package let status: Int
        package let id: ID<Call>?
    }

    private let ring = Mutex<[Entry]>([])
    private static let most = 50

    package init() {}

    package func add(_ entry: Entry) {
        ring.withLock { ring in
            if ring.count >= Self.most { ring.removeFirst() }
            ring.append(entry)
        }
    }

    /// The newest first.
    package var entries: [Entry] { ring.withLock { $0.reversed() } }
}
