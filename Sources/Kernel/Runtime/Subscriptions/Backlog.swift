import Records

/// Entries that were seen and not applied yet, by organisation. Organisations take turns, so that one's flood does not stand before
/// another's entry; one that cannot go on now is passed over for a while.
struct Backlog: Sendable {
    private struct Queue: Sendable {
        var places: [JournalNews.Place] = []
        /// How many at the front are done.
        var done = 0
        /// From this position on entries were seen and not kept, for want of room.
        var rest: Int64?
        /// On the clock of `World.elapsed`.
        var restsUntil: Duration?
        var pauses = Pauses()
        var left: ArraySlice<JournalNews.Place> { places[done...] }
    }

    private var queues: [String: Queue] = [:]
    /// In the order of their turns.
    private var turns: [String] = []
    private(set) var count = 0

    /// Entries kept of one organisation; what goes beyond is looked for again when these are done.
    static let mostOfOne = 10_000
    /// The same of one that cannot go on now: so that those that wait leave room for the others.
    static let mostOfResting = SubscriptionTurn.mostEntries
    /// From so many on nothing new is looked for.
    static let most = 50_000

    var isFull: Bool { count >= Self.most }
    var isEmpty: Bool { queues.isEmpty }

    mutating func add(_ place: JournalNews.Place) {
        if queues[place.tenant] == nil { turns.append(place.tenant) }
        var queue = queues.removeValue(forKey: place.tenant) ?? Queue()
        if queue.rest == nil, queue.left.count < (queue.restsUntil == nil ? Self.mostOfOne : Self.mostOfResting) {
            queue.places.append(place)
            count += 1
        } else if queue.rest == nil {
            queue.rest = place.position
        }
        queues[place.tenant] = queue
    }

    /// Organisations whose turn it is, at most so many, with their first entries; those of which entries must be looked for come
    /// with none.
    mutating func next(_ most: Int, entries: Int, at now: Duration) -> [(tenant: String, places: [JournalNews.Place])] {
        var found: [(tenant: String, places: [JournalNews.Place])] = []
        var passed: [String] = []
        var taken = 0
        for tenant in turns {
            guard found.count < most else { break }
            taken += 1
            passed.append(tenant)
            guard let queue = queues[tenant], queue.restsUntil.map({ $0 <= now }) ?? true else { continue }
            found.append((tenant, Array(queue.left.prefix(entries))))
        }
        turns.removeFirst(taken)
        turns += passed
        return found
    }

    /// The first entries of an organisation were applied or parked.
    mutating func finish(_ tenant: String, _ number: Int) {
        guard var queue = queues.removeValue(forKey: tenant) else { return }
        queue.done += number
        count -= number
        queue.restsUntil = nil
        queue.pauses = Pauses()
        if queue.done > 1_000, queue.done * 2 > queue.places.count {
            queue.places.removeFirst(queue.done)
            queue.done = 0
        }
        if queue.left.isEmpty, queue.rest == nil {
            turns.removeAll { $0 == tenant }
        } else {
            queues[tenant] = queue
        }
    }

    /// It cannot go on now.
    mutating func rest(_ tenant: String, at now: Duration) {
        guard var queue = queues[tenant] else { return }
        queue.restsUntil = now + queue.pauses.next()
        let kept = queue.done + Self.mostOfResting
        if kept < queue.places.count {
            queue.rest = queue.places[kept].position
            count -= queue.places.count - kept
            queue.places.removeSubrange(kept...)
        }
        queues[tenant] = queue
    }

    /// From where entries of an organisation were not kept.
    func rest(of tenant: String) -> Int64? { queues[tenant]?.rest }

    /// What was looked for again: everything of it before `next`. `isWhole`: there is nothing more that was seen.
    mutating func refill(_ tenant: String, _ places: [JournalNews.Place], next: Int64, isWhole: Bool) {
        guard var queue = queues[tenant] else { return }
        queue.places = places
        queue.done = 0
        queue.rest = isWhole ? nil : next
        count += places.count
        queues[tenant] = queue
        finish(tenant, 0)
    }

    /// The first position that is not done; nil where all are.
    var first: Int64? { queues.values.compactMap { $0.left.first?.position ?? $0.rest }.min() }

    /// When the first organisation that rests may be asked again.
    var due: Duration? { queues.values.compactMap(\.restsUntil).min() }
}

/// Pauses that grow: 50 ms, doubled up to 30 s.
struct Pauses: Sendable {
    private var pause: Duration = .milliseconds(50)
    var longest: Duration = .seconds(30)

    init(longest: Duration = .seconds(30)) { self.longest = longest }

    mutating func next() -> Duration {
        defer { pause = min(pause * 2, longest) }
        return min(pause, longest)
    }
}
