import Base
import NIOCore
import NIOPosix
import Synchronization
import Web

/// The door of the program: listens, and has what comes in answered, until its task is cancelled.
package final class Gateway: Sendable {
    private let listeners: [Listener]
    private let loops: MultiThreadedEventLoopGroup
    private let connections = Atomic(0)
    private let draining = Atomic(false)

    /// Where it listens, and with which certificate; without one, in clear.
    package struct Listener: Sendable {
        /// What is answered there.
        package let responder: Responder
        package let host: String
        /// 0: any that is free.
        package let port: Int
        package let identity: TLSIdentity?

        package init(_ responder: Responder, host: String, port: Int, identity: TLSIdentity? = nil) {
            self.responder = responder
            self.host = host
            self.port = port
            self.identity = identity
        }
    }

    /// At least one listener; the first one's terms hold for all. The loops stay their owner's, who ends
    /// them after `run`.
    package init(_ listeners: [Listener], on loops: MultiThreadedEventLoopGroup) {
        precondition(!listeners.isEmpty, "a door that nobody finds")
        self.listeners = listeners
        self.loops = loops
    }

    private var terms: GatewayTerms { listeners[0].responder.terms }
    private var world: World { listeners[0].responder.ports.world }

    /// Connections that are open now.
    package var openConnections: Int { connections.load(ordering: .relaxed) }
    /// Whether it was told to stop, and finishes what is under way.
    package var isDraining: Bool { draining.load(ordering: .relaxed) }

    /// Listens until the task is cancelled; then takes nothing new, and returns when all that was asked is answered, or the time for that
    /// is over. `whenReady` is told the ports, in the listeners' order; `whenStopping` is called before anybody is waited for. Throws `Failure(.unavailable)` where it cannot listen.
    package func run(whenReady: ([Int]) throws -> Void, whenStopping: () -> Void = {}) async throws {
        let posts = try await posts(on: loops)
        let sweeping = sweep(posts, on: loops)
        defer { for task in sweeping { task.cancel() } }
        try whenReady(posts.map(\.port))
        await Task.untilCancelled()
        draining.store(true, ordering: .relaxed)
        whenStopping()
        for post in posts { try? await post.channel.close() }
        await drain(posts)
    }

    /// A listener at work: its socket, and what its connections share on each event loop.
    private struct Post: Sendable {
        let channel: any Channel
        let port: Int
        let doors: [DoorPost]
    }

    private func posts(on group: MultiThreadedEventLoopGroup) async throws -> [Post] {
        let budget = BodyBudget()
        var posts: [Post] = []
        for listener in listeners {
            var doors: [DoorPost] = []
            for loop in group.makeIterator() {
                let (responder, isSecure) = (listener.responder, listener.identity != nil)
                doors.append(try await loop.submit { DoorPost(Door(responder, loop, isSecure: isSecure, budget)) }.get())
            }
            let channel = try await bind(listener, doors, on: group)
            posts.append(Post(channel: channel, port: channel.localAddress?.port ?? listener.port, doors: doors))
        }
        return posts
    }

    private func bind(
        _ listener: Listener, _ doors: [DoorPost], on group: MultiThreadedEventLoopGroup
    ) async throws -> any Channel {
        let setup = ConnectionSetup(identity: listener.identity)
        let most = terms.mostConnections
        let bootstrap = ServerBootstrap(group: group)
            .serverChannelOption(.backlog, value: 1_024)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.allowRemoteHalfClosure, value: true)
            .childChannelOption(.socketOption(.tcp_nodelay), value: 1)
            .childChannelOption(.maxMessagesPerRead, value: 4)
            .childChannelInitializer { [self] channel in
                channel.eventLoop.makeCompletedFuture {
                    guard let door = doors.first(where: { $0.loop === channel.eventLoop }) else { throw ChannelError.ioOnClosedChannel }
                    guard connections.add(1, ordering: .relaxed).newValue <= most, !isDraining else {
                        connections.subtract(1, ordering: .relaxed)
                        throw ChannelError.ioOnClosedChannel
                    }
                    channel.closeFuture.whenComplete { [self] _ in connections.subtract(1, ordering: .relaxed) }
                    try setup.prepare(channel, door.door)
                }
            }
        do {
            return try await bootstrap.bind(host: listener.host, port: listener.port).get()
        } catch {
            throw Failure.cannotListen(listener.host, listener.port)
        }
    }

    private func sweep(_ posts: [Post], on group: MultiThreadedEventLoopGroup) -> [RepeatedTask] {
        group.makeIterator().map { loop in
            let doors = posts.flatMap(\.doors).filter { $0.loop === loop }
            return loop.scheduleRepeatedTask(initialDelay: .seconds(1), delay: .seconds(1)) { [world] _ in
                for door in doors { door.door.sweep.look(now: world.elapsed()) }
            }
        }
    }

    private func drain(_ posts: [Post]) async {
        let end = world.elapsed() + terms.drainTime
        let doors = posts.flatMap(\.doors)
        for door in doors { await door { $0.sweep.drain() } }
        while world.elapsed() < end {
            var left = 0
            for door in doors { left += await door { $0.sweep.busy } }
            if left == 0 { break }
            // Sleeping fails where the task is cancelled, which it is.
            await Task.detached { try? await Task.sleep(for: .milliseconds(20)) }.value
        }
        for door in doors { await door { $0.sweep.closeAll() } }
    }
}

extension Failure {
    fileprivate static func cannotListen(_ host: String, _ port: Int) -> Failure {
        Failure(
            .unavailable, "cannot_listen",
            Text(
                es: "No se puede escuchar en \(host):\(port): puede que otro programa ya use ese puerto, o que haga falta permiso para él.",
                en: "Cannot listen on \(host):\(port): another program may be using that port already, or it needs a right."))
    }
}
