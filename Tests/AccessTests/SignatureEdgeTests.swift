import Access
import Base
import Crypto
import Foundation
import Testing

/// Signatures in the manner of Project Wycheproof's ecdsa_secp256r1_sha256_p1363 (C2SP/wycheproof, testvectors_v1): good ones that implementations
/// refuse, and spoilt ones that implementations have taken.
@Suite("Signatures at the edges of the arithmetic")
struct SignatureEdgeTests {
    private let signer = TokenSigner()

    private func authenticator() throws -> StaticJWKSAuthenticator {
        StaticJWKSAuthenticator(
            try TokenSigner.keySet([signer]), TokenSigner.terms, revocations: .none, world: FixedWorld(seed: 1).world)
    }

    @Test("are taken and refused as they deserve, each under its key", arguments: SignatureGolden.all)
    func goldens(_ golden: SignatureGolden) async throws {
        let key: [String: JSON] = [
            "kty": .string("EC"), "crv": .string("P-256"), "kid": .string("one"), "x": .string(golden.x), "y": .string(golden.y),
        ]
        let authenticator = StaticJWKSAuthenticator(
            try JSONWebKeySet(Array(TokenSigner.document([key]).utf8)), TokenSigner.terms, revocations: .none,
            world: FixedWorld(seed: 1).world)
        let found = await refusal(of: golden.token, authenticator)
        #expect((found ?? "ok") == golden.expected)
        // Remembered or not.
        #expect((await refusal(of: golden.token, authenticator) ?? "ok") == golden.expected)
    }

    @Test("there are goldens of both kinds")
    func goldensAreThere() {
        #expect(SignatureGolden.all.count { $0.expected == "ok" } >= 40)
        #expect(SignatureGolden.all.count { $0.expected == "token_signature" } >= 30)
    }

    /// The good token's own r and s, and others in their place.
    private func spoilt(_ spoil: (WideNumber, WideNumber) -> [(String, WideNumber, WideNumber)]) throws -> [(String, String)] {
        let parts = try signer.token().split(separator: ".").map(String.init)
        let signature = try #require(Base64URL.read(parts[2].utf8))
        return spoil(WideNumber(signature[..<32]), WideNumber(signature[32...])).map { name, r, s in
            // As wide as the wider one needs, at least as the standard says.
            let width = max(32, r.bytes.count, s.bytes.count)
            return (name, "\(parts[0]).\(parts[1])." + Base64URL.string((r.padded(to: width) ?? []) + (s.padded(to: width) ?? [])))
        }
    }

    @Test("no r or s out of its range is taken: 0, n, p, their neighbours, the largest, in all pairs")
    func specialValues() async throws {
        let authenticator = try authenticator()
        let (n, p, one) = (WideNumber.order, WideNumber.prime, WideNumber(1))
        let special = [
            WideNumber(0), one, WideNumber(2), n - one, n, n + one, p - one, p, p + one, .powerOfTwo(255), .powerOfTwo(256) - one,
            .powerOfTwo(256),
        ]
        let tokens = try spoilt { r, s in
            special.flatMap { a in special.map { b in ("\(a) \(b)", a, b) } }
                + special.flatMap { [("r, \($0)", r, $0), ("\($0), s", $0, s)] }
        }
        #expect(tokens.count == 168)
        for (name, token) in tokens { #expect(await refusal(of: token, authenticator) == "token_signature", "\(name)") }
        #expect(authenticator.cachedTokens == 0)
    }

    @Test("no other number that is r or s under some reduction is taken")
    func ranges() async throws {
        let authenticator = try authenticator()
        let n = WideNumber.order
        let n256 = n.times256()
        let tokens = try spoilt { r, s in
            [
                ("r + n", r + n, s), ("r + 256n", r + n256, s), ("r + 2^256", r + .powerOfTwo(256), s),
                ("r + 2^320", r + .powerOfTwo(320), s),
                ("n - r", n - r, s), ("s + n", r, s + n), ("s + 256n", r, s + n256), ("s + 2^256", r, s + .powerOfTwo(256)),
                ("s + 2^320", r, s + .powerOfTwo(320)), ("both + 2^256", r + .powerOfTwo(256), s + .powerOfTwo(256)),
                ("both + n", r + n, s + n),
                ("n - r, n - s", n - r, n - s), ("s, r", s, r), ("r, r", r, r), ("s, s", s, s), ("256r", r.times256(), s),
                ("256s", r, s.times256()),
                ("r + 1", r + WideNumber(1), s), ("s - 1", r, s - WideNumber(1)),
            ]
        }
        for (name, token) in tokens { #expect(await refusal(of: token, authenticator) == "token_signature", "\(name)") }
    }

    /// ECDSA has two signatures for each that is made, and the standard (RFC 7515) refuses neither. Nothing here holds on to a token's text.
    @Test("the other signature of the same claims is as good, and is revoked with it")
    func malleability() async throws {
        let fixed = FixedWorld(seed: 1)
        let list = RevocationList(world: fixed.world, terms: TokenSigner.terms)
        let authenticator = StaticJWKSAuthenticator(
            try TokenSigner.keySet([signer]), TokenSigner.terms, revocations: list.revocations, world: fixed.world)
        let (_, token) = try #require(try spoilt { r, s in [("n - s", r, WideNumber.order - s)] }.first)
        #expect(await refusal(of: token, authenticator) == nil)
        try list.revoke(token: "t-1")
        #expect(await refusal(of: token, authenticator) == "token_revoked")
    }

    @Test("a signature has 64 bytes, and no other encoding is taken")
    func encodings() async throws {
        let authenticator = try authenticator()
        let parts = try signer.token().split(separator: ".").map(String.init)
        let raw = try #require(Base64URL.read(parts[2].utf8))
        let der = Array(try P256.Signing.ECDSASignature(rawRepresentation: raw).derRepresentation)
        let (r, s) = (Array(raw[..<32]), Array(raw[32...]))
        for changed in [
            der, der + [0], Array(der.prefix(64)), r + [0] + s, [0] + r + s, [0] + r + [0] + s, r + s + [0], Array(raw.dropLast()), r, s,
            [],
            [4] + raw, [0x30, 0x40] + raw, Array(raw.reversed()), raw + raw, Array(Hexadecimal.string(raw).utf8), Array(parts[2].utf8),
            [0x30, 6, 2, 1, 0, 2, 1, 0], [UInt8](repeating: 0x30, count: 64),
        ] {
            let found = await refusal(of: "\(parts[0]).\(parts[1])." + Base64URL.string(changed), authenticator)
            #expect(found == "token_signature", "\(changed.count) \(changed.prefix(4))")
        }
    }
}
