import Access
import Base
import NIOCore
import Records

/// What somebody missed is to be read for them, and given to them as fast as they take it.
struct ReplayOrder: Sendable {
    private var missed: Range<Int64>
    private var told = 0
    private let tenant: Identifier?
    private let keys: Set<TopicKey>
    private let start: LiveAdmittance.Start?
    let subscription: NIOLoopBound<LiveSubscription>
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
        var rest = self
        var outcome = Outcome.tooMuch
        // Where they left, or what they missed cannot be read now, they read everything again.
        do { outcome = try await rest.read(by: reader) } catch { outcome = .tooMuch }
        guard outcome != .paused else { return hub.replayLater(rest) }
        hub.replayEnded(
            subscription, isWhole: outcome == .whole,
            at: LivePositions(journal: missed.upperBound - 1, passing: start?.positions.passing ?? 0))
    }

    private enum Outcome {
        case whole
        /// They do not take more now.
        case paused
        case tooMuch
    }

    private mutating func read(by reader: LiveReader) async throws -> Outcome {
        guard let tenant, let seal = start?.seals.journal else { return .tooMuch }
        var position = missed.lowerBound
        while position < missed.upperBound {
            let news = try await reader.news(from: position, to: missed.upperBound, of: tenant)
            for first in stride(from: 0, to: news.entries.count, by: Self.batch) {
                let places = Array(news.entries[first..<min(first + Self.batch, news.entries.count)])
                let events = try await reader.events(places, of: tenant, seal: seal).filter { !keys.isDisjoint(with: $0.keys) }
                told += events.count
                guard told <= hub.feed.limits.replayedEvents else { return .tooMuch }
                for chunk in LiveChunk.chunks(of: events) {
                    guard try await !hub.replay(chunk, to: subscription), let last = chunk.events.last else { continue }
                    missed = last.position + 1..<missed.upperBound
                    return .paused
                }
            }
            guard news.next > position else { break }
            position = news.next
        }
        return .whole
    }
}
