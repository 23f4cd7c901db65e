import Base
import Foundation
import Passwords
import Testing

@Suite("What is kept of a password")
struct PasswordHashTests {
    private let random = FixedWorld(seed: 1).world.random

    private func prepared(_ text: String) throws -> PreparedPassword { try PreparedPassword(Secret(text)) }

    @Test("Argon2id gives the tag of RFC 9106, section 5.3, with its key and associated data")
    func publishedVector() throws {
        let cost = try #require(PasswordCost(memoryKibibytes: 32, passes: 3, lanes: 4))
        let tag = try [UInt8](repeating: 1, count: 32).withUnsafeBytes { password in
            try Argon2id.tag(
                of: password, salt: [UInt8](repeating: 2, count: 16), secret: [UInt8](repeating: 3, count: 8),
                associated: [UInt8](repeating: 4, count: 12), cost: cost, count: 32)
        }
        #expect(Hexadecimal.string(tag) == "0d640df58d78766c08c037a34a8b53c9d01ef0452d75b65eb52520e96b01e659")
    }

    /// By argon2-cffi 25.1.0: `hash_secret(password, salt, t, m, p, length, Type.ID)`. The first is also in the tests of the reference
    /// implementation.
    @Test(
        "texts by argon2-cffi are read, and match their passwords alone",
        arguments: [
            ("password", "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc"),
            ("password", "$argon2id$v=19$m=256,t=2,p=2$c29tZXNhbHQ$bQk8UB/VmZZF4Oo79iDXuL5/0ttZwg2f/5U52iv1cDc"),
            ("contraseña larga", "$argon2id$v=19$m=19456,t=2,p=1$AAECAwQFBgcICQoLDA0ODw$ReZ51MrodyyUVHGAlhFDo5RLubGFfqKOFNFv7+HEIzI"),
            (
                "correct horse battery staple",
                "$argon2id$v=19$m=8,t=1,p=1$AAECAwQFBgcICQoLDA0ODw$0X6mNBypPaYHnqL2TcSqMd0ar5yqZ/tCrEr9BxRwbyY"
            ),
            ("x", "$argon2id$v=19$m=47104,t=1,p=1$AAAAAAAAAAAAAAAAAAAAAA$pOHmCkecKUV9zMMlti/nE5sfgppDSp0MnQiBR/cFtLM"),
        ])
    func otherLibraries(_ password: String, _ text: String) throws {
        let hash = try #require(PasswordHash(text))
        #expect(hash.text == text)
        #expect(try hash.matches(prepared(password)))
        for other in [password.dropLast() + " ", "\u{0}" + password.dropFirst(), password.uppercased()] {
            #expect(try !hash.matches(prepared(other)))
        }
    }

    @Test("the longest password, on four lanes, with the longest salt and tag")
    func longest() throws {
        // By argon2-cffi too.
        let hash = try #require(
            PasswordHash(
                "$argon2id$v=19$m=1024,t=3,p=4$AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8gISIjJCUmJygpKissLS4vMDEyMzQ1Njc4OTo7PD0+Pw"
                    + "$kG0dNhTwt5/YtzrHPDHvLLlY6hqLbatWnFskWDYvu9WiQlkhZGjAB+IMJHcm8gFN5+WEgIFtbKLB2UQv4KaGVg"))
        #expect(try hash.matches(prepared(String(repeating: "a", count: 1_024))))
        #expect(try !hash.matches(prepared(String(repeating: "a", count: 1_023))))
    }

    @Test("each has a salt of its own, and is read as it was written")
    func made() throws {
        let password = try prepared("tres palabras sueltas")
        let texts = try (0..<50).map { _ in try PasswordHash(of: password, cost: .smallest, random: random).text }
        #expect(Set(texts).count == 50)
        for text in texts {
            let hash = try #require(PasswordHash(text))
            #expect(hash.text == text && hash.salt.count == 16 && hash.cost == .smallest)
            #expect(try hash.matches(password))
        }
    }

    @Test("the same characters match however a keyboard composes them")
    func normalisation() throws {
        let hash = try PasswordHash(of: prepared("contraseña ﬁnal Ａ１"), cost: .smallest, random: random)
        #expect(try hash.matches(prepared("contrasen\u{303}a final A1")))
        #expect(try !hash.matches(prepared("contrasena final A1")))
        #expect(try !hash.matches(prepared("Contraseña final A1")))
    }

    @Test("what is no password is refused before it is hashed")
    func noPassword() {
        func expect(_ fault: PasswordFault, _ bytes: [UInt8]) {
            #expect(throws: fault) { try PreparedPassword(Secret(bytes)) }
            #expect(fault.failure.kind == .invalid)
        }
        expect(.empty, [])
        for count in [1_025, 1 << 20] { expect(.tooLong, [UInt8](repeating: 97, count: count)) }
        for bytes in [[0xFF, 0x61], [0xC3], [0xED, 0xA0, 0x80], [0xC0, 0x80], [0xF5, 0x80, 0x80, 0x80]] as [[UInt8]] {
            expect(.noText, bytes)
        }
    }

    private static let good = "$argon2id$v=19$m=19456,t=2,p=1$AAECAwQFBgcICQoLDA0ODw$ReZ51MrodyyUVHGAlhFDo5RLubGFfqKOFNFv7+HEIzI"

    @Test("every other text is none: another form, another algorithm, more work than is allowed")
    func strictness() throws {
        #expect(PasswordHash(Self.good) != nil)
        func changed(_ old: String, _ new: String) throws -> String {
            try #require(Self.good.contains(old))
            return Self.good.replacing(old, with: new, maxReplacements: 1)
        }
        let rows = [
            ("$argon2id", "argon2id"), ("$argon2id", "$$argon2id"), ("argon2id", "argon2i"), ("argon2id", "argon2d"),
            ("argon2id", "Argon2id"),
            ("argon2id", "scrypt"), ("$v=19", ""), ("v=19", "v=16"), ("v=19", "v=019"), ("v=19", "v=19 "), ("v=19", "v="),
            ("m=19456,t=2,p=1", "t=2,m=19456,p=1"), ("m=19456,t=2,p=1", "m=19456,t=2"), ("m=19456", "m=19456,m=19456"),
            ("p=1", "p=1,keyid=AAAA"), ("p=1", "p=1,data=AAAA"), ("p=1", "p=1,"), ("m=19456", "m=+19456"), ("m=19456", "m=-19456"),
            ("m=19456", "m=0x4c00"), ("m=19456", "m=19456.0"), ("m=19456", "m= 19456"), ("m=19456", "m=１９４５６"), ("m=19456", "m="),
            ("m=19456", "m=019456"), ("m=19456", "m=7"), ("m=19456", "m=0"), ("m=19456", "m=131073"), ("m=19456", "m=4194304"),
            ("m=19456", "m=4294967296"), ("m=19456", "m=18446744073709551617"), ("t=2", "t=0"), ("t=2", "t=17"), ("t=2", "t=4294967295"),
            ("p=1", "p=0"), ("p=1", "p=17"), ("p=1", "p=16777215"), ("m=19456,t=2", "m=131072,t=9"), ("m=19456,t=2,p=1", "m=64,t=2,p=9"),
            ("ODw$", "ODw=$"), ("ODw$", "ODw==$"), ("ODw$", "ODx$"), ("ODw$", "OD$"), ("AAEC", "A EC"), ("AAEC", "-_EC"),
            ("AAEC", "AA\nEC"),
            ("AAECAwQFBgcICQoLDA0ODw", "AAECAwQFBg"), ("AAECAwQFBgcICQoLDA0ODw", ""),
            ("AAECAwQFBgcICQoLDA0ODw", String(repeating: "A", count: 88)), ("+HEIzI", "+HEIzI="), ("+HEIzI", "+HEIzJ"),
            ("+HEIzI", "+HEIzI$"),
            ("$ReZ51MrodyyUVHGAlhFDo5RLubGFfqKOFNFv7+HEIzI", ""), ("ReZ51MrodyyUVHGAlhFDo5RLubGFfqKOFNFv7+HEIzI", "ReZ51MrodyyUVHGAlg"),
            ("ReZ51MrodyyUVHGAlhFDo5RLubGFfqKOFNFv7+HEIzI", String(repeating: "A", count: 150)),
        ]
        for (old, new) in rows {
            let text = try changed(old, new)
            #expect(PasswordHash(text) == nil, "\(text)")
        }
        for text in ["", "$", "$$$$$", "$argon2id$v=19$m=8,t=1,p=1$$", String(repeating: "$", count: 300), "{}", "hunter2", "\u{0}"] {
            #expect(PasswordHash(text) == nil, "\(text)")
        }
    }

    @Test("whatever is read is what was written, byte for byte")
    func mutations() throws {
        var random = FixedWorld(seed: 3).world.random
        var read = 0
        for _ in 0..<50_000 {
            var bytes = Array(Self.good.utf8)
            for _ in 0...Int.random(in: 0...2, using: &random) {
                bytes[Int.random(in: 0..<bytes.count, using: &random)] =
                    Array("0123456789$=,mtpA/+v".utf8).randomElement(using: &random) ?? 0
            }
            let text = String(decoding: bytes, as: UTF8.self)
            guard let hash = PasswordHash(text) else { continue }
            read += 1
            #expect(hash.text == text)
            #expect(hash.cost.memoryKibibytes * hash.cost.passes <= PasswordCost.mostWork)
        }
        #expect(read > 1_000)
    }

    @Test("a cost has bounds, and the standard is what OWASP asks for")
    func costs() throws {
        #expect(PasswordCost(memoryKibibytes: 19_456, passes: 2, lanes: 1) == .standard)
        #expect(PasswordCost(memoryKibibytes: 8, passes: 1, lanes: 1) == .smallest)
        for (memory, passes, lanes) in [
            (7, 1, 1), (15, 1, 2), (131_073, 1, 1), (131_072, 9, 1), (64, 17, 1), (1_024, 1, 17), (8, 0, 1), (8, 1, 0), (-8, 1, 1),
            (8, -1, 1),
            (Int.max, Int.max, 1), (Int.max, 1, 1),
        ] {
            #expect(PasswordCost(memoryKibibytes: memory, passes: passes, lanes: lanes) == nil, "\(memory) \(passes) \(lanes)")
        }
    }

    @Test("it is outdated where its cost is not today's, whichever way, or its salt or tag is short")
    func outdated() throws {
        let hash = try #require(PasswordHash(Self.good))
        #expect(!hash.isOutdated(under: .standard))
        #expect(hash.isOutdated(under: .smallest))
        #expect(hash.isOutdated(under: try #require(PasswordCost(memoryKibibytes: 47_104, passes: 1, lanes: 1))))
        let shortSalt = "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc"
        #expect(
            try #require(PasswordHash(shortSalt)).isOutdated(
                under: try #require(PasswordCost(memoryKibibytes: 65_536, passes: 2, lanes: 1))))
    }
}
