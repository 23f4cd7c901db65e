import Base
import Crypto
import Keys
import Testing

/// What an attacker with the bytes can do: nothing that is not noticed.
struct SealingTests {
    private let random = FixedWorld(seed: 11).world.random
    private let context = EntryContext(tenant: "org", kind: "note", record: "r1", version: 4)

    private func key(_ subject: String = "s") throws -> SubjectKey {
        try #require(SubjectKey(tenant: "org", subject: subject, version: 1, bytes: random.bytes(32)))
    }

    @Test("what is sealed comes out again", arguments: [0, 1, 15, 16, 17, 900, 70_000])
    func roundTrip(_ count: Int) throws {
        let (key, plain) = (try key(), random.bytes(count))
        let sealed = try key.seal(plain, as: context, random: random)
        #expect(sealed.count == count + 61)
        #expect(try Sealing.open(sealed, under: key.entryKey(context), as: context) == plain)
        #expect(try key.seal(plain, as: context, random: random) != sealed, "each sealing has a nonce of its own")
    }

    @Test("a bit that was changed anywhere is noticed")
    func flippedBit() throws {
        let key = try key().entryKey(context)
        let sealed = try Sealing.seal(Array("Paciente con dolor".utf8), under: key, as: context, random: random)
        for bit in 0..<sealed.count * 8 {
            let expected: SealingError = bit < 8 ? .malformed : bit < 45 * 8 ? .wrongKey : .altered
            #expect(throws: expected) { try Sealing.open(sealed.flipped(bit), under: key, as: context) }
        }
    }

    @Test("bytes that are missing or too many are noticed")
    func cut() throws {
        let key = try key().entryKey(context)
        let sealed = try Sealing.seal(random.bytes(40), under: key, as: context, random: random)
        for count in 0..<sealed.count {
            #expect(throws: count < 61 ? SealingError.malformed : .altered) {
                try Sealing.open(Array(sealed[..<count]), under: key, as: context)
            }
        }
        #expect(throws: SealingError.altered) { try Sealing.open(sealed + [0], under: key, as: context) }
    }

    static let others = [
        EntryContext(tenant: "or", kind: "gnote", record: "r1", version: 4),
        EntryContext(tenant: "org2", kind: "note", record: "r1", version: 4),
        EntryContext(tenant: "org", kind: "plan", record: "r1", version: 4),
        EntryContext(tenant: "org", kind: "note", record: "r2", version: 4),
        EntryContext(tenant: "org", kind: "note", record: "r1", version: 5),
        EntryContext(tenant: "org", kind: "note", record: "r1", version: -4),
    ]

    @Test("a body cannot pass for another's", arguments: others)
    func swapped(_ other: EntryContext) throws {
        let key = try key()
        let sealed = try key.seal(random.bytes(40), as: context, random: random)
        // With the subject's key, and with the very entry key.
        #expect(throws: SealingError.wrongKey) { try Sealing.open(sealed, under: key.entryKey(other), as: other) }
        #expect(throws: SealingError.altered) { try Sealing.open(sealed, under: key.entryKey(context), as: other) }
    }

    @Test("another subject's key opens nothing")
    func anotherSubject() throws {
        let sealed = try key().seal(random.bytes(40), as: context, random: random)
        let other = try key("other").entryKey(context)
        #expect(throws: SealingError.wrongKey) { try Sealing.open(sealed, under: other, as: context) }
    }

    @Test("a disclosed key opens its one version and nothing else")
    func disclosed() throws {
        let key = try key()
        let contexts = [context] + Self.others
        let sealed = try contexts.map { try key.seal(Array("\($0.record) \($0.version)".utf8), as: $0, random: random) }
        let disclosed = try EntryKey(disclosure: key.entryKey(context).disclosure)
        #expect(try Sealing.open(sealed[0], under: disclosed, as: context) == Array("r1 4".utf8))
        for (bytes, other) in zip(sealed, contexts).dropFirst() {
            #expect(throws: SealingError.wrongKey) { try Sealing.open(bytes, under: disclosed, as: other) }
            #expect(throws: SealingError.wrongKey) { try Sealing.open(bytes, under: disclosed, as: context) }
        }
    }

    @Test("a disclosed key that was copied wrongly is refused")
    func miscopied() throws {
        let text = try key().entryKey(context).disclosure
        #expect(text.utf8.count == 68)
        let characters = Array(text)
        for index in characters.indices {
            var wrong = characters
            wrong[index] = wrong[index] == "A" ? "B" : "A"
            #expect(throws: Failure.self) { try EntryKey(disclosure: String(wrong)) }
        }
        for wrong in ["", String(text.dropLast()), text + "A", " " + text, text + "="] {
            #expect(throws: Failure.self) { try EntryKey(disclosure: wrong) }
        }
    }

    @Test("keys do not show in texts")
    func silence() throws {
        let key = try key()
        let words = ["\(key)", "\(key.entryKey(context))", String(reflecting: key.entryKey(context))]
        let text = key.entryKey(context).disclosure.suffix(48)
        for word in words { #expect(!word.contains(text.prefix(10))) }
        #expect(Mirror(reflecting: key).children.isEmpty && Mirror(reflecting: key.entryKey(context)).children.isEmpty)
    }

    @Test("each way of not opening is told apart, and names the place")
    func sentences() {
        let failures = SealingError.allCases.map { Failure.unsealable($0, context) }
        #expect(failures.map(\.code) == ["sealed_malformed", "sealed_wrong_key", "sealed_altered"])
        #expect(failures.allSatisfy { $0.message.spanish.contains("4 de note r1") && $0.message.english.contains("4 of note r1") })
    }

    @Test("a wrapped key that was altered, cut or meant for another use is refused")
    func wrapped() throws {
        let (over, key) = (SymmetricKey(data: random.bytes(32)), SymmetricKey(data: random.bytes(32)))
        let use = KeyUse.subject("s", in: "org", version: 1)
        let wrapped = try Wrapping.wrap(key, under: over, for: use, nonce: SealNonce(random))
        #expect(wrapped.count == 93)
        for bit in 0..<wrapped.count * 8 {
            #expect(throws: SealingError.self) { try Wrapping.unwrap(wrapped.flipped(bit), under: over, for: use) }
        }
        for count in 0..<wrapped.count {
            #expect(throws: SealingError.malformed) { try Wrapping.unwrap(Array(wrapped[..<count]), under: over, for: use) }
        }
        let others: [KeyUse] = [
            .subject("t", in: "org", version: 1), .subject("s", in: "or", version: 1), .subject("s", in: "org", version: 2),
        ]
        for other in others { #expect(throws: SealingError.altered) { try Wrapping.unwrap(wrapped, under: over, for: other) } }
        for other in [KeyUse.search("s"), .organisation("s", epoch: 1)] {
            #expect(throws: SealingError.wrongKey) { try Wrapping.unwrap(wrapped, under: over, for: other) }
        }
        let another = SymmetricKey(data: random.bytes(32))
        #expect(throws: SealingError.wrongKey) { try Wrapping.unwrap(wrapped, under: another, for: use) }
    }
}
