import Access
import Base
import Crypto
import Foundation
import Testing

/// Tokens by somebody who has the public key and has read Project Wycheproof's json_web_signature (C2SP/wycheproof, testvectors_v1), RFC 8725 and
/// the history of other libraries. Each ends in `.unauthenticated`.
@Suite("Forged tokens")
struct TokenForgeryTests {
    private let signer = TokenSigner()

    private func authenticator() throws -> StaticJWKSAuthenticator {
        StaticJWKSAuthenticator(
            try TokenSigner.keySet([signer]), TokenSigner.terms, revocations: .none, world: FixedWorld(seed: 1).world)
    }

    private func part(_ text: String) -> String { Base64URL.string(Array(text.utf8)) }

    @Test("the public key, in whatever form it is written, is no secret of HMAC's")
    func symmetricConfusion() async throws {
        let authenticator = try authenticator()
        let key = signer.key.publicKey
        let point = Array(key.x963Representation)
        let secrets: [[UInt8]] = [
            point, Array(point[1...]), Array(point[1..<33]), Array(key.compressedRepresentation), Array(key.derRepresentation),
            Array(key.pemRepresentation.utf8), Array((key.pemRepresentation + "\n").utf8), Array(TokenSigner.text(signer.publicKey).utf8),
            Array(TokenSigner.document([signer.publicKey]).utf8), Array(Base64URL.string(Array(point[1..<33])).utf8), [], [0],
            [UInt8](repeating: 0, count: 32),
        ]
        let payload = part(TokenSigner.text(TokenSigner.claims))
        for secret in secrets {
            for (algorithm, expected) in [("HS256", "token_algorithm"), ("ES256", "token_signature")] {
                let signed = part("{\"alg\":\"\(algorithm)\",\"kid\":\"one\"}") + "." + payload
                let mac = Array(HMAC<SHA256>.authenticationCode(for: Array(signed.utf8), using: SymmetricKey(data: secret)))
                for signature in [mac, mac + mac] {
                    let found = await refusal(of: "\(signed).\(Base64URL.string(signature))", authenticator)
                    #expect(found == expected, "\(algorithm) \(secret.count)")
                }
            }
        }
    }

    @Test("a token without signature is none, whatever it says of itself")
    func unsigned() async throws {
        let authenticator = try authenticator()
        let payload = part(TokenSigner.text(TokenSigner.claims))
        for algorithm in ["none", "NoNe", "nOne ", "none\\u0000", "\\u006eone", "", "null", "ES256\\n"] {
            for signature in ["", "AA", part("none"), String(repeating: "A", count: 86)] {
                let found = await refusal(
                    of: part("{\"alg\":\"\(algorithm)\",\"kid\":\"one\"}") + ".\(payload).\(signature)", authenticator)
                #expect(found == "token_algorithm", "\(algorithm) \(signature)")
            }
        }
        for signature in ["", "AA", part("none")] {
            let found = await refusal(of: part(TokenSigner.text(signer.header)) + ".\(payload).\(signature)", authenticator)
            #expect(found == "token_signature")
        }
    }

    @Test("a token brings no key: neither one nor where to fetch one, in any place or number")
    func ownKeys() async throws {
        let authenticator = try authenticator()
        let stranger = TokenSigner()
        let own = TokenSigner.text(stranger.publicKey)
        for member in [
            "\"jwk\":\(own)", "\"jku\":\"https://identity.example/jwks\"", "\"x5u\":\"https://identity.example/x\"", "\"x5c\":[\"MIIB\"]",
            "\"x5t\":\"AA\"", "\"crit\":[]", "\"crit\":[\"exp\"],\"exp\":1", "\"crit\":[\"b64\"],\"b64\":false", "\"b64\":false",
            "\"zip\":\"DEF\"",
            "\"epk\":\(own)", "\"keys\":[\(own)]", "\"jwk\":null", "\"\":\"\"", "\"kid2\":\"one\"", "\"\\u006awk\":\(own)",
            "\"__proto__\":{}",
        ] {
            for maker in [signer, stranger] {
                let token = maker.sign("{\"alg\":\"ES256\",\"kid\":\"one\",\(member)}", TokenSigner.text(TokenSigner.claims))
                #expect(await refusal(of: token, authenticator) == "token_header", "\(member)")
            }
        }
    }

    @Test("a member that stands twice is no member, in whatever spelling")
    func doubled() async throws {
        let authenticator = try authenticator()
        let payload = TokenSigner.text(TokenSigner.claims)
        for header in [
            "{\"alg\":\"none\",\"alg\":\"ES256\",\"kid\":\"one\"}", "{\"alg\":\"ES256\",\"alg\":\"none\",\"kid\":\"one\"}",
            "{\"alg\":\"ES256\",\"\\u0061lg\":\"ES256\",\"kid\":\"one\"}", "{\"alg\":\"ES256\",\"kid\":\"two\",\"kid\":\"one\"}",
            "{\"alg\":\"ES256\",\"kid\":\"one\",\"ki\\u0064\":\"one\"}",
            "{\"alg\":\"ES256\",\"kid\":\"one\",\"typ\":\"JWT\",\"typ\":\"JWT\"}",
        ] {
            #expect(await refusal(of: signer.sign(header, payload), authenticator) == "token_malformed", "\(header)")
        }
        let header = TokenSigner.text(signer.header)
        for member in [
            "\"sub\":\"eva\"", "\"su\\u0062\":\"eva\"", "\"exp\":9999999999", "\"aud\":\"zancada\"", "\"iss\":\"https://identity.example\"",
            "\"roles\":[\"administrator\"]", "\"jti\":\"t-2\"", "\"x\":{\"a\":1,\"a\":2}",
        ] {
            #expect(
                await refusal(of: signer.sign(header, payload.dropLast() + ",\(member)}"), authenticator) == "token_malformed", "\(member)")
        }
    }

    @Test("base64url has one form: no padding, no other alphabet, no white space, no bits left over; nothing stands around a token")
    func encodings() async throws {
        let authenticator = try authenticator()
        let good = try signer.token()
        #expect(await refusal(of: good, authenticator) == nil)
        let parts = good.split(separator: ".").map(String.init)
        for place in 0..<3 {
            for change in ["=", "==", "A", "AAAA", "\n", " ", "\t", "\0", "%3D", "+", "/", "é", "."] {
                for text in [parts[place] + change, change + parts[place]] {
                    var changed = parts
                    changed[place] = text
                    let found = await refusal(of: changed.joined(separator: "."), authenticator)
                    #expect(found != nil && found?.hasPrefix("token_") == true, "\(place) \(change)")
                }
            }
            // Its members are all there, and the order is another.
            for other in 0..<3 where other != place {
                var changed = parts
                changed.swapAt(place, other)
                #expect(await refusal(of: changed.joined(separator: "."), authenticator) != nil)
                changed = parts
                changed[place] = ""
                #expect(await refusal(of: changed.joined(separator: "."), authenticator) != nil)
            }
            var missing = parts
            missing.remove(at: place)
            #expect(await refusal(of: missing.joined(separator: "."), authenticator) == "token_malformed")
        }
        for text in [
            "\(good).\(good)", "\(good),\(good)", "\(good);", "\(good)\0", "\u{feff}\(good)", good.uppercased(), String(good.reversed()),
            "{\"payload\":\"\(parts[1])\",\"protected\":\"\(parts[0])\",\"signature\":\"\(parts[2])\"}",
            "{\"payload\":\"\(parts[1])\",\"signatures\":[{\"protected\":\"\(parts[0])\",\"signature\":\"\(parts[2])\"}]}",
        ] {
            #expect(await refusal(of: text, authenticator)?.hasPrefix("token_") == true, "\(text.prefix(30))")
        }
    }

    @Test("the claims are held to the letter: issuer, audience and times")
    func claims() async throws {
        let authenticator = try authenticator()
        let now = Double(TokenSigner.now)
        let rows: [(String, JSON?, Set<String>)] = [
            ("iss", nil, ["token_claims"]), ("iss", .null, ["token_claims"]),
            ("iss", .array([.string("https://identity.example")]), ["token_claims"]),
            ("iss", .string(""), ["token_issuer"]), ("iss", .string("https://identity.example/"), ["token_issuer"]),
            ("iss", .string("HTTPS://identity.example"), ["token_issuer"]),
            ("iss", .string("https://identity.example\u{0}"), ["token_issuer"]),
            ("iss", .string(" https://identity.example"), ["token_issuer"]), ("iss", .string("https://identity.examplе"), ["token_issuer"]),
            ("aud", nil, ["token_claims"]), ("aud", .null, ["token_claims", "token_audience"]),
            ("aud", .string("Zancada"), ["token_audience"]),
            ("aud", .string("zancada "), ["token_audience"]), ("aud", .string("zancada,other"), ["token_audience"]),
            ("aud", .array([.array([.string("zancada")])]), ["token_claims"]),
            ("aud", .array([.string("zancada"), .null]), ["token_claims"]),
            ("exp", nil, ["token_claims"]), ("exp", .null, ["token_claims"]), ("exp", .number(0), ["token_claims"]),
            ("exp", .number(now - 31), ["token_expired"]), ("exp", .number(now - 30), ["token_expired"]),
            ("exp", .number(now + 0.5), ["token_claims"]),
            ("exp", .number(1e18), ["token_claims", "token_too_long_lived"]), ("exp", .number(-1e18), ["token_claims"]),
            ("exp", .string("\(TokenSigner.now + 840)"), ["token_claims"]), ("exp", .bool(true), ["token_claims"]),
            ("nbf", .number(now + 31), ["token_not_yet_valid"]), ("nbf", .number(1e18), ["token_claims"]),
            ("nbf", .string("0"), ["token_claims"]),
            ("iat", nil, ["token_claims"]), ("iat", .number(now + 31), ["token_not_yet_valid"]),
            ("iat", .number(now + 841), ["token_claims"]),
            ("iat", .number(0), ["token_too_long_lived"]), ("sub", nil, ["token_claims"]), ("sub", .string("\u{0}"), ["token_claims"]),
            ("jti", nil, ["token_claims"]), ("jti", .number(1), ["token_claims"]),
        ]
        for (name, value, expected) in rows {
            let found = await refusal(of: try signer.token([name: value]), authenticator)
            #expect(found.map(expected.contains) == true, "\(name) \(String(describing: value)) \(found ?? "taken")")
        }
        for number in [
            "1e400", "9223372036854775808", "-9223372036854775809", "1E10", "Infinity", "NaN", "0x65", "1_000", "01767226440",
            "+1767226440",
        ] {
            let payload = TokenSigner.text(TokenSigner.claims).replacing("\"exp\":\(TokenSigner.now + 840)", with: "\"exp\":\(number)")
            #expect(payload.contains(number))
            let found = await refusal(of: signer.sign(TokenSigner.text(signer.header), payload), authenticator)
            #expect(["token_claims", "token_malformed", "token_too_long_lived"].contains(found), "\(number) \(found ?? "taken")")
        }
    }

    @Test("a token is held against the terms of whoever's key it names, and no other issuer's")
    func otherIssuers() async throws {
        let (ours, theirs) = (signer, TokenSigner("two"))
        let terms = TokenTerms(issuer: "https://other.example", audience: "zancada")
        let authenticator = StaticJWKSAuthenticator(
            [
                TokenIssuer(keys: try TokenSigner.keySet([ours]), terms: TokenSigner.terms),
                TokenIssuer(keys: try TokenSigner.keySet([theirs]), terms: terms),
            ], revocations: .none, world: FixedWorld(seed: 1).world)
        let (here, there) = (["iss": JSON.string("https://identity.example")], ["iss": JSON.string("https://other.example")])
        let rows: [(TokenSigner, [String: JSON], String, String?)] = [
            (ours, here, "one", nil), (theirs, there, "two", nil),
            // Whoever may sign for one issuer does not sign for the other.
            (theirs, here, "two", "token_issuer"), (ours, there, "one", "token_issuer"),
            (theirs, here, "one", "token_signature"), (ours, there, "two", "token_signature"), (ours, here, "three", "token_unknown_key"),
        ]
        for (maker, claims, name, expected) in rows {
            let token = try maker.token(claims, header: ["kid": .string(name)])
            #expect(await refusal(of: token, authenticator) == expected, "\(claims) \(name)")
        }
    }
}
