import Access
import Base
import NIOCore
import Synchronization
import Web

/// A listener by server-sent events (HTML Standard, section 9.2): several topics in one stream, and so one place in it.
///
/// What happens is put into a buffer on the event loop, from which the answer's writer takes it. Bounded: what does not fit is made up for by
/// a reset once the buffer is empty again.
final class EventStream: LiveSink {
    private let reception: LiveReception
    private let hub: LiveHub
    private let seat: LiveSeat
    private let language: Language
    private let outbox = Outbox()
    private var session: LiveSession
    private var subscription: LiveSubscription?
    private var pulse: Pulse
    private var nextBeat: Duration
    private var waiters: [EventLoopPromise<Void>] = []
    /// The first answer: whether it began.
    private var beginning: EventLoopPromise<Void>?

    private init(_ reception: LiveReception, _ session: LiveSession, _ seat: LiveSeat, _ language: Language, on hub: LiveHub) {
        self.reception = reception
        self.session = session
        self.seat = seat
        self.language = language
        self.hub = hub
        let now = reception.feed.world.elapsed()
        pulse = Pulse(reception.limits, at: now, spread: Int64(truncatingIfNeeded: reception.feed.world.random.next() >> 33))
        nextBeat = now + reception.limits.heartbeat
    }

    /// Begins to listen; returns what an answer writes until it is over. Throws `Failure` as `LiveFeed.subscribe`.
    static func open(
        _ topics: [String], lastEventID: String?, _ reception: LiveReception, _ session: LiveSession, _ seat: LiveSeat, _ language: Language
    ) async throws -> EventStreamReading {
        let hub = reception.feed.anyHub
        return try await hub.loop.flatSubmit { () -> EventLoopFuture<EventStreamReading> in
            let stream = EventStream(reception, session, seat, language, on: hub)
            let promise = hub.loop.makePromise(of: Void.self)
            stream.beginning = promise
            do throws(Failure) {
                let after = EventStreamID(text: lastEventID)
                stream.subscription = try reception.feed.subscribe(
                    topics, after: (journal: after.journal, passing: after.passing), stream, on: hub)
                hub.join(stream)
            } catch { promise.fail(error) }
            let reading = EventStreamReading(NIOLoopBound(stream, eventLoop: hub.loop), stream.outbox, hub.loop)
            return promise.futureResult.map { reading }
        }.get()
    }

    /// Nobody reads any more. On the loop.
    func end() {
        guard let subscription else { return }
        self.subscription = nil
        hub.remove(subscription)
        hub.leave(self)
        outbox.finish()
        beginning?.fail(ChannelError.eof)
        beginning = nil
        for waiter in waiters { waiter.fail(ChannelError.eof) }
        waiters = []
    }

    /// The buffer is empty. On the loop.
    func taken() {
        pulse.blockedSince = nil
        let ready = waiters
        waiters = []
        subscription?.recover()
        for waiter in ready { waiter.succeed() }
    }

    private func put(_ text: String) {
        let waiting = outbox.put(Array(text.utf8))
        if waiting > 0, pulse.blockedSince == nil { pulse.blockedSince = reception.feed.world.elapsed() }
    }
}

extension EventStream {
    var standing: Standing? { subscription == nil && beginning == nil ? nil : session.standing }
    var isReady: Bool { subscription != nil && outbox.waiting < reception.limits.waitingBytes }

    func whenReady(_ promise: EventLoopPromise<Void>) {
        guard subscription != nil else { return promise.fail(ChannelError.eof) }
        waiters.append(promise)
    }

    func began(_ subscription: LiveSubscription) {
        beginning?.succeed()
        beginning = nil
        put("retry: 3000\n\(id(of: subscription))event: subscribed\ndata: \(Self.topics(subscription.topics))\n\n")
    }

    func refused(_ subscription: LiveSubscription, _ failure: Failure) {
        beginning?.fail(failure)
        beginning = nil
        end()
    }

    func reset(_ subscription: LiveSubscription) {
        subscription.told = subscription.positions
        put("\(id(of: subscription))event: reset\ndata: \(Self.topics(subscription.topics))\n\n")
    }

    /// Each event once, with all topics to which it belongs: so that the place after it is one.
    func deliver(_ matched: [LiveSubscription.Match], of chunk: LiveChunk, to subscription: LiveSubscription, _ parcels: Parcels) {
        guard let seals = subscription.seals else { return }
        var text = ""
        var place = subscription.told
        for (bit, event) in chunk.events.enumerated() {
            let topics = matched.filter { $0.mask & (1 << UInt64(bit)) != 0 }.map { subscription.topics[$0.topic] }
            guard !topics.isEmpty else { continue }
            if event.isJournal { place.journal = event.position } else { place.passing = event.position }
            let id = EventStreamID(place, seals, of: subscription)
            let data = String(decoding: event.json, as: UTF8.self)
            text += "id: \(id.text)\nevent: change\ndata: {\(Self.members(topics)),\(data)}\n\n"
        }
        subscription.told = place
        put(text)
    }

    func flush() {}

    private func id(of subscription: LiveSubscription) -> String {
        guard let seals = subscription.seals else { return "" }
        let salt = UInt32(truncatingIfNeeded: reception.feed.world.random.next())
        return "id: \(EventStreamID(subscription.positions, seals, of: subscription, salt: salt).text)\n"
    }

    private static func topics(_ topics: [Topic]) -> String { "{\(members(topics))}" }

    /// Topics need no escapes.
    private static func members(_ topics: [Topic]) -> String {
        "\"topics\":[\(topics.map { "\"\($0.text)\"" }.joined(separator: ","))]"
    }
}

extension EventStream: LiveMember {
    func tick(_ now: Duration) {
        if let since = pulse.blockedSince, now - since >= reception.limits.stillness { return end() }
        if now >= nextBeat {
            nextBeat = now + reception.limits.heartbeat
            if outbox.waiting == 0 { put(":\n\n") }
        }
        guard now >= pulse.next else { return }
        pulse.next = now + reception.limits.pulse
        pulse.asksAgain = true
    }

    func dueToken() -> String? {
        defer { pulse.asksAgain = false }
        return pulse.asksAgain ? session.token : nil
    }

    func recognised(_ token: String, _ outcome: Result<Standing, Failure>) {
        switch outcome {
        case .success(let standing):
            pulse.unanswered = 0
            session = LiveSession(token: token, standing: standing)
        case .failure(let failure) where failure.kind == .unauthenticated: end()
        case .failure:
            pulse.unanswered += 1
            if pulse.unanswered > Pulse.mostUnanswered { end() }
        }
    }

    func leave() { end() }
}

/// The place in a stream: that in the journal, and that among events that are in none.
struct EventStreamID: Sendable, Hashable {
    let journal: String?
    let passing: String?

    /// What is none of ours reads as a place that is not known.
    init(text: String?) {
        let parts = text?.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false).map { $0.isEmpty ? nil : String($0) } ?? []
        journal = parts.first ?? nil
        passing = parts.count > 1 ? parts[1] : nil
    }

    init(_ positions: LivePositions, _ seals: LiveSeals, of subscription: LiveSubscription, salt: UInt32 = 0) {
        journal = subscription.hears(journal: true) ? seals.journal.text(positions.journal, salt: salt) : nil
        passing = subscription.hears(journal: false) ? seals.passing.text(positions.passing, salt: salt) : nil
    }

    var text: String { passing.map { "\(journal ?? "").\($0)" } ?? journal ?? "" }
}
