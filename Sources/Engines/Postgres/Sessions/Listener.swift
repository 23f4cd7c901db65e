import Base
import CPostgres
import Glibc
import Store
import Synchronization

/// Hears what transactions tell on channels, on one session for all who listen. Begins with the first of them.
final class Listener: Sendable {
    private let target: Target
    private let world: World
    private let wakeup = Wakeup()
    private let state = Mutex(State())

    private struct State {
        var listeners: [Channel: [Int: AsyncStream<Void>.Continuation]] = [:]
        var count = 0
        var thread: WorkThread?
        var isClosed = false
    }

    init(_ target: Target, _ world: World) {
        self.target = target
        self.world = world
    }

    private static let signOfLife: Duration = .seconds(20)
    private static let patience: Duration = .seconds(5)
    /// How often to say that there may be something where the server cannot tell: through a pooler.
    private static let blindInterval: Duration = .seconds(5)

    func stream(on channel: Channel) -> AsyncStream<Void> {
        let (stream, continuation) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        // What was told before is there to be looked at, whether or not others hear this channel already.
        continuation.yield()
        let number = state.withLock { state -> Int? in
            guard !state.isClosed else { return nil }
            state.count += 1
            state.listeners[channel, default: [:]][state.count] = continuation
            if state.thread == nil {
                let thread = WorkThread()
                state.thread = thread
                thread.run { [weak self, wakeup, target, world] in
                    ListeningThread(target, world, wakeup).run { self }
                    thread.stop()
                }
            }
            return state.count
        }
        guard let number else {
            continuation.finish()
            return stream
        }
        continuation.onTermination = { [weak self] _ in
            self?.state.withLock { _ = $0.listeners[channel]?.removeValue(forKey: number) }
        }
        wakeup.signal()
        return stream
    }

    func close() {
        let streams = state.withLock { state in
            state.isClosed = true
            defer { state.listeners = [:] }
            return state.listeners.values.flatMap(\.values)
        }
        for stream in streams { stream.finish() }
        wakeup.signal()
    }

    deinit { wakeup.signal() }

    /// nil once nobody is to be heard any more.
    fileprivate var channels: Set<Channel>? {
        state.withLock { $0.isClosed ? nil : Set($0.listeners.filter { !$0.value.isEmpty }.keys) }
    }

    /// nil: on all.
    func tell(_ channel: String? = nil) {
        let streams = state.withLock { state in
            state.listeners.filter { channel == nil || $0.key.name == channel }.values.flatMap(\.values)
        }
        for stream in streams { stream.yield() }
    }

    /// What runs on the listener's thread; it keeps the listener only for moments.
    private struct ListeningThread {
        let target: Target
        let world: World
        let wakeup: Wakeup
        let canceller = Canceller()

        init(_ target: Target, _ world: World, _ wakeup: Wakeup) {
            self.target = target
            self.world = world
            self.wakeup = wakeup
        }

        func run(_ listener: () -> Listener?) {
            var failures = 0
            var random = world.random
            while let channels = listener()?.channels {
                do {
                    let opening = Opening(
                        target: target, role: .session, world: world, wakeup: wakeup, canceller: canceller, preparesStatements: false)
                    let connection = try opening.open()
                    failures = 0
                    if connection.greeting.isPooled {
                        listener()?.tell()
                        _ = wait(socket: -1, for: 0, or: wakeup, atMost: Listener.blindInterval)
                    } else {
                        try listen(connection, channels, listener)
                    }
                } catch {
                    failures += 1
                    let longest = 0.05 * Double(1 << min(failures - 1, 6))
                    _ = wait(socket: -1, for: 0, or: wakeup, atMost: .seconds(Double.random(in: 0.5...1, using: &random) * longest))
                }
            }
            canceller.stop()
        }

        /// Until the connection is lost or nobody listens.
        private func listen(_ connection: Connection, _ channels: Set<Channel>, _ listener: () -> Listener?) throws {
            var heard: Set<Channel> = []
            while let wanted = listener()?.channels {
                for channel in wanted.subtracting(heard) {
                    _ = try connection.ask(.listen(channel), Limit(world.elapsed() + Listener.patience))
                    // Whatever was told before this moment: it may be there.
                    listener()?.tell(channel.name)
                }
                for channel in heard.subtracting(wanted) {
                    _ = try connection.ask(.unlisten(channel), Limit(world.elapsed() + Listener.patience))
                }
                heard = wanted
                while let notification = PQnotifies(connection.handle) {
                    listener()?.tell(String(cString: notification.pointee.relname))
                    PQfreemem(notification)
                }
                guard connection.isAlive(after: Listener.signOfLife, patience: Listener.patience) else { return }
            }
        }
    }
}
