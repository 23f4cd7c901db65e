import Base
import NIOCore

/// Everybody who listens on one event loop: by topic, so that an event is not held against each of them.
///
/// What the feed gives is taken in its order: chunks, and who begins to listen between which two of them. To many listeners a chunk is
/// given in slices, between which the loop does other work.
final class LiveHub: Sendable {
    let loop: any EventLoop
    let feed: LiveFeed
    let state: NIOLoopBoundBox<State>

    enum Item: Sendable {
        case chunk(LiveChunk)
        case admission(LiveAdmittance)
    }

    struct Listener {
        let subscription: LiveSubscription
        let topic: Int
    }

    struct State {
        var listeners: [TopicKey: [ObjectIdentifier: Listener]] = [:]
        var members: [ObjectIdentifier: any LiveMember] = [:]
        var items: CircularBuffer<Item> = []
        /// Of the chunk in hand.
        var touched: ArraySlice<LiveSubscription> = []
        var chunk: (LiveChunk, Parcels)?
        var compression: MessageCompression?
        var sweep: RepeatedTask?
    }

    /// Listeners to whom a chunk is given before the loop does something else: some 3 ms of work.
    private static let slice = 512

    init(_ loop: any EventLoop, feed: LiveFeed) {
        self.loop = loop
        self.feed = feed
        state = NIOLoopBoundBox.makeBoxSendingValue(State(), eventLoop: loop)
    }

    /// From any thread; in the order of the calls.
    func take(_ items: [Item]) {
        loop.execute { [self] in
            state.value.items.append(contentsOf: items)
            work()
        }
    }

    var compression: MessageCompression {
        if let compression = state.value.compression { return compression }
        let compression = MessageCompression()
        state.value.compression = compression
        return compression
    }

    func parcels(_ chunk: LiveChunk) -> Parcels { Parcels(chunk) { [unowned self] in compression } }

    private func work() {
        guard state.value.chunk == nil else { return }
        while let item = state.value.items.popFirst() {
            switch item {
            case .admission(let admittance): admit(admittance)
            case .chunk(let chunk):
                gather(chunk)
                guard settle() else { return }
            }
        }
    }

    private func gather(_ chunk: LiveChunk) {
        let now = feed.world.now()
        var touched: [LiveSubscription] = []
        for (key, mask) in chunk.masks {
            guard let listeners = state.value.listeners[key] else { continue }
            for listener in listeners.values where listener.subscription.gather(listener.topic, mask, of: chunk, at: now) {
                touched.append(listener.subscription)
            }
        }
        guard !touched.isEmpty else { return }
        state.value.touched = touched[...]
        state.value.chunk = (chunk, parcels(chunk))
    }

    /// False where it goes on later.
    private func settle() -> Bool {
        guard let (chunk, parcels) = state.value.chunk else { return true }
        for subscription in state.value.touched.prefix(Self.slice) { subscription.settle(chunk, parcels) }
        state.value.touched = state.value.touched.dropFirst(Self.slice)
        guard state.value.touched.isEmpty else {
            loop.execute { [self] in
                if settle() { work() }
            }
            return false
        }
        state.value.chunk = nil
        return true
    }
}

/// Beginning and ending to listen.
extension LiveHub {
    private func admit(_ admittance: LiveAdmittance) {
        let subscription = admittance.subscription.value
        switch admittance.outcome {
        case .failure(let failure): subscription.refuse(failure)
        case .success where subscription.isOver:
            // They left before they were let in.
            for key in subscription.keys { feed.interest.remove(key) }
        case .success(let start):
            for (index, key) in subscription.keys.enumerated() {
                state.value.listeners[key, default: [:]][ObjectIdentifier(subscription)] = Listener(
                    subscription: subscription, topic: index)
            }
            subscription.begin(at: start.positions, seals: start.seals, catchesUp: start.missed != nil, isReset: start.isReset)
            let now = feed.world.now()
            for chunk in start.passed { subscription.takeMissed(chunk, parcels(chunk), at: now) }
            if let missed = start.missed { feed.replay(ReplayOrder(missed, of: admittance, hub: self)) }
        }
    }

    /// On the loop.
    func remove(_ subscription: LiveSubscription) {
        subscription.end()
        let id = ObjectIdentifier(subscription)
        for key in subscription.keys where state.value.listeners[key]?.removeValue(forKey: id) != nil {
            if state.value.listeners[key]?.isEmpty == true { state.value.listeners[key] = nil }
            feed.interest.remove(key)
        }
    }

    /// Gives a listener what they missed; returns whether they take more now. Throws where they are gone.
    func replay(_ chunk: LiveChunk, to subscription: NIOLoopBound<LiveSubscription>) async throws -> Bool {
        try await loop.submit { [self] in
            guard let sink = subscription.value.readySink else { throw ChannelError.eof }
            subscription.value.takeMissed(chunk, parcels(chunk), at: feed.world.now())
            return sink.isReady
        }.get()
    }

    /// Goes on once they take more: meanwhile others are helped.
    func replayLater(_ order: ReplayOrder) {
        loop.execute { [self] in
            guard let sink = order.subscription.value.readySink else { return }
            let promise = loop.makePromise(of: Void.self)
            promise.futureResult.whenSuccess { [feed] in feed.replay(order) }
            if sink.isReady { promise.succeed() } else { sink.whenReady(promise) }
        }
    }

    func replayEnded(_ subscription: NIOLoopBound<LiveSubscription>, isWhole: Bool, at start: LivePositions) {
        loop.execute { [self] in
            subscription.value.catchUpEnded(isWhole: isWhole, at: start) { parcels($0) }
        }
    }
}
