import Access
import Base
import NIOCore
import Records
import Runtime
import Store
import Synchronization

/// Tells whoever listens what happens, as it happens: the journal is read once for all connections of this process, and what it tells
/// goes to those who listen to its topics and may know of it. Nothing is told but metadata.
///
/// Whoever comes back says up to where they were told, and hears the rest, in order, each once.
package final class LiveFeed: Sendable {
    let host: FeatureHost
    let topicKinds: [String: TopicKind]
    let identity: LiveIdentity
    let interest = Interest()
    let limits: LiveLimits
    let passing: PassingEvents
    let reader: LiveReader
    private let loops: any EventLoopGroup
    private let hubs = Mutex<[ObjectIdentifier: LiveHub]>([:])
    private let wishes = Mutex<[LiveAdmittance.Wish]>([])
    private let rings: AsyncStream<Void>
    private let bell: AsyncStream<Void>.Continuation
    private let orders: AsyncStream<ReplayOrder>
    private let replays: AsyncStream<ReplayOrder>.Continuation

    /// `kinds`: whose records are told of. `topics`: those of features (`TopicKind.passing`).
    package init(
        _ host: FeatureHost, kinds: [KindShape], topics: [TopicKind] = [], identity: LiveIdentity, loops: any EventLoopGroup,
        limits: LiveLimits = LiveLimits()
    ) {
        self.host = host
        self.identity = identity
        self.limits = limits
        self.loops = loops
        let all = [.records(kinds, host.database.dialect), .subjects(kinds, host.database.dialect)] + topics
        precondition(Set(all.map(\.name)).count == all.count, "two kinds of topic have one name")
        topicKinds = Dictionary(all.map { ($0.name, $0) }) { one, _ in one }
        passing = PassingEvents(world: host.world)
        reader = LiveReader(host, kinds: kinds, interest: interest)
        (rings, bell) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
        (orders, replays) = AsyncStream.makeStream()
    }

    var world: World { host.world }

    /// As long as the program serves.
    package var daemon: Daemon { Daemon("live.feed") { [self] in try await run() } }

    /// Until the task is cancelled, or the database is closed. To be called once.
    package func run() async throws {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { [self] in
                for await _ in host.database.notifications(on: JournalWriter.channel) { bell.yield() }
            }
            group.addTask { [self] in
                while (try? await Task.sleep(for: Self.look)) != nil { bell.yield() }
            }
            group.addTask { [self] in await follow() }
            for _ in 0..<Self.replayers {
                group.addTask { [self] in
                    for await order in orders { await order.run(by: reader) }
                }
            }
            await group.next()
            group.cancelAll()
        }
        try Task.checkCancellation()
    }

    /// Says to every connection that the program ends.
    package func endAll() {
        for hub in hubs.withLock({ Array($0.values) }) { hub.endAll() }
    }

    /// How often it looks for what nobody told of.
    private static let look: Duration = .seconds(5)
    /// Those who come back and are helped to what they missed at the same time.
    private static let replayers = 4

    // What goes wrong is tried again after a pause that grows, from the same position: nothing was given out of it.
    private func follow() async {
        var follower = LiveFollower(self)
        var pause: Duration = .milliseconds(50)
        for await _ in rings {
            do {
                try await follower.turn()
                pause = .milliseconds(50)
            } catch {
                guard !Task.isCancelled else { return }
                host.log.warning("live_feed_failed", ["error": .error(error)])
                guard (try? await Task.sleep(for: pause)) != nil else { return }
                pause = min(pause * 2, Self.look)
                bell.yield()
            }
        }
    }
}

/// Listening.
extension LiveFeed {
    /// That of a loop; on any thread.
    func hub(on loop: any EventLoop) -> LiveHub {
        hubs.withLock { hubs in
            if let hub = hubs[ObjectIdentifier(loop)] { return hub }
            let hub = LiveHub(loop, feed: self)
            hubs[ObjectIdentifier(loop)] = hub
            return hub
        }
    }

    var anyHub: LiveHub { hub(on: loops.next()) }
    var allHubs: [LiveHub] { hubs.withLock { Array($0.values) } }

    /// What a listener asks for, on their loop. Throws `.notFound` for what is no topic, `.forbidden` for who can hear nothing of it. The
    /// rest is told to the sink.
    func subscribe(
        _ names: [String], after: (journal: String?, passing: String?), _ sink: any LiveSink, on hub: LiveHub
    ) throws(Failure) -> LiveSubscription {
        guard let standing = sink.standing else { throw TokenFault.expired.failure }
        var (topics, keys): ([Topic], [TopicKey]) = ([], [])
        var kinds: Set<Bool> = []
        for name in names {
            guard let topic = Topic(name), let kind = topicKinds[String(topic.kind)] else { throw .topicUnknown }
            try kind.admit(topic, standing)
            topics.append(topic)
            kinds.insert(kind.stream.isJournal)
            keys.append(TopicKey(tenant: standing.caller.tenant, topic: topic.text))
        }
        // A place in a count of positions that none of the topics goes by means nothing.
        let after = (journal: kinds.contains(true) ? after.journal : nil, passing: kinds.contains(false) ? after.passing : nil)
        let subscription = LiveSubscription(topics, keys: keys, kinds: kinds, after: after, sink: sink)
        let wish = LiveAdmittance.Wish(
            subscription: NIOLoopBound(subscription, eventLoop: hub.loop), hub: hub, tenant: standing.caller.tenant, keys: keys,
            after: after)
        wishes.withLock { $0.append(wish) }
        bell.yield()
        return subscription
    }

    /// Something that is not written down happened (`TopicKind.passing`). `body` is a JSON object without anything of a patient; it is
    /// told as it is. Bounded: see `PassingEvents`.
    package func publish(_ topic: String, _ body: JSON.Object, in tenant: Identifier?) {
        guard let topic = Topic(topic), let kind = topicKinds[String(topic.kind)], case .passing(let mayHear) = kind.stream else {
            preconditionFailure("nobody can listen to \(topic)")
        }
        passing.add(topic, body, in: tenant) { mayHear(topic, $0) }
        bell.yield()
    }

    func takeWishes() -> [LiveAdmittance.Wish] {
        wishes.withLock { wishes in
            defer { wishes = [] }
            return wishes
        }
    }

    func returnWishes(_ more: some Collection<LiveAdmittance.Wish>) {
        wishes.withLock { $0.insert(contentsOf: more, at: 0) }
    }

    func replay(_ order: ReplayOrder) { replays.yield(order) }

    func ring() { bell.yield() }
}
