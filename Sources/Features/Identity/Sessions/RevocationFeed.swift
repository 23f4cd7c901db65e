import Base
import Runtime
import Store

/// Hears of sessions that other processes ended, twice a second.
struct RevocationFeed: Sendable {
    private let database: Database
    private let ended: EndedSessions
    private let world: World

    init(_ host: FeatureHost, _ ended: EndedSessions) {
        database = host.database
        self.ended = ended
        world = host.world
    }

    var daemon: Daemon { Daemon("identity.revocations") { try await run() } }

    private static let pause: Duration = .milliseconds(400)

    func run() async throws {
        var known: [ID<EndNotice>: Instant] = [:]
        var start = world.now() - EndedSessions.accountMemory
        while !Task.isCancelled {
            try await catchUp(from: start, &known)
            // Rows are read again for so long after their time.
            start = world.now() - EndedSessions.slack
            known = known.filter { $0.value > start }
            do { try await Task.sleep(for: Self.pause) } catch { return }
        }
    }

    /// Everything since `start` that is not known yet. To be called once before anybody is let in, too.
    func catchUp(from start: Instant, _ known: inout [ID<EndNotice>: Instant]) async throws {
        // However many there are: a policy of a large organisation ends as many tokens as it has members.
        let notices = try await database.read { tx in
            var found: [EndNotice] = []
            try tx.each("SELECT id, at, account, session FROM identity_revocations WHERE at > \(start) ORDER BY at, id") { row in
                found.append(try EndNotice(row))
                return true
            }
            return found
        }
        for notice in notices where known[notice.id] == nil {
            known[notice.id] = notice.at
            ended.take(notice)
        }
    }
}
