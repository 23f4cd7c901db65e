import Access
import Base
import NIOCore

/// Where a listener is, by each count of positions: everything up to there was told, or was not theirs.
struct LivePositions: Sendable, Hashable {
    var journal: Int64
    var passing: Int64
}

/// How positions are written for an organisation.
struct LiveSeals: Sendable {
    let journal: PositionSeal
    let passing: PositionSeal

    func text(_ positions: LivePositions, isJournal: Bool, salt: UInt32 = 0) -> String {
        isJournal ? journal.text(positions.journal, salt: salt) : passing.text(positions.passing, salt: salt)
    }
}

/// The other side of subscriptions: a WebSocket, or a stream of events. Lives on one event loop.
protocol LiveSink: AnyObject {
    /// nil once nobody stands behind it.
    var standing: Standing? { get }
    /// False where what was written has not left; nothing more is given to it then.
    var isReady: Bool { get }
    /// Kept when it is ready; failed when it is over.
    func whenReady(_ promise: EventLoopPromise<Void>)
    /// It will be told what happens from `positions` on.
    func began(_ subscription: LiveSubscription)
    func refused(_ subscription: LiveSubscription, _ failure: Failure)
    /// Something was not told: everything is to be read again.
    func reset(_ subscription: LiveSubscription)
    /// Events of a chunk by topic, in their order.
    func deliver(_ matched: [LiveSubscription.Match], of chunk: LiveChunk, to subscription: LiveSubscription, _ parcels: Parcels)
    func flush()
}

/// Somebody's wish to hear of some topics, from where they are: first what they missed, then what happens. Lives on one event loop.
final class LiveSubscription {
    let topics: [Topic]
    /// In the order of `topics`.
    let keys: [TopicKey]
    private let kinds: Set<Bool>
    /// Where they were, as they say it.
    let after: (journal: String?, passing: String?)
    private weak var sink: (any LiveSink)?
    private(set) var seals: LiveSeals?
    /// Where the last event stands that was given to the sink: for a sink of several topics.
    var told = LivePositions(journal: -1, passing: -1)
    private(set) var positions = LivePositions(journal: -1, passing: -1)
    private var phase = Phase.waiting
    private var gathered: [Match] = []
    private var isLost = false

    /// Events of a topic, by its index, in a chunk.
    struct Match {
        let topic: Int
        var mask: UInt64
    }

    private enum Phase {
        case waiting
        /// What happens meanwhile waits here.
        case catchingUp([(LiveChunk, [Match])])
        case live
        case over
    }

    /// Chunks that wait while somebody catches up; with more they read everything again.
    private static let mostHeld = 256

    /// `kinds`: whether there are topics of the journal, and others.
    init(_ topics: [Topic], keys: [TopicKey], kinds: Set<Bool>, after: (journal: String?, passing: String?), sink: any LiveSink) {
        self.topics = topics
        self.keys = keys
        self.kinds = kinds
        self.after = after
        self.sink = sink
    }

    var isOver: Bool { if case .over = phase { true } else { sink == nil } }
    var readySink: (any LiveSink)? { isOver ? nil : sink }

    /// Whether one of its topics is of the journal; or is not.
    func hears(journal: Bool) -> Bool { kinds.contains(journal) }

    func end() {
        phase = .over
        gathered = []
    }

    func refuse(_ failure: Failure) {
        guard !isOver else { return }
        phase = .over
        sink?.refused(self, failure)
    }

    /// From `positions` on everything will be given to it; `catchesUp`: but what comes first is on its way.
    func begin(at positions: LivePositions, seals: LiveSeals, catchesUp: Bool, isReset: Bool) {
        self.positions = positions
        told = positions
        self.seals = seals
        phase = catchesUp ? .catchingUp([]) : .live
        sink?.began(self)
        if isReset { sink?.reset(self) }
    }

    /// Which of some events are news to it, and may be.
    private func news(_ mask: UInt64, of chunk: LiveChunk, at now: Instant) -> UInt64 {
        guard let standing = readySink?.standing?.at(now) else { return 0 }
        var visible: UInt64 = 0
        for (bit, event) in chunk.events.enumerated() where mask & (1 << UInt64(bit)) != 0 {
            let seen = event.isJournal ? positions.journal : positions.passing
            if event.position > seen, event.audience.includes(standing) { visible |= 1 << UInt64(bit) }
        }
        return visible
    }

    /// Takes note of those events of a topic that it may know of. True for the first of a chunk.
    func gather(_ index: Int, _ mask: UInt64, of chunk: LiveChunk, at now: Instant) -> Bool {
        let visible = news(mask, of: chunk, at: now)
        guard visible != 0 else { return false }
        gathered.append(Match(topic: index, mask: visible))
        return gathered.count == 1
    }

    /// Gives out what was gathered.
    func settle(_ chunk: LiveChunk, _ parcels: Parcels) {
        let matched = gathered.sorted { $0.topic < $1.topic }
        gathered = []
        guard !isOver, !matched.isEmpty else { return }
        if case .catchingUp(var held) = phase {
            phase = .waiting
            if held.count < Self.mostHeld { held.append((chunk, matched)) } else { isLost = true }
            phase = .catchingUp(isLost ? [] : held)
            return
        }
        deliver(matched, of: chunk, parcels)
        sink?.flush()
    }

    private func deliver(_ matched: [Match], of chunk: LiveChunk, _ parcels: Parcels) {
        move(past: chunk)
        guard !isLost, let sink, sink.isReady else {
            isLost = true
            return
        }
        sink.deliver(matched, of: chunk, to: self, parcels)
    }

    private func move(past chunk: LiveChunk) {
        for event in chunk.events {
            if event.isJournal {
                positions.journal = max(positions.journal, event.position)
            } else {
                positions.passing = max(positions.passing, event.position)
            }
        }
    }

    /// Something that happened before it began.
    func takeMissed(_ chunk: LiveChunk, _ parcels: Parcels, at now: Instant) {
        var matched: [Match] = []
        for (index, key) in keys.enumerated() {
            guard let mask = chunk.masks.first(where: { $0.key == key })?.mask else { continue }
            let visible = news(mask, of: chunk, at: now)
            if visible != 0 { matched.append(Match(topic: index, mask: visible)) }
        }
        guard !matched.isEmpty else { return }
        deliver(matched, of: chunk, parcels)
        sink?.flush()
    }

    /// Everything before it began was told; `isWhole`: or could not be.
    func catchUpEnded(isWhole: Bool, at start: LivePositions, parcels: (LiveChunk) -> Parcels) {
        guard case .catchingUp(let held) = phase else { return }
        phase = .live
        positions.journal = max(positions.journal, start.journal)
        if isLost || !isWhole {
            isLost = false
            for (chunk, _) in held { move(past: chunk) }
            sink?.reset(self)
        } else {
            for (chunk, matched) in held { deliver(matched, of: chunk, parcels(chunk)) }
        }
        sink?.flush()
    }

    /// The other side takes again: what was not told meanwhile is made up for by reading everything.
    func recover() {
        guard isLost, case .live = phase else { return }
        isLost = false
        sink?.reset(self)
    }
}
