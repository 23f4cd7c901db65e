import Access
import Base
import Records
import Testing

/// The index alone, held against a dictionary.
@Suite("The index of words")
struct SearchIndexTests {
    /// Few letters, so that beginnings meet.
    private static func word(_ random: inout Randomness) -> [UInt8] {
        (0..<Int.random(in: 1...4, using: &random)).map { _ in UInt8.random(in: 97...99, using: &random) }
    }

    @Test("gives what a look at every record gives, in the same order, whatever came and went", arguments: 0..<6)
    func model(_ seed: UInt64) throws {
        let world = FixedWorld(seed: seed).world
        var random = world.random
        var (index, model) = (WordIndex(), [ID<Record>: [[UInt8]]]())
        let owners: [Identifier] = ["ana", "luz", "paz"]
        var owned: [ID<Record>: Identifier] = [:]
        let ids = (0..<300).map { _ in world.id(of: Record.self) }
        for round in 0..<40 {
            for _ in 0..<200 {
                let id = ids[Int.random(in: 0..<ids.count, using: &random)]
                if Int.random(in: 0..<100, using: &random) < (round % 4 == 3 ? 80 : 30) {
                    index.remove(id)
                    model[id] = nil
                } else {
                    let names = (0..<Int.random(in: 0...5, using: &random)).map { _ in Self.word(&random) }
                    let owner = owners.randomElement(using: &random)
                    index.put(id, of: owner.map { [$0] } ?? [], names)
                    model[id] = names.isEmpty ? nil : names
                    owned[id] = owner
                }
            }
            if round % 8 == 7, let gone = owners.randomElement(using: &random) {
                #expect(index.forget(gone).isEmpty)
                model = model.filter { owned[$0.key] != gone }
            }
            #expect(index.recordCount == model.count && index.wordCount == Set(model.values.joined()).count)
            for _ in 0..<30 {
                let typed = (0..<Int.random(in: 1...3, using: &random)).map { _ in String(decoding: Self.word(&random), as: UTF8.self) }
                let query = try SearchWords(typed.joined(separator: " "))
                let expected = Self.expected(query, model)
                let some = ids.filter { _ in Bool.random(using: &random) }
                for most in [1, 3, 20, .max] {
                    let found = index.best(query, atMost: most)
                    #expect(found.ids == Array(expected.prefix(most)) && found.total == expected.count)
                }
                #expect(index.matches(query, among: some) == expected.filter(Set(some).contains))
            }
        }
    }

    private static func expected(_ query: SearchWords, _ model: [ID<Record>: [[UInt8]]]) -> [ID<Record>] {
        let hits = model.compactMap { id, names in query.beginnings(in: names).map { (beginnings: $0, name: names, id: id) } }
        return hits.sorted { one, other in
            if one.beginnings != other.beginnings { return one.beginnings < other.beginnings }
            let (first, second) = (text(one.name), text(other.name))
            return first == second ? one.id < other.id : first < second
        }.map(\.id)
    }

    /// A space sorts before every letter.
    private static func text(_ name: [[UInt8]]) -> String { name.map { String(decoding: $0, as: UTF8.self) }.joined(separator: " ") }

    @Test("forgets a person's records, and says which are about others as well")
    func shared() {
        let world = FixedWorld(seed: 9).world
        var index = WordIndex()
        let (own, theirs) = (world.id(of: Record.self), world.id(of: Record.self))
        index.put(own, of: ["ana"], [Array("alone".utf8)])
        index.put(theirs, of: ["ana", "luz"], [Array("together".utf8)])
        #expect(index.forget("ana") == [theirs] && index.recordCount == 0)
        #expect(!index.holds(Array("alone".utf8)) && !index.holds(Array("together".utf8)))
        #expect(index.forget("luz").isEmpty)
    }

    @Test("keeps no word that left, through growth and packing")
    func wiped() {
        let world = FixedWorld(seed: 1).world
        var index = WordIndex()
        func word(_ number: Int) -> [UInt8] { Array("word\(number)x".utf8) }
        let ids = (0..<3_000).map { _ in world.id(of: Record.self) }
        for (number, id) in ids.enumerated() { index.put(id, [word(number), Array("shared".utf8)]) }
        #expect(index.holds(word(7)) && index.holds(word(2_999)))
        let before = index.byteCount
        for (number, id) in ids.enumerated() where number % 10 != 0 { index.remove(id) }
        for number in stride(from: 0, to: 3_000, by: 13) { #expect(index.holds(word(number)) == (number % 10 == 0), "\(number)") }
        #expect(index.holds(Array("shared".utf8)) && index.wordCount == 301 && index.byteCount <= before)
        index.put(ids[0], [Array("renamed".utf8)])
        #expect(!index.holds(word(0)) && index.holds(Array("renamed".utf8)))
        index.clear()
        #expect(index.recordCount == 0 && !index.holds(Array("shared".utf8)) && !index.holds(Array("renamed".utf8)))
    }
}
