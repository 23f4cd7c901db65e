import Access
import Base
import Crypto
import Keys
import Records
import Runtime
import Store

/// Reads the journal for all who listen, and says who begins to listen where. Whatever it gives to a loop arrives there in the order in
/// which it is given: so nothing lies between what somebody missed and what they hear.
struct LiveFollower: Sendable {
    private let feed: LiveFeed
    /// Everything before it was given out; nil while nobody listens.
    private var position: Int64?
    private var seals: [Identifier?: LiveSeals] = [:]
    /// For what ends with the process, and for who belongs to no organisation.
    private let ownSeal: PositionSeal

    /// Organisations whose keys for positions are kept.
    private static let mostSeals = 10_000
    private static let batch = 200

    init(_ feed: LiveFeed) {
        self.feed = feed
        ownSeal = PositionSeal(random: feed.world.random)
    }

    /// Gives out all there is. Throws what the database throws.
    mutating func turn() async throws {
        repeat {
            let wishes = feed.takeWishes()
            do { try await admit(wishes) } catch {
                feed.returnWishes(wishes)
                throw error
            }
            pass()
        } while try await look()
    }

    private func give(_ chunks: [LiveChunk]) {
        guard !chunks.isEmpty else { return }
        for hub in feed.allHubs { hub.take(chunks.map { .chunk($0) }) }
    }

    /// What is not in the journal.
    private func pass() {
        let events = feed.passing.take(ownSeal)
        give(LiveChunk.chunks(of: events))
    }

    /// A window of the journal. False where there is no more.
    private mutating func look() async throws -> Bool {
        guard let position, !feed.interest.isEmpty else {
            position = nil
            return false
        }
        let news = try await feed.reader.news(from: position)
        for (tenant, places) in feed.reader.wanted(news.entries) {
            let seal = try await seals(of: tenant).journal
            for start in stride(from: 0, to: places.count, by: Self.batch) {
                let batch = Array(places[start..<min(start + Self.batch, places.count)])
                give(LiveChunk.chunks(of: try await feed.reader.events(batch, of: tenant, seal: seal)))
            }
        }
        self.position = news.next
        return news.hasMore
    }

    private mutating func seals(of tenant: Identifier?) async throws -> LiveSeals {
        if let known = seals[tenant] { return known }
        if seals.count >= Self.mostSeals { seals = [:] }
        var journal = ownSeal
        if let tenant { journal = PositionSeal(try await feed.host.keyring.searchKey(of: tenant.text).derived(for: "live positions")) }
        let made = LiveSeals(journal: journal, passing: ownSeal)
        seals[tenant] = made
        return made
    }
}

/// Who begins to listen.
extension LiveFollower {
    private mutating func admit(_ wishes: [LiveAdmittance.Wish]) async throws {
        guard !wishes.isEmpty else { return }
        let start: Int64
        if let position { start = position } else { start = try await feed.reader.size() }
        position = start
        var items: [ObjectIdentifier: [LiveHub.Item]] = [:]
        var end: Int64?
        for wish in wishes {
            let outcome: Result<LiveAdmittance.Start, Failure>
            do {
                let seals = try await seals(of: wish.tenant)
                if end == nil, wish.isAhead(of: start, seals) { end = try await feed.reader.size() }
                outcome = .success(wish.start(at: start, end: end ?? start, passing: feed.passing, seals, feed.limits))
            } catch { outcome = .failure(error as? Failure ?? .liveUnavailable) }
            // Before anything is read for them: what nobody listens to is passed over.
            if case .success = outcome { for key in wish.keys { feed.interest.add(key) } }
            items[ObjectIdentifier(wish.hub), default: []].append(.admission(LiveAdmittance(wish, outcome)))
        }
        for hub in feed.allHubs { if let items = items[ObjectIdentifier(hub)] { hub.take(items) } }
    }
}

extension PositionSeal {
    /// For what ends with the process.
    init(random: Randomness) { self.init(SymmetricKey(data: random.bytes(32))) }
}

extension Failure {
    fileprivate static let liveUnavailable = Failure(
        .unavailable, "live_unavailable",
        Text(es: "Ahora no se puede seguir ese tema: vuelva a intentarlo.", en: "That topic cannot be followed now: try again."))
}
