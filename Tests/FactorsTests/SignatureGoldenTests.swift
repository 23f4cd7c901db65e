import Base
import Crypto
import Factors
import Foundation
import Testing

/// The signatures by which access tokens are tried (`AccessTests/Goldens/signatures.json`: the kinds of case that Project Wycheproof has for
/// P-256), as an authenticator would send them: in DER, under a COSE key.
@Suite("Signatures at the edges of the arithmetic, as passkeys send them")
struct SignatureGoldenTests {
    private struct Golden {
        let name: String
        let isGood: Bool
        let key: [UInt8]
        let message: [UInt8]
        let r: [UInt8]
        let s: [UInt8]
    }

    private static func goldens() throws -> [Golden] {
        let tests = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        let file = try Data(contentsOf: tests.appending(path: "AccessTests/Goldens/signatures.json"))
        return try (try JSON.parse([UInt8](file)).array ?? []).map { row in
            let token = try #require(row["token"]?.string).split(separator: ".").map(String.init)
            func bytes(_ text: String?) throws -> [UInt8] { try #require(text.flatMap { Base64URL.read($0.utf8) }) }
            let signature = try bytes(token.last)
            return Golden(
                name: try #require(row["name"]?.string), isGood: row["expected"]?.string == "ok",
                key: SignatureTests.cose(try P256.Signing.PublicKey(rawRepresentation: bytes(row["x"]?.string) + bytes(row["y"]?.string))),
                message: Array("\(token[0]).\(token[1])".utf8), r: Array(signature.prefix(32)), s: Array(signature.suffix(32)))
        }
    }

    @Test("are taken and refused as they deserve, and taken in one encoding alone")
    func goldens() throws {
        let goldens = try Self.goldens()
        #expect(goldens.count { $0.isGood } >= 40 && goldens.count { !$0.isGood } >= 30)
        for golden in goldens {
            let key = try CredentialKey(golden.key)
            let (r, s) = (SignatureTests.integer(golden.r), SignatureTests.integer(golden.s))
            let der = SignatureTests.sequence(r, s)
            #expect(key.signed(golden.message, der) == golden.isGood, "\(golden.name)")
            #expect(!key.signed(golden.message + [0], der), "\(golden.name), of another message")
            for (name, spoilt) in Self.spoilt(r, s, golden) {
                #expect(!key.signed(golden.message, spoilt), "\(golden.name), \(name)")
            }
        }
    }

    /// The same numbers, or what a careless reader takes for the same, in other words.
    private static func spoilt(_ r: [UInt8], _ s: [UInt8], _ golden: Golden) -> [(String, [UInt8])] {
        func wider(_ integer: [UInt8]) -> [UInt8] { [2, integer[1] + 1, 0] + integer.dropFirst(2) }
        func negative(_ number: [UInt8]) -> [UInt8] { [2, UInt8(number.count)] + number }
        func long(_ integer: [UInt8]) -> [UInt8] { [2, 0x81, integer[1]] + integer.dropFirst(2) }
        /// One bit beyond 256: the number that is left when it is cut off would be right.
        func beyond(_ number: [UInt8]) -> [UInt8] { [2, 33, 1] + number }
        let whole = SignatureTests.sequence(r, s)
        var all: [(String, [UInt8])] = [
            ("r with a zero before it", SignatureTests.sequence(wider(r), s)),
            ("s with a zero before it", SignatureTests.sequence(r, wider(s))),
            ("r with a long length", SignatureTests.sequence(long(r), s)), ("s with a long length", SignatureTests.sequence(r, long(s))),
            ("a long length", [0x30, 0x81] + whole.dropFirst()), ("a longer length", [0x30, 0x82, 0] + whole.dropFirst()),
            ("no length", [0x30, 0x80] + r + s + [0, 0]), ("r + 2^256", SignatureTests.sequence(beyond(golden.r), s)),
            ("s + 2^256", SignatureTests.sequence(r, beyond(golden.s))), ("raw", golden.r + golden.s),
            ("r twice", SignatureTests.sequence(r, r + s)),
            ("something behind it", whole + [0]), ("something in it", SignatureTests.sequence(r, s + [5, 0])),
            ("cut", Array(whole.dropLast())),
            ("r = 0", SignatureTests.sequence([2, 1, 0], s)), ("s = 0", SignatureTests.sequence(r, [2, 1, 0])),
            ("r empty", SignatureTests.sequence([2, 0], s)), ("a set", [0x31] + whole.dropFirst()),
            ("r = n", SignatureTests.sequence(SignatureTests.integer(SignatureTests.n), s)),
            ("s = n", SignatureTests.sequence(r, SignatureTests.integer(SignatureTests.n))),
        ]
        // Without the zero that keeps it positive it is another number.
        if golden.r[0] >= 0x80 { all.append(("r negative", SignatureTests.sequence(negative(golden.r), s))) }
        if golden.s[0] >= 0x80 { all.append(("s negative", SignatureTests.sequence(r, negative(golden.s)))) }
        return all
    }

    /// FIPS 186-5 lets both s and n − s stand, and WebAuthn refuses neither: an authenticator sends whichever it comes to.
    @Test("low and high s are both valid")
    func bothSigns() throws {
        let pairs = try Self.goldens().filter(\.isGood)
        let half: [UInt8] = [0x7F, 0xFF, 0xFF, 0xFF, 0x80] + [UInt8](repeating: 0, count: 27)
        let high = pairs.count { !$0.s.lexicographicallyPrecedes(half) }
        #expect(high >= 10 && pairs.count - high >= 10)
    }
}
