import Access
import Base
import Crypto
import Foundation
import Testing

/// Tokens by somebody who knows the public keys, a good token and the standard.
@Suite
struct TokenAttackTests {
    private let signer = TokenSigner()

    private func authenticator() throws -> StaticJWKSAuthenticator {
        StaticJWKSAuthenticator(
            try TokenSigner.keySet([signer, TokenSigner("two")]), TokenSigner.terms, revocations: .none, world: FixedWorld(seed: 1).world)
    }

    @Test("every bit of a good token counts")
    func flippedBits() async throws {
        let authenticator = try authenticator()
        let good = Array(try signer.token().utf8)
        for index in good.indices {
            for bit in 0..<7 {
                var changed = good
                changed[index] ^= 1 << UInt8(bit)
                let found = await refusal(of: String(decoding: changed, as: UTF8.self), authenticator)
                #expect(found != nil, "byte \(index), bit \(bit)")
            }
        }
        #expect(authenticator.cachedTokens == 0)
        #expect(await refusal(of: String(decoding: good, as: UTF8.self), authenticator) == nil)
    }

    @Test("other forms of the same token are not taken")
    func forms() async throws {
        let authenticator = try authenticator()
        let good = try signer.token()
        let parts = good.split(separator: ".").map(String.init)
        let signature = try #require(Base64URL.read(parts[2].utf8))
        // DER, as other libraries write signatures.
        let der = try P256.Signing.ECDSASignature(rawRepresentation: signature).derRepresentation
        func with(_ signature: [UInt8]) -> String { "\(parts[0]).\(parts[1]).\(Base64URL.string(signature))" }
        for token in [
            "", ".", "..", "...", parts[0], "\(parts[0]).\(parts[1])", "\(parts[0]).\(parts[1]).", "\(good).", ".\(good)", "\(good).x",
            " \(good)", "\(good) ", "\(good)\n", "\(good)=", "Bearer \(good)", "\(parts[0])=.\(parts[1]).\(parts[2])",
            with(Array(der)), with(Array(signature.prefix(63))), with(signature + [0]), with([]), with(Array(repeating: 0, count: 64)),
            with(Array(repeating: 255, count: 64)), with(Array(signature[32...]) + Array(signature[..<32])),
            "\(parts[1]).\(parts[0]).\(parts[2])",
        ] {
            let found = await refusal(of: token, authenticator)
            #expect(found == "token_malformed" || found == "token_signature", "\(token.prefix(40)) \(found ?? "taken")")
        }
    }

    @Test(
        "no algorithm but ES256, however it is spelt",
        arguments: [
            "none", "None", "NONE", "", "HS256", "ES384", "ES256K", "es256", "ES256 ", "ES256\u{0}", "RS256", "PS256", "EdDSA",
        ])
    func algorithms(_ algorithm: String) async throws {
        let authenticator = try authenticator()
        let signed = try signer.token(header: ["alg": .string(algorithm)])
        let found = await refusal(of: signed, authenticator)
        #expect(found == "token_algorithm")
        let bare = signed.prefix { $0 != "." } + "." + signed.split(separator: ".")[1] + "."
        #expect(await refusal(of: String(bare), authenticator) == "token_algorithm")
    }

    @Test("an algorithm that is no text, or not there, is none")
    func missingAlgorithm() async throws {
        let authenticator = try authenticator()
        for algorithm in [nil, .null, .array([.string("ES256")]), .number(1)] as [JSON?] {
            let found = await refusal(of: try signer.token(header: ["alg": algorithm]), authenticator)
            #expect(found == "token_malformed")
        }
    }

    @Test(
        "a token brings neither its key nor an extension",
        arguments: [
            "jwk", "jku", "x5u", "x5c", "x5t", "x5t#S256", "crit", "b64", "zip", "enc", "cty", "ALG", "alg2",
        ])
    func headers(_ name: String) async throws {
        let stranger = TokenSigner()
        let authenticator = try authenticator()
        let value = JSON.string(TokenSigner.document([stranger.publicKey]))
        for maker in [signer, stranger] {
            let found = await refusal(of: try maker.token(header: [name: value]), authenticator)
            #expect(found == "token_header")
        }
    }

    @Test("kid names one of our keys, and that key signed")
    func keys() async throws {
        let authenticator = try authenticator()
        let names: [(JSON?, String)] = [
            (nil, "token_header"), (.null, "token_header"), (.string(""), "token_header"), (.number(1), "token_header"),
            (.string(String(repeating: "k", count: 201)), "token_header"), (.string("two"), "token_signature"),
            (.string("../../dev/null"), "token_unknown_key"), (.string("one' OR 1=1"), "token_unknown_key"),
            (.string("ONE"), "token_unknown_key"),
        ]
        for (name, expected) in names {
            let found = await refusal(of: try signer.token(header: ["kid": name]), authenticator)
            #expect(found == expected, "\(String(describing: name))")
        }
        for type in [JSON.string("JOSE"), .string(""), .null, .string("jwt ")] {
            #expect(await refusal(of: try signer.token(header: ["typ": type]), authenticator) == "token_header")
        }
    }

    @Test("what is too long, too deep, doubled or no JSON is refused before it costs anything")
    func sizes() async throws {
        let authenticator = try authenticator()
        let header = TokenSigner.text(signer.header)
        let payload = TokenSigner.text(TokenSigner.claims)
        let deep = String(repeating: "[", count: 40) + String(repeating: "]", count: 40)
        for token in [
            String(repeating: "a", count: 8_193), String(repeating: ".", count: 8_000), String(repeating: "eyJ.", count: 2_000),
            signer.sign(header, payload.dropLast() + ",\"x\":\(deep)}"), signer.sign(header, "[]"), signer.sign(header, "\"\""),
            signer.sign(header, payload + " x"), signer.sign(header, payload.dropLast() + ",\"sub\":\"eva\"}"),
            signer.sign(header.dropLast() + ",\"alg\":\"ES256\"}", payload), signer.sign("{\"alg\":\"ES256\",\"x\":[[[]]]}", payload),
            signer.sign(header, "\u{feff}" + payload),
            signer.sign(header.dropLast() + ",\"typ\":\"" + String(repeating: "x", count: 2_000) + "\"}", payload),
            signer.sign(header, payload.dropLast() + ",\"x\":\"" + String(repeating: "y", count: 6_200) + "\"}"),
        ] {
            #expect(await refusal(of: token, authenticator) == "token_malformed", "\(token.prefix(60))")
        }
    }

    @Test("no message repeats any of the token")
    func messages() async throws {
        for fault in TokenFault.allCases {
            #expect(fault.failure.kind == .unauthenticated)
            #expect(!fault.failure.message.spanish.isEmpty && !fault.failure.message.english.contains("eyJ"))
        }
        #expect(Set(TokenFault.allCases.map(\.failure.code)).count == TokenFault.allCases.count)
    }

    @Test("a document of keys is held to what it is for")
    func keySets() throws {
        func fault(_ document: String) -> String? {
            do {
                _ = try JSONWebKeySet(Array(document.utf8))
                return nil
            } catch {
                return error.message.english
            }
        }
        func key(_ changes: [String: JSON?]) -> [String: JSON] { changes.reduce(into: signer.publicKey) { $0[$1.key] = $1.value } }
        #expect(fault(TokenSigner.document([signer.publicKey])) == nil)
        #expect(fault(TokenSigner.document([signer.publicKey, key(["kty": .string("RSA"), "kid": nil])])) == nil)
        let zero = JSON.string(Base64URL.string(Array(repeating: 0, count: 32)))
        let rows: [([[String: JSON]], String)] = [
            ([], "it holds no ES256 key"), ([key(["kty": .string("RSA")])], "it holds no ES256 key"),
            ([key(["crv": .string("P-384")])], "it holds no ES256 key"), ([key(["use": .string("enc")])], "it holds no ES256 key"),
            ([key(["alg": .string("ES384")])], "it holds no ES256 key"),
            ([key(["key_ops": .array([.string("sign")])])], "it holds no ES256 key"), ([key(["d": zero])], "/keys/0 is private"),
            ([["kty": .string("oct"), "k": zero]], "/keys/0 is private"), ([key(["kid": nil])], "/keys/0 has no usable"),
            ([signer.publicKey, signer.publicKey], "/keys/1 has the “kid” of another"),
            ([key(["x": zero, "y": zero])], "/keys/0 is no point"),
            ([key(["x": zero])], "/keys/0 is no point"), ([key(["y": .string("AA")])], "/keys/0 is no point"),
            ([key(["y": nil])], "/keys/0 is no point"),
            ((0..<65).map { key(["kid": .string("\($0)")]) }, "more than 64 keys"),
        ]
        for (keys, expected) in rows { #expect(fault(TokenSigner.document(keys))?.contains(expected) == true, "\(expected)") }
        for document in [
            "", "[]", "{}", "{\"keys\":{}}", "{\"keys\":[1]}", "{\"keys\":[],\"keys\":[]}", String(repeating: " ", count: 65_537),
        ] {
            #expect(fault(document)?.hasPrefix("The document of keys (JWKS) cannot be used") == true, "\(document.prefix(20))")
        }
    }
}
