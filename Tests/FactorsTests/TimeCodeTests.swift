import Base
import Factors
import Testing

@Suite("Codes of authenticator apps")
struct TimeCodeTests {
    static let rfc4226 = Secret("12345678901234567890")

    @Test(
        "RFC 4226, appendix D: the first ten counters",
        arguments: zip(
            UInt64(0)...9, ["755224", "287082", "359152", "969429", "338314", "254676", "287922", "162583", "399871", "520489"]))
    func counters(counter: UInt64, code: String) {
        #expect(CounterCode.code(Self.rfc4226, counter: counter, hash: .sha1, digits: 6) == Array(code.utf8))
    }

    /// Appendix D gives the truncated number too, of which 7 and 8 digits are taken here: 1284755224, 1094287082.
    @Test("RFC 4226: more digits of the same number")
    func digits() {
        #expect(CounterCode.code(Self.rfc4226, counter: 0, hash: .sha1, digits: 8) == Array("84755224".utf8))
        #expect(CounterCode.code(Self.rfc4226, counter: 1, hash: .sha1, digits: 7) == Array("4287082".utf8))
    }

    @Test(
        "RFC 6238, appendix B: six moments under three hashes",
        arguments: [
            (59, "94287082", "46119246", "90693936"), (1_111_111_109, "07081804", "68084774", "25091201"),
            (1_111_111_111, "14050471", "67062674", "99943326"), (1_234_567_890, "89005924", "91819424", "93441116"),
            (2_000_000_000, "69279037", "90698825", "38618901"), (20_000_000_000, "65353130", "77737706", "47863826"),
        ] as [(Int64, String, String, String)])
    func moments(seconds: Int64, sha1: String, sha256: String, sha512: String) {
        let moment = Instant(milliseconds: seconds * 1_000)
        let digits = "1234567890"
        for (hash, count, code) in [(CounterCode.Hash.sha1, 20, sha1), (.sha256, 32, sha256), (.sha512, 64, sha512)] {
            let secret = Secret(String(String(repeating: digits, count: 7).prefix(count)))
            let app = TimeCode(secret, TimeCode.Terms(hash: hash, digits: 8))
            #expect(app.code(step: app.step(at: moment)) == code)
            #expect(app.check(code, at: moment, lastUsed: nil) == .accepted(step: seconds / 30))
        }
    }

    static let app = TimeCode(rfc4226)
    /// In step 100, ten seconds in.
    static let now = Instant(milliseconds: 3_010_000)

    @Test(
        "a code is good one step before and after, and no further",
        arguments: [(98, false), (99, true), (100, true), (101, true), (102, false)] as [(Int64, Bool)])
    func window(step: Int64, isGood: Bool) {
        #expect(Self.app.check(Self.app.code(step: step), at: Self.now, lastUsed: nil) == (isGood ? .accepted(step: step) : .wrong))
    }

    @Test(
        "a code that was used, or is older than one that was, is told apart",
        arguments: [(99, 99), (99, 100), (100, 100), (101, 101)] as [(Int64, Int64)])
    func reuse(step: Int64, lastUsed: Int64) {
        #expect(Self.app.check(Self.app.code(step: step), at: Self.now, lastUsed: lastUsed) == .alreadyUsed(step: step))
        #expect(Self.app.check(Self.app.code(step: step), at: Self.now, lastUsed: step - 1) == .accepted(step: step))
    }

    @Test("steps change on the half minute, and before 1970 there is none that is good")
    func steps() {
        #expect(Self.app.step(at: Instant(microseconds: 29_999_999)) == 0)
        #expect(Self.app.step(at: Instant(microseconds: 30_000_000)) == 1)
        #expect(Self.app.step(at: Instant(microseconds: -1)) == -1)
        #expect(Self.app.step(at: Instant(microseconds: -30_000_000)) == -1)
        #expect(Self.app.check(Self.app.code(step: 0), at: Instant(milliseconds: -120_000), lastUsed: nil) == .wrong)
        #expect(Self.app.check(Self.app.code(step: 0), at: .epoch, lastUsed: nil) == .accepted(step: 0))
        #expect(Self.app.check("000000", at: .latest, lastUsed: nil) == .wrong)
        #expect(Self.app.check("000000", at: .earliest, lastUsed: nil) == .wrong)
    }

    @Test("groups are read as apps show them, anything else is wrong")
    func entry() {
        let code = Self.app.code(step: 100)
        let grouped = "\(code.prefix(3)) \(code.suffix(3))"
        for good in [code, grouped, " \(code)\n", code.replacing(code.prefix(3), with: "\(code.prefix(3))-", maxReplacements: 1)] {
            #expect(Self.app.check(good, at: Self.now, lastUsed: nil) == .accepted(step: 100))
        }
        let arabic = String(String.UnicodeScalarView(code.unicodeScalars.compactMap { Unicode.Scalar($0.value - 48 + 0x660) }))
        for bad in [
            "", "0", String(code.dropLast()), code + "0", "+" + code, "0x" + code, arabic, code + "\u{0}",
            String(repeating: " ", count: 99) + code,
        ] {
            #expect(Self.app.check(bad, at: Self.now, lastUsed: nil) == .wrong)
        }
    }

    @Test("a code of another secret, hash or length is wrong")
    func others() {
        let other = TimeCode(Secret("another secret of 20"))
        #expect(Self.app.check(other.code(step: 100), at: Self.now, lastUsed: nil) == .wrong)
        let long = TimeCode(Self.rfc4226, .long)
        #expect(Self.app.check(long.code(step: 100), at: Self.now, lastUsed: nil) == .wrong)
        #expect(long.check(long.code(step: 100), at: Self.now, lastUsed: nil) == .accepted(step: 100))
    }

    @Test("the address names everything, percent-encoded, and no colon comes from a name")
    func address() {
        func text(_ app: TimeCode, _ issuer: String, _ account: String) -> String {
            app.address(issuer: issuer, account: account).withExposedText { $0 }
        }
        #expect(
            text(Self.app, "Clínica & Cía: 1", "ana+uno@example.org")
                == "otpauth://totp/Cl%C3%ADnica%20%26%20C%C3%ADa%201:ana%2Buno%40example.org?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
                + "&issuer=Cl%C3%ADnica%20%26%20C%C3%ADa%201&algorithm=SHA1&digits=6&period=30")
        #expect(text(TimeCode(Self.rfc4226, .long), "a", "b").hasSuffix("&algorithm=SHA256&digits=8&period=30"))
        #expect("\(Self.app.address(issuer: "a", account: "b"))" == "‹secret›", "it holds the secret")
    }

    /// RFC 4648, section 10, as far as secrets are long enough: its texts, filled up to 16 bytes in front with 15 bytes, which are 24 digits.
    @Test(
        "secrets are written in base32",
        arguments: [("foobar", "MZXW6YTBOI"), ("fooba", "MZXW6YTB"), ("foob", "MZXW6YQ"), ("foo", "MZXW6"), ("fo", "MZXQ"), ("f", "MY")])
    func base32(text: String, digits: String) {
        let app = TimeCode(Secret([UInt8](repeating: 0, count: 15) + Array(text.utf8)))
        #expect(app.secretText.withExposedText { $0 } == String(repeating: "A", count: 24) + digits)
    }
}
