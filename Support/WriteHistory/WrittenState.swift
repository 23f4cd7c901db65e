import Base
import Store

/// Everything that stands in the tables of a history.
package struct WrittenState: Equatable {
    struct Part: Hashable {
        let write: Int64
        let part: Int
    }

    struct Slot: Hashable {
        let line: Int64
        let slot: Int
    }

    package private(set) var writes: Set<WriteNumber> = []
    private(set) var parts: [Part: [UInt8]] = [:]
    private(set) var balances: [Int: Int]
    private(set) var counters: [Int64: Int] = [:]
    private(set) var slots: [Slot: Int64] = [:]

    private init(balances: [Int: Int]) { self.balances = balances }

    /// What must be there if exactly these writes happened.
    package init(after writes: Set<WriteNumber>, seed: UInt64, largestBody: Int = 20_000) {
        self.init(balances: Dictionary(uniqueKeysWithValues: (0..<Write.accounts).map { ($0, 0) }))
        self.writes = writes
        for number in writes.sorted() {
            let write = Write(seed: seed, number, largestBody: largestBody)
            for (part, size) in write.bodySizes.enumerated() {
                parts[Part(write: number.rawValue, part: part)] = Write.body(number, part: part, bytes: size)
            }
            balances[write.from, default: 0] -= write.amount
            balances[write.to, default: 0] += write.amount
            counters[number.line, default: 0] += 1
            slots[Slot(line: number.line, slot: write.slot)] = number.rawValue
            if let erased = write.erased, writes.contains(erased) {
                for part in Write(seed: seed, erased, largestBody: largestBody).bodySizes.indices {
                    parts[Part(write: erased.rawValue, part: part)] = nil
                }
            }
        }
    }

    /// What is there.
    package static func read(_ tx: borrowing Transaction) throws -> WrittenState {
        var state = WrittenState(balances: [:])
        try tx.each("SELECT id FROM entries") { row in
            state.writes.insert(WriteNumber(rawValue: try row["id"]))
            return true
        }
        try tx.each("SELECT write, part, body FROM parts") { row in
            state.parts[Part(write: try row["write"], part: try row["part"])] = try row["body"]
            return true
        }
        try tx.each("SELECT id, balance FROM accounts") { row in
            state.balances[try row["id"]] = try row["balance"]
            return true
        }
        try tx.each("SELECT line, value FROM counters") { row in
            state.counters[try row["line"]] = try row["value"]
            return true
        }
        try tx.each("SELECT line, slot, write FROM slots") { row in
            state.slots[Slot(line: try row["line"], slot: try row["slot"])] = try row["write"]
            return true
        }
        return state
    }

    /// What differs from what must be there, in a few words; empty where nothing does.
    package func differences(from expected: WrittenState) -> [String] {
        var found: [String] = []
        if parts != expected.parts {
            let wrong = Set(parts.keys).union(expected.parts.keys).filter { parts[$0] != expected.parts[$0] }
            let names = wrong.map { "\($0.write)/\($0.part)" }.sorted().prefix(5)
            found.append("\(wrong.count) parts are missing, left over or altered: \(names.joined(separator: " "))")
        }
        if balances != expected.balances { found.append("balances differ; their sum is \(balances.values.reduce(0, +))") }
        if counters != expected.counters { found.append("counters differ: \(counters), not \(expected.counters)") }
        if slots != expected.slots { found.append("slots differ") }
        return found
    }
}
