/// Distinct words, each with a number and, in the order of their bytes, a rank: words of one beginning have ranks in a row.
struct WordTable {
    private var text = WordStorage()
    /// Where each word stands in `text`, by number; empty where the number is free.
    private var places: [Range<UInt32>] = []
    private var free: [UInt32] = []
    /// The numbers of all words, sorted by their bytes.
    private var order: [UInt32] = []
    /// By number; made when it is asked for after a change.
    private var ranks: [UInt32] = []
    private var ranksAreCurrent = true

    init() {}

    var count: Int { order.count }

    /// Bytes that it takes, but for what the allocator adds.
    var byteCount: Int {
        text.byteCount + places.capacity * MemoryLayout<Range<UInt32>>.stride
            + 4 * (free.capacity + order.capacity + ranks.capacity)
    }

    /// Whether these bytes stand anywhere in its memory. For tests.
    func holds(_ word: [UInt8]) -> Bool { text.holds(word) }

    /// The number of a word, a new one where it has none. Numbers count from 0 and are used again. Cost: some 15 comparisons, and
    /// for a new word the place made for it among 30,000, a few µs.
    mutating func number(of word: [UInt8]) -> UInt32 {
        let at = bound(word)
        if at < order.count, compare(order[at], word) == 0 { return order[at] }
        let start = UInt32(text.add(word))
        let place = start..<start + UInt32(word.count)
        let number: UInt32
        if let used = free.popLast() {
            number = used
            places[Int(used)] = place
        } else {
            number = UInt32(places.count)
            places.append(place)
        }
        order.insert(number, at: at)
        ranksAreCurrent = false
        return number
    }

    /// Takes a word out and overwrites it.
    mutating func remove(_ number: UInt32) {
        order.remove(at: bound(text.word(places[Int(number)])))
        text.remove(places[Int(number)])
        places[Int(number)] = 0..<0
        free.append(number)
        ranksAreCurrent = false
        if text.isWorthPacking { pack() }
    }

    /// Overwrites everything.
    mutating func clear() {
        text.clear()
        self = WordTable()
    }

    /// To be called before ranks are asked for. Cost after a change: some 50 µs for 30,000 words.
    mutating func makeRanksCurrent() {
        guard !ranksAreCurrent else { return }
        ranks = [UInt32](repeating: 0, count: places.count)
        for (rank, number) in order.enumerated() { ranks[Int(number)] = UInt32(rank) }
        ranksAreCurrent = true
    }

    func rank(of number: UInt32) -> UInt32 { ranks[Int(number)] }
    func number(at rank: Int) -> UInt32 { order[rank] }

    /// The ranks of the words that begin so, and whether the first of them is the word itself.
    func range(of beginning: [UInt8]) -> (ranks: Range<Int>, hasWord: Bool) {
        let first = bound(beginning)
        let ranks = first..<max(first, bound(beginning, past: true))
        return (ranks, !ranks.isEmpty && places[Int(order[first])].count == beginning.count)
    }

    /// The first rank whose word is not before `word`; `past`: whose beginning is after it.
    private func bound(_ word: [UInt8], past: Bool = false) -> Int {
        var (low, high) = (0, order.count)
        while low < high {
            let middle = (low + high) / 2
            let order = compare(order[middle], word, asBeginning: past)
            if past ? order <= 0 : order < 0 { low = middle + 1 } else { high = middle }
        }
        return low
    }

    private func compare(_ number: UInt32, _ word: [UInt8], asBeginning: Bool = false) -> Int {
        text.compare(places[Int(number)], with: word, asBeginning: asBeginning)
    }

    private mutating func pack() {
        var packed = WordStorage(capacity: text.byteCount)
        for number in order {
            let word = text.word(places[Int(number)])
            let start = UInt32(packed.add(word))
            places[Int(number)] = start..<start + UInt32(word.count)
        }
        text.clear()
        text = packed
    }
}
