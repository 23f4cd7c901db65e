import Base
import Store
import Synchronization

/// Who listens to which channel, in this program: no other has the database.
final class SQLiteListeners: Sendable {
    private struct State {
        var streams: [Channel: [Int: AsyncStream<Void>.Continuation]] = [:]
        var nextNumber = 0
        var isClosed = false
    }

    private let state = Mutex(State())

    func stream(on channel: Channel) -> AsyncStream<Void> {
        let (stream, continuation) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
        continuation.yield()
        let number: Int? = state.withLock { state in
            if state.isClosed { return nil }
            state.nextNumber += 1
            state.streams[channel, default: [:]][state.nextNumber] = continuation
            return state.nextNumber
        }
        guard let number else {
            continuation.finish()
            return stream
        }
        continuation.onTermination = { [weak self] _ in
            self?.state.withLock { state in
                state.streams[channel]?[number] = nil
                if state.streams[channel]?.isEmpty ?? false { state.streams[channel] = nil }
            }
        }
        return stream
    }

    func tell(_ channels: Set<Channel>) {
        guard !channels.isEmpty else { return }
        let listening = state.withLock { state in channels.flatMap { state.streams[$0].map { Array($0.values) } ?? [] } }
        for continuation in listening { continuation.yield() }
    }

    /// Ends every stream.
    func close() {
        let all = state.withLock { state in
            state.isClosed = true
            return state.streams.values.flatMap(\.values)
        }
        for continuation in all { continuation.finish() }
    }
}

/// Names held in this program, which is the only one on the database.
final class SQLiteLeases: Sendable {
    private let held = Mutex<Set<String>>([])

    func take(_ name: String) -> (any Lease)? {
        held.withLock { $0.insert(name).inserted } ? SQLiteLease(name, of: self) : nil
    }

    fileprivate func free(_ name: String) {
        _ = held.withLock { $0.remove(name) }
    }
}

private final class SQLiteLease: Lease {
    private let name: String
    private let leases: SQLiteLeases
    private let isOver = Atomic<Bool>(false)

    init(_ name: String, of leases: SQLiteLeases) {
        self.name = name
        self.leases = leases
    }

    deinit { end() }

    var isHeld: Bool { !isOver.load(ordering: .sequentiallyConsistent) }

    func release() async { end() }

    private func end() {
        if !isOver.exchange(true, ordering: .sequentiallyConsistent) { leases.free(name) }
    }
}
