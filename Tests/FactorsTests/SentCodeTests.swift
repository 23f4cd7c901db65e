import Base
import Factors
import Testing

@Suite("Codes on paper, and codes that are sent")
struct SentCodeTests {
    static let world = FixedWorld(seed: 4).world
    /// The draw of 500000.
    static let half: UInt64 = (1 << 63) + 1

    @Test("a recovery code is 16 characters in fours, without I, L, O and U, and each set of bytes has its own")
    func recoveryText() throws {
        #expect(RecoveryCode(randomBytes: [UInt8](repeating: 0, count: 10)).text.withExposedText { $0 } == "0000-0000-0000-0000")
        #expect(RecoveryCode(randomBytes: [UInt8](repeating: 255, count: 10)).text.withExposedText { $0 } == "ZZZZ-ZZZZ-ZZZZ-ZZZZ")
        #expect(RecoveryCode(randomBytes: [0, 68, 50, 20, 199, 66, 84, 182, 53, 207]).text.withExposedText { $0 } == "0123-4567-89AB-CDEF")
        var texts: Set<String> = []
        var characters: Set<Character> = []
        for _ in 0..<500 {
            let text = RecoveryCode(randomBytes: Self.world.random.bytes(RecoveryCode.bytes)).text.withExposedText { $0 }
            texts.insert(text)
            characters.formUnion(text)
        }
        #expect(texts.count == 500)
        #expect(characters == Set("0123456789ABCDEFGHJKMNPQRSTVWXYZ-"))
    }

    @Test(
        "it is read however it is typed",
        arguments: [
            "0123-4567-89AB-CDEF", "0123456789abcdef", " o123 4567 89AB cdef ", "OI23-4567-89ab-CDEF",
            "oL23-4567-89ab-cdef", "0123\u{A0}4567\t89ab\ncdef",
        ])
    func recoveryEntry(typed: String) throws {
        let code = try #require(RecoveryCode(entered: typed))
        #expect(code.text.withExposedText { $0 } == "0123-4567-89AB-CDEF")
    }

    @Test(
        "what is no code is none",
        arguments: [
            "", "0123-4567-89AB-CDE", "0123-4567-89AB-CDEF0", "0123-4567-89AB-CDEU", "0123_4567_89AB_CDEF", "0123-4567-89AB-CDEÉ",
            String(repeating: "-", count: 60) + "0123456789ABCDEF", "٠123-4567-89AB-CDEF",
        ])
    func noRecovery(typed: String) {
        #expect(RecoveryCode(entered: typed) == nil)
    }

    @Test("its digest is that of one account, and finds its place once")
    func recoveryDigests() throws {
        let codes = (0..<RecoveryCode.usualCount).map { _ in RecoveryCode(randomBytes: Self.world.random.bytes(RecoveryCode.bytes)) }
        var digests = codes.map { $0.digest(account: "ana") }
        #expect(Set(digests).count == codes.count && digests.allSatisfy { $0.count == 32 })
        #expect(codes[3].digest(account: "eva") != digests[3])
        let typed = try #require(RecoveryCode(entered: codes[3].text.withExposedText { $0.lowercased() }))
        #expect(typed.place(in: digests, account: "ana") == 3)
        #expect(typed.place(in: digests, account: "eva") == nil)
        digests.remove(at: 3)
        #expect(typed.place(in: digests, account: "ana") == nil, "used once")
        #expect(typed.place(in: [], account: "ana") == nil)
    }

    /// A draw of 2⁶⁴ values is cut into 10⁶ parts of the same size; what is left over is drawn again.
    @Test("the digits of a sent code are drawn without favour, zeros in front included")
    func drawn() {
        func code(_ draws: [UInt64]) -> String {
            let rest = Draws(draws)
            return OneTimeCode(from: Randomness { rest.next() }).text.withExposedText { $0 }
        }
        #expect(code([Self.half]) == "500000")
        #expect(code([UInt64.max]) == "999999")
        // The first 551,616 of the lower halves belong to nobody: 2⁶⁴ mod 10⁶.
        #expect(code([0, UInt64.max]) == "999999", "drawn again")
        #expect(code([18_446_744_073_710, UInt64.max]) == "999999", "drawn again")
        #expect(code([18_446_744_073_711]) == "000001")
        var counts = [Int](repeating: 0, count: 10)
        for _ in 0..<10_000 {
            for digit in OneTimeCode(from: Self.world.random).text.withExposedBytes({ Array($0) }) { counts[Int(digit - 48)] += 1 }
        }
        // 60,000 digits: 6,000 each, standard deviation 73.
        #expect(counts.allSatisfy { abs($0 - 6_000) < 400 })
    }

    static let key = Secret([UInt8](repeating: 9, count: 32))
    static let context = OneTimeCode.Context(purpose: "sign_in", account: "ana", address: "ana@example.org", ceremony: "7")
    static let now = Instant(milliseconds: 1_700_000_000_000)

    @Test("a sent code is accepted until it expires, typed in groups too")
    func accepted() throws {
        let code = OneTimeCode(from: Self.world.random)
        let pending = PendingCode(code, for: Self.context, under: Self.key, at: Self.now)
        let text = code.text.withExposedText { $0 }
        #expect(pending.triesLeft == 5 && pending.expires == Self.now + .seconds(600))
        for typed in [text, "\(text.prefix(3)) \(text.suffix(3))", " \(text) "] {
            #expect(pending.check(typed, for: Self.context, under: Self.key, at: Self.now) == .accepted)
        }
        #expect(pending.check(text, for: Self.context, under: Self.key, at: pending.expires - .microseconds(1)) == .accepted)
        #expect(pending.check(text, for: Self.context, under: Self.key, at: pending.expires) == .expired)
        let kept = PendingCode(digest: pending.digest, expires: pending.expires, triesLeft: 1)
        #expect(kept.check(text, for: Self.context, under: Self.key, at: Self.now) == .accepted)
        let spent = PendingCode(digest: pending.digest, expires: pending.expires, triesLeft: 0)
        #expect(spent.check(text, for: Self.context, under: Self.key, at: Self.now) == .exhausted)
    }

    @Test("a wrong code costs a try, a slip of the finger none")
    func wrong() {
        let code = OneTimeCode(from: Randomness { Self.half })
        let pending = PendingCode(code, for: Self.context, under: Self.key, at: Self.now, tries: 2)
        #expect(pending.check("500001", for: Self.context, under: Self.key, at: Self.now) == .wrong(triesLeft: 1))
        for slip in ["", "50000", "5000000", "50000a", "５００００0", "500000;"] {
            #expect(pending.check(slip, for: Self.context, under: Self.key, at: Self.now) == .malformed)
        }
    }

    @Test("it is good for its purpose, account, address, attempt and key alone")
    func contexts() {
        let code = OneTimeCode(from: Randomness { Self.half })
        let pending = PendingCode(code, for: Self.context, under: Self.key, at: Self.now)
        let others = [
            OneTimeCode.Context(purpose: "verify", account: "ana", address: "ana@example.org", ceremony: "7"),
            OneTimeCode.Context(purpose: "sign_in", account: "eva", address: "ana@example.org", ceremony: "7"),
            OneTimeCode.Context(purpose: "sign_in", account: "ana", address: "eva@example.org", ceremony: "7"),
            OneTimeCode.Context(purpose: "sign_in", account: "ana", address: "ana@example.org", ceremony: "8"),
            OneTimeCode.Context(purpose: "sign_inana", account: "", address: "ana@example.org", ceremony: "7"),
        ]
        for other in others {
            #expect(pending.check("500000", for: other, under: Self.key, at: Self.now) == .wrong(triesLeft: 4))
        }
        let otherKey = Secret([UInt8](repeating: 8, count: 32))
        #expect(pending.check("500000", for: Self.context, under: otherKey, at: Self.now) == .wrong(triesLeft: 4))
    }

    @Test("none of them slips into a log")
    func hidden() {
        #expect("\(OneTimeCode(from: Randomness { Self.half }))".contains("500000") == false)
        #expect("\(RecoveryCode(randomBytes: [UInt8](repeating: 0, count: 10)))".contains("0000") == false)
    }
}
