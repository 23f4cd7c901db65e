import Access
import Base
import Records
import Transparency

/// Something that happened, as whoever may know of it is told: metadata alone.
struct LiveEvent: Sendable {
    let position: Int64
    let isJournal: Bool
    /// Members of a JSON object, without its braces.
    let json: [UInt8]
    let keys: [TopicKey]
    let audience: Audience

    /// Who may hear of it.
    enum Audience: Sendable {
        /// Who may read the record. `relations`: those of each account to whom it is about.
        case readers(AccessRule, RecordFacts, relations: [Identifier: [Relation]])
        case whoever(@Sendable (Standing) -> Bool)

        func includes(_ standing: Standing) -> Bool {
            switch self {
            case .readers(let rule, let facts, let relations):
                rule.allows(standing, on: facts, relations: relations[standing.caller.actor] ?? [])
            case .whoever(let mayHear): mayHear(standing)
            }
        }
    }
}

extension LiveEvent {
    /// Of an entry of the journal.
    init(_ entry: EntryMetadata, at position: Int64, keys: [TopicKey], audience: Audience, seal: PositionSeal) {
        var json = JSONWriter(reservingBytes: 256)
        json.object { json in
            json.member("position", seal.text(position))
            json.member("kind", entry.kind)
            json.member("record", entry.record)
            json.member("version", entry.version)
            json.member("verb", entry.verb)
            json.member("time", entry.time)
        }
        self.init(position: position, isJournal: true, json: Array(json.bytes.dropFirst().dropLast()), keys: keys, audience: audience)
    }
}

/// Events that are given out together, in their order, at most 64: which of them somebody may know is then one word.
struct LiveChunk: Sendable {
    let events: [LiveEvent]
    /// For each topic, which of them belong to it.
    let masks: [(key: TopicKey, mask: UInt64)]

    static let most = 64

    init(_ events: some Collection<LiveEvent>) {
        precondition(!events.isEmpty && events.count <= Self.most, "a chunk is of 1 to 64 events")
        self.events = Array(events)
        var masks: [TopicKey: UInt64] = [:]
        for (index, event) in self.events.enumerated() {
            for key in event.keys { masks[key, default: 0] |= 1 << UInt64(index) }
        }
        self.masks = masks.map { ($0.key, $0.value) }
    }

    /// Those of a mask, in their order.
    func chosen(_ mask: UInt64) -> [LiveEvent] {
        events.indices.filter { mask & (1 << UInt64($0)) != 0 }.map { events[$0] }
    }

    /// In their order, in chunks.
    static func chunks(of events: [LiveEvent]) -> [LiveChunk] {
        stride(from: 0, to: events.count, by: most).map { LiveChunk(events[$0..<min($0 + most, events.count)]) }
    }
}
