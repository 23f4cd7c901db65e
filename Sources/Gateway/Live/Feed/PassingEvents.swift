import Access
import Base
import Synchronization

/// What happened without being written down: kept for a while, so that whoever comes back soon misses nothing.
///
/// Bounded: so many events of the process in all. A listener who was away for longer reads everything again.
final class PassingEvents: Sendable {
    private struct Entry {
        let number: Int64
        let key: TopicKey
        let event: LiveEvent
    }

    fileprivate struct Waiting {
        let key: TopicKey
        let body: JSON.Object
        let time: Instant
        let mayHear: @Sendable (Standing) -> Bool
    }

    private struct State {
        var waiting: [Waiting] = []
        var kept: [Entry] = []
        /// The number of the last that was given out.
        var last: Int64 = 0
        /// The number of the last of which no more is known.
        var forgotten: Int64 = 0
    }

    private let world: World
    private let state = Mutex(State())

    static let mostKept = 4_096
    static let mostWaiting = 4_096

    init(world: World) { self.world = world }

    /// The last position that was given out.
    var given: Int64 { state.withLock { $0.last } }

    /// Where more wait than there is room for, the newest is dropped.
    func add(_ topic: Topic, _ body: JSON.Object, in tenant: Identifier?, mayHear: @escaping @Sendable (Standing) -> Bool) {
        let waiting = Waiting(key: TopicKey(tenant: tenant, topic: topic.text), body: body, time: world.now(), mayHear: mayHear)
        state.withLock { state in
            if state.waiting.count < Self.mostWaiting { state.waiting.append(waiting) }
        }
    }

    /// Numbers what happened since the last time, and keeps it.
    func take(_ seal: PositionSeal) -> [LiveEvent] {
        let (waiting, last) = state.withLock { state in
            defer { state.waiting = [] }
            return (state.waiting, state.last)
        }
        guard !waiting.isEmpty else { return [] }
        let entries = waiting.enumerated().map { index, one in
            let number = last + 1 + Int64(index)
            return Entry(number: number, key: one.key, event: LiveEvent(one, number, seal))
        }
        state.withLock { state in
            state.kept += entries
            state.last += Int64(entries.count)
            let surplus = state.kept.count - Self.mostKept
            guard surplus > 0 else { return }
            state.forgotten = state.kept[surplus - 1].number
            state.kept.removeFirst(surplus)
        }
        return entries.map(\.event)
    }

    /// Those of some topics, in their order; nil where some of that time are forgotten.
    func kept(after number: Int64, of keys: [TopicKey]) -> [LiveEvent]? {
        state.withLock { state in
            guard number >= state.forgotten else { return nil }
            return state.kept.filter { $0.number > number && keys.contains($0.key) }.map(\.event)
        }
    }
}

extension LiveEvent {
    fileprivate init(_ waiting: PassingEvents.Waiting, _ number: Int64, _ seal: PositionSeal) {
        var json = JSONWriter(reservingBytes: 256)
        json.object { json in
            json.member("position", seal.text(number))
            json.member("time", waiting.time)
            json.key("data")
            JSON.object(waiting.body).write(to: &json)
        }
        self.init(
            position: number, isJournal: false, json: Array(json.bytes.dropFirst().dropLast()), keys: [waiting.key],
            audience: .whoever(waiting.mayHear))
    }
}
