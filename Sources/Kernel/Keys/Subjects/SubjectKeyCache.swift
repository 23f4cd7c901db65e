import Base
import Synchronization

/// A subject's keys that stand, all versions, the newest first.
package struct SubjectKeys: Sendable {
    /// Never empty.
    package let versions: [SubjectKey]

    /// At least one, of one subject, the newest first.
    package init(versions: [SubjectKey]) {
        precondition(!versions.isEmpty, "a subject with keys has one")
        self.versions = versions
    }

    /// What seals from now on.
    package var newest: SubjectKey { versions[0] }

    /// Opens a body of this subject, whichever version sealed it; a version that does not fit costs two HMACs and decrypts
    /// nothing. Throws as `Sealing.open`.
    package func open(_ sealed: UnsafeRawBufferPointer, as context: EntryContext) throws(SealingError) -> [UInt8] {
        for key in versions.dropLast() {
            do {
                return try Sealing.open(sealed, under: key.entryKey(context), as: context)
            } catch .wrongKey {
                continue
            }
        }
        return try Sealing.open(sealed, under: versions[versions.count - 1].entryKey(context), as: context)
    }

    /// As above, of an array.
    package func open(_ sealed: [UInt8], as context: EntryContext) throws(SealingError) -> [UInt8] {
        try sealed.lendingBytes { bytes throws(SealingError) in try open(bytes, as: context) }
    }
}

/// Keys that were unwrapped a moment ago: at most so many, none older than its age. When it is full, a hand goes round and
/// takes the first that was not asked for since it last came by (the clock of operating systems). A key that goes is wiped
/// with its last copy.
final class SubjectKeyCache: Sendable {
    struct Name: Hashable {
        let tenant: String
        let subject: String
    }

    private struct Slot {
        let name: Name
        let keys: SubjectKeys
        let since: Duration
        var wasAsked: Bool
    }

    private struct State {
        var places: [Name: Int] = [:]
        var slots: [Slot?] = []
        var free: [Int] = []
        var hand = 0
        /// Counts what was forgotten, so that what was read before is not kept after.
        var forgettings = 0
    }

    private let state = Mutex(State())
    private let most: Int
    private let mostAge: Duration
    private let elapsed: @Sendable () -> Duration

    init(most: Int, mostAge: Duration, elapsed: @escaping @Sendable () -> Duration) {
        self.most = max(1, most)
        self.mostAge = mostAge
        self.elapsed = elapsed
    }

    var count: Int { state.withLock { $0.places.count } }

    /// To be read before the database is, and given to `keep`.
    var forgettings: Int { state.withLock { $0.forgettings } }

    func keys(_ subject: String, in tenant: String) -> SubjectKeys? {
        let now = elapsed()
        return state.withLock { state in
            guard let place = state.places[Name(tenant: tenant, subject: subject)], let slot = state.slots[place] else { return nil }
            guard now - slot.since < mostAge else {
                Self.clear(place, &state)
                return nil
            }
            state.slots[place]?.wasAsked = true
            return slot.keys
        }
    }

    /// Keeps what was read since `forgettings`; nothing where something was forgotten meanwhile: it may be just this.
    func keep(_ keys: SubjectKeys, readSince forgettings: Int) {
        let now = elapsed()
        let name = Name(tenant: keys.newest.tenant, subject: keys.newest.subject)
        state.withLock { state in
            guard state.forgettings == forgettings else { return }
            let place = state.places[name] ?? Self.freePlace(&state, most)
            state.slots[place] = Slot(name: name, keys: keys, since: now, wasAsked: false)
            state.places[name] = place
        }
    }

    func forget(_ subject: String, in tenant: String) {
        state.withLock { state in
            state.forgettings += 1
            if let place = state.places[Name(tenant: tenant, subject: subject)] { Self.clear(place, &state) }
        }
    }

    func forgetAll() {
        state.withLock { state in
            let forgettings = state.forgettings + 1
            state = State()
            state.forgettings = forgettings
        }
    }

    private static func clear(_ place: Int, _ state: inout State) {
        if let slot = state.slots[place] { state.places[slot.name] = nil }
        state.slots[place] = nil
        state.free.append(place)
    }

    private static func freePlace(_ state: inout State, _ most: Int) -> Int {
        if let place = state.free.popLast() { return place }
        if state.slots.count < most {
            state.slots.append(nil)
            return state.slots.count - 1
        }
        // Full, so every place is taken; at most one round clears the marks and the next finds one.
        while true {
            let place = state.hand
            state.hand = (state.hand + 1) % state.slots.count
            guard let slot = state.slots[place] else { return place }
            if slot.wasAsked {
                state.slots[place]?.wasAsked = false
            } else {
                state.places[slot.name] = nil
                state.slots[place] = nil
                return place
            }
        }
    }
}
