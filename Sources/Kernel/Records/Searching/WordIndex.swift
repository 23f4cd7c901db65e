import Access
import Base

/// The records of one organisation and kind by the beginnings of their words.
///
/// Each distinct word has the records in which it stands; those of a beginning are the words of a range of ranks. 100,000 people
/// have some 30,000 words between them (docs/search.md has what they take).
package struct WordIndex {
    private struct Slot {
        let id: ID<Record>
        /// Where its words stand in `sequence`.
        var start: UInt32
        /// 0 where the slot is free.
        var count: UInt32
    }

    private var table = WordTable()
    /// For each word, by its number, the slots of the records that have it, each once, in no order.
    private var postings: [[UInt32]] = []
    private var slots: [Slot] = []
    private var free: [UInt32] = []
    /// The words of each record as they follow one another in its name.
    private var sequence: [UInt32] = []
    private var wasted = 0
    private var places: [ID<Record>: UInt32] = [:]
    /// Whose records they are, where a record is not its own person.
    private var owners: [ID<Record>: [Identifier]] = [:]
    private var owned: [Identifier: Set<ID<Record>>] = [:]

    package init() {}

    package var recordCount: Int { places.count }
    package var wordCount: Int { table.count }

    /// Bytes that it takes, but for what the allocator adds.
    package var byteCount: Int {
        table.byteCount + postings.reduce(postings.capacity * 8) { $0 + ($1.isEmpty ? 0 : 32 + 4 * $1.capacity) }
            + slots.capacity * MemoryLayout<Slot>.stride + 4 * (free.capacity + sequence.capacity)
            + places.capacity * 24 * 4 / 3 + owners.count * 80 + owned.count * 160
    }

    /// Whether a folded word stands anywhere in its memory. For tests.
    package func holds(_ word: [UInt8]) -> Bool { table.holds(word) }

    /// Puts a record's words in the place of those it had. `owners`: whose it is, where it is not its own person.
    package mutating func put(_ id: ID<Record>, of owners: [Identifier] = [], _ words: [[UInt8]]) {
        remove(id)
        guard !words.isEmpty else { return }
        let new = Slot(id: id, start: UInt32(sequence.count), count: UInt32(words.count))
        let slot = free.popLast() ?? UInt32(slots.count)
        if slot < slots.count { slots[Int(slot)] = new } else { slots.append(new) }
        for word in words {
            let number = table.number(of: word)
            sequence.append(number)
            if number == postings.count { postings.append([]) }
            // A word that stands twice in the name was appended just now.
            if postings[Int(number)].last != slot { postings[Int(number)].append(slot) }
        }
        places[id] = slot
        if !owners.isEmpty { self.owners[id] = owners }
        for owner in owners { owned[owner, default: []].insert(id) }
    }

    /// Takes a record out. Words that no other has are overwritten.
    package mutating func remove(_ id: ID<Record>) {
        guard let slot = places.removeValue(forKey: id) else { return }
        let names = range(of: slot)
        for number in Set(sequence[names]) {
            if let at = postings[Int(number)].firstIndex(of: slot) {
                postings[Int(number)].swapAt(at, postings[Int(number)].count - 1)
                postings[Int(number)].removeLast()
            }
            if postings[Int(number)].isEmpty { table.remove(number) }
        }
        slots[Int(slot)].count = 0
        free.append(slot)
        wasted += names.count
        for owner in owners.removeValue(forKey: id) ?? [] {
            owned[owner]?.remove(id)
            if owned[owner]?.isEmpty == true { owned[owner] = nil }
        }
        if wasted > 4_096, wasted > sequence.count / 2 { pack() }
    }

    /// Takes out every record of a person, and the person's own. Returns those that are about others as well.
    package mutating func forget(_ subject: Identifier) -> [ID<Record>] {
        if let own = ID<Record>(subject.text), owners[own] == nil { remove(own) }
        let records = owned[subject] ?? []
        let shared = records.filter { (owners[$0]?.count ?? 0) > 1 }
        for id in records { remove(id) }
        return Array(shared)
    }

    /// Takes out everything.
    package mutating func clear() {
        table.clear()
        self = WordIndex()
    }

    private func range(of slot: UInt32) -> Range<Int> {
        let start = Int(slots[Int(slot)].start)
        return start..<start + Int(slots[Int(slot)].count)
    }

    private mutating func pack() {
        var packed: [UInt32] = []
        packed.reserveCapacity(sequence.count - wasted)
        for slot in slots.indices where slots[slot].count > 0 {
            let names = range(of: UInt32(slot))
            slots[slot].start = UInt32(packed.count)
            packed += sequence[names]
        }
        sequence = packed
        wasted = 0
    }
}

/// Searching, in the order of `FoundPlace`.
extension WordIndex {
    /// A record that has all words of a search.
    private struct Hit {
        let slot: UInt32
        /// How many words are only beginnings, then the rank of the name's first word: decides most comparisons.
        let weight: UInt64
    }

    /// The first so many of the records that have all words, and how many there are in all. Cost: a few ns a record that has one.
    package mutating func best(_ query: SearchWords, atMost most: Int) -> (ids: [ID<Record>], total: Int) {
        table.makeRanksCurrent()
        let hits = hits(query)
        guard most < hits.count else { return (sorted(hits), hits.count) }
        guard most > 0 else { return ([], hits.count) }
        // Few of many: these are kept in order, and almost all others are turned away by one comparison.
        var kept = hits.prefix(most).sorted(by: precedes)
        for hit in hits.dropFirst(most) where precedes(hit, kept[most - 1]) {
            kept.removeLast()
            kept.insert(hit, at: kept.firstIndex { precedes(hit, $0) } ?? kept.endIndex)
        }
        return (kept.map { slots[Int($0.slot)].id }, hits.count)
    }

    /// Those of these records that have all words.
    package mutating func matches(_ query: SearchWords, among ids: [ID<Record>]) -> [ID<Record>] {
        table.makeRanksCurrent()
        let ranges = query.words.map(table.range)
        let hits = ids.compactMap { id -> Hit? in
            guard let slot = places[id] else { return nil }
            let ranks = sequence[range(of: slot)].map { Int(table.rank(of: $0)) }
            var beginnings = 0
            for range in ranges {
                guard ranks.contains(where: range.ranks.contains) else { return nil }
                if !range.hasWord || !ranks.contains(range.ranks.lowerBound) { beginnings += 1 }
            }
            return hit(slot, beginnings: beginnings)
        }
        return sorted(hits)
    }

    private func hits(_ query: SearchWords) -> [Hit] {
        // How many of the words so far each record has, and how many of them whole: a word itself is the first of its range.
        var (met, whole) = ([UInt8](repeating: 0, count: slots.count), [UInt8](repeating: 0, count: slots.count))
        var found: [UInt32] = []
        for (number, word) in query.words.enumerated() {
            let (ranks, hasWord) = table.range(of: word)
            let (before, isLast) = (UInt8(number), number == query.words.count - 1)
            for rank in ranks {
                let isWhole = hasWord && rank == ranks.lowerBound
                for slot in postings[Int(table.number(at: rank))] where met[Int(slot)] == before {
                    met[Int(slot)] = before + 1
                    if isWhole { whole[Int(slot)] += 1 }
                    if isLast { found.append(slot) }
                }
            }
        }
        return found.map { hit($0, beginnings: query.words.count - Int(whole[Int($0)])) }
    }

    private func hit(_ slot: UInt32, beginnings: Int) -> Hit {
        Hit(slot: slot, weight: UInt64(beginnings) << 32 | UInt64(table.rank(of: sequence[Int(slots[Int(slot)].start)])))
    }

    private func precedes(_ one: Hit, _ other: Hit) -> Bool {
        if one.weight != other.weight { return one.weight < other.weight }
        let (first, second) = (range(of: one.slot), range(of: other.slot))
        for (mine, theirs) in zip(sequence[first], sequence[second]) where mine != theirs {
            return table.rank(of: mine) < table.rank(of: theirs)
        }
        if first.count != second.count { return first.count < second.count }
        return slots[Int(one.slot)].id < slots[Int(other.slot)].id
    }

    private func sorted(_ hits: [Hit]) -> [ID<Record>] { hits.sorted(by: precedes).map { slots[Int($0.slot)].id } }
}
