import Access
import Base
import Testing

/// Tokens that other people's libraries made are taken, and what they are made to look like is not.
@Suite
struct TokenTests {
    private func goldenAuthenticator() throws -> StaticJWKSAuthenticator {
        let document = try #require(try JSON.parse(Array(TokenGolden.file))["jwks"])
        var json = JSONWriter()
        document.write(to: &json)
        let keys = try JSONWebKeySet(json.bytes)
        #expect(keys.count == 2, "keys of other types are passed over")
        return StaticJWKSAuthenticator(keys, TokenSigner.terms, revocations: .none, world: FixedWorld(seed: 1).world)
    }

    @Test("tokens of PyJWT and Authlib are taken or refused as they deserve", arguments: TokenGolden.all)
    func otherLibraries(_ golden: TokenGolden) async throws {
        let found = await refusal(of: golden.token, try goldenAuthenticator())
        #expect((found ?? "ok") == golden.expected)
    }

    @Test("there are goldens of both libraries")
    func goldensAreThere() {
        #expect(TokenGolden.all.count { $0.maker == "PyJWT" } > 20)
        #expect(TokenGolden.all.count { $0.maker == "Authlib" } >= 4)
    }

    @Test("the claims say who the caller is")
    func claims() async throws {
        let golden = try #require(TokenGolden.all.first)
        let caller = try await goldenAuthenticator().caller(for: golden.token)
        #expect(
            caller
                == Caller(
                    actor: "ana", tenant: "cl\u{ed}nica", onBehalfOf: "luz", roles: ["therapist", "auditor"], tier: .premium,
                    assurance: .passkey))
    }

    @Test("claims stand where the terms say, and what is not said proves the least")
    func mapping() async throws {
        let signer = TokenSigner()
        var terms = TokenSigner.terms
        terms.claims.tenant = "https://example/tenant"
        terms.claims.assurances = ["urn:mfa": .secondFactor]
        let authenticator = StaticJWKSAuthenticator(
            try TokenSigner.keySet([signer]), terms, revocations: .none, world: FixedWorld(seed: 1).world)
        let mapped = try await authenticator.caller(
            for: signer.token(["https://example/tenant": .string("north"), "acr": .string("urn:mfa"), "roles": nil]))
        #expect(mapped == Caller(actor: "ana", tenant: "north", assurance: .secondFactor))
        let least = try await authenticator.caller(for: signer.token(["acr": .string("passkey"), "roles": .array([])]))
        #expect(least == Caller(actor: "ana", tenant: nil))
        let odd: [[String: JSON?]] = [
            ["sub": .string("")], ["sub": .number(7)], ["roles": .string("admin")], ["roles": .array([.number(1)])],
            ["roles": .array([.string("Admin")])], ["roles": .array(Array(repeating: .string("a"), count: 65))], ["tier": .string("gold")],
            ["on_behalf_of": .null], ["aud": .array([])], ["aud": .array([.string("zancada"), .number(1)])], ["aud": .bool(true)],
            ["exp": .string("9999999999")], ["exp": .number(-1)], ["exp": .number(1e300)], ["iat": .number(Double(TokenSigner.now + 841))],
            ["jti": .string("")], ["jti": .string(String(repeating: "j", count: 201))], ["nbf": .bool(false)],
        ]
        for changes in odd {
            let found = await refusal(of: try signer.token(changes), authenticator)
            #expect(found == "token_claims" || found == "token_audience", "\(changes) \(found ?? "taken")")
        }
    }

    @Test("times are held to the second, with a leeway that is bounded")
    func times() async throws {
        let fixed = FixedWorld(seed: 1)
        let signer = TokenSigner()
        let authenticator = StaticJWKSAuthenticator(
            try TokenSigner.keySet([signer]), TokenSigner.terms, revocations: .none, world: fixed.world)
        let now = Double(TokenSigner.now)
        for (exp, nbf, expected) in [
            (now + 1, now, nil), (now - 29, now - 100, nil), (now - 30, now - 100, "token_expired"), (now + 100, now + 30, nil),
            (now + 100, now + 31, "token_not_yet_valid"),
        ] as [(Double, Double, String?)] {
            let token = try signer.token(["exp": .number(exp), "nbf": .number(nbf), "iat": .number(now - 100)])
            let found = await refusal(of: token, authenticator)
            #expect(found == expected, "\(exp - now) \(nbf - now)")
        }
    }
}
