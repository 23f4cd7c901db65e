import Base
import Records
import Store

/// What everyone who works for a subscription has in hand.
struct SubscriptionWork: Sendable {
    let subscription: Subscription
    let host: FeatureHost
    let bodies: EntryBodies
    /// Told after each transaction that moved a position.
    let moved: SubscriptionRunner.Moved

    var name: String { subscription.name }
    var database: Database { host.database }
    var selection: Subscription.Selection { subscription.selection }

    func within(_ tenant: String) -> Database { database.within(organisation: tenant) }

    /// Entries as they are given to the subscription, in the order of `places`; those that it does not select are left out. Throws what
    /// the database and the keys' root throw.
    func items(_ places: [JournalNews.Place], of tenant: String) async throws -> [SubscriptionItem] {
        let found = try await JournalReader(database).entries(
            of: tenant, numbered: places.map(\.number), kinds: selection.kinds, verbs: selection.verbs,
            withBodies: selection.opensBodies)
        let byNumber = Dictionary(found.map { ($0.number, $0.entry) }) { one, _ in one }
        let chosen = places.compactMap { place in byNumber[place.number].map { (place.position, $0) } }
        guard selection.opensBodies else {
            return chosen.map { position, entry in
                SubscriptionItem(entry, at: position, .success(entry.body.isEmpty ? .none : .closed))
            }
        }
        return zip(chosen, try await bodies.opened(chosen.map(\.1))).map { chosen, body in
            SubscriptionItem(chosen.1, at: chosen.0, body.map { HeardEntry.Body($0) })
        }
    }
}

/// An entry that is to be applied, or why it cannot be.
struct SubscriptionItem: Sendable {
    let entry: JournalEntry
    let position: Int64
    let heard: Result<HeardEntry, any Error>

    init(_ entry: JournalEntry, at position: Int64, _ body: Result<HeardEntry.Body, any Error>) {
        self.entry = entry
        self.position = position
        heard = body.map { HeardEntry(position: position, metadata: entry.metadata, body: $0) }
    }
}

extension HeardEntry.Body {
    fileprivate init(_ body: EntryBodies.Body) {
        self =
            switch body {
            case .open(let bytes): .open(bytes)
            case .erased: .erased
            case .none: .none
            }
    }
}

/// What an error means for the entry at which it was thrown.
enum Verdict: Sendable {
    /// It may pass, and is not the entry's: all wait.
    case everybodyWaits
    /// It may pass: the organisation waits.
    case organisationWaits
    /// It may pass, or not: tried again a few times.
    case unclear
    /// It will not pass.
    case refused

    init(_ error: any Error) {
        guard let failure = error as? Failure else {
            self = error is CancellationError ? .everybodyWaits : .refused
            return
        }
        switch (failure.kind, failure.code) {
        case (.cancelled, _), (.unavailable, "database_unavailable"), (.unavailable, "database_closed"),
            (.outcomeUnknown, _), (.overloaded, "database_overloaded"):
            self = .everybodyWaits
        case (.unavailable, _), (.overloaded, _), (.deadlineExceeded, _), (.inputOutput, _), (.conflict, "contended"):
            self = .organisationWaits
        case (.conflict, _): self = .unclear
        default: self = .refused
        }
    }
}
