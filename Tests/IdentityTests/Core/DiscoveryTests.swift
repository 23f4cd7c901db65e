import Base
import Identity
import TestKit
import Testing

@Suite("Discovery")
struct DiscoveryTests {
    @Test("names what there is and nothing else", arguments: ["oauth.discovery", "oauth.server_metadata"])
    func document(_ route: String) async throws {
        try await IdentityDesk.with { desk in
            let json = try #require(await desk.ask(route).json)
            func list(_ name: String) -> [String]? { json[name]?.array?.compactMap(\.string) }
            #expect(json["issuer"]?.string == IdentityDesk.place)
            let methods = try #require(list("token_endpoint_auth_methods_supported"))
            // RFC 8414, section 2: it says how a client's assertion is signed, and is there where one is taken.
            let takesAssertions = methods.contains { $0.hasSuffix("_jwt") }
            #expect((list("token_endpoint_auth_signing_alg_values_supported") != nil) == takesAssertions)
            // Each way that is named is one: with a wrong secret the client is refused, not the way.
            #expect(methods == ["client_secret_basic", "client_secret_post"])
            let grants = try #require(list("grant_types_supported"))
            for grant in grants + ["urn:ietf:params:oauth:grant-type:jwt-bearer"] {
                let body = "grant_type=\(grant)&client_id=nobody&client_secret=x&refresh_token=x"
                let expected =
                    !grants.contains(grant) ? "unsupported_grant_type" : grant == "refresh_token" ? "invalid_grant" : "invalid_client"
                #expect(await desk.ask("oauth.token", raw: body).text("error") == expected, "\(grant)")
            }
            // Section 3.2: what has nothing to name is left out.
            #expect(!FactorHouse.text(json).contains("[]"))
        }
    }
}
