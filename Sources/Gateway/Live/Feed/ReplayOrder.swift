import Access
import Base
import NIOCore
import Records

/// What somebody missed is to be read for them, and given to them as fast as they take it.
struct ReplayOrder: Sendable {
    private let missed: Range<Int64>
    private let tenant: Identifier?
    private let keys: Set<TopicKey>
    private let start: LiveAdmittance.Start?
    private let subscription: NIOLoopBound<LiveSubscription>
    private let hub: LiveHub

    private static let batch = 200

    init(_ missed: Range<Int64>, of admittance: LiveAdmittance, hub: LiveHub) {
        self.missed = missed
        tenant = admittance.tenant
        keys = Set(admittance.keys)
        start = try? admittance.outcome.get()
        subscription = admittance.subscription
        self.hub = hub
    }

    func run(by reader: LiveReader) async {
        var isWhole = true
        do { isWhole = try await read(by: reader) } catch {
            // They left, or what they missed cannot be read now: then they read everything again.
            isWhole = false
        }
        hub.replayEnded(
            subscription, isWhole: isWhole, at: LivePositions(journal: missed.upperBound - 1, passing: start?.positions.passing ?? 0))
    }

    /// False where there was more than is told.
    private func read(by reader: LiveReader) async throws -> Bool {
        guard let tenant, let seal = start?.seals.journal else { return false }
        var position = missed.lowerBound
        var told = 0
        while position < missed.upperBound {
            let news = try await reader.news(from: position, to: missed.upperBound, of: tenant)
            for first in stride(from: 0, to: news.entries.count, by: Self.batch) {
                let places = Array(news.entries[first..<min(first + Self.batch, news.entries.count)])
                let events = try await reader.events(places, of: tenant, seal: seal).filter { !keys.isDisjoint(with: $0.keys) }
                told += events.count
                guard told <= hub.feed.limits.replayedEvents else { return false }
                for chunk in LiveChunk.chunks(of: events) { try await hub.replay(chunk, to: subscription) }
            }
            guard news.next > position else { break }
            position = news.next
        }
        return true
    }
}
