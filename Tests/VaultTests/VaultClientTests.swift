import Base
import Foundation
import Keys
import Testing
import Vault

/// Servers that fail, lie, and never answer.
@Suite(.timeLimit(.minutes(1)))
struct VaultClientTests {
    private let use = KeyUse.search("org-1")
    private static let good = ScriptedServer.response("200 OK", #"{"data":{"ciphertext":"vault:v1:AAAA"}}"#)

    /// What a wrap through a server with these answers comes to, and how many requests it took.
    private func wrap(_ answers: [String], _ change: (inout VaultConfiguration) -> Void = { _ in }) async throws -> (String, [String]) {
        let server = try ScriptedServer(answers)
        defer { server.close() }
        var configuration = try VaultConfiguration(address: server.address, token: Secret("hush"))
        configuration.firstPause = .milliseconds(1)
        change(&configuration)
        let root = try VaultTransit(configuration, world: .live)
        do {
            return (
                String(decoding: try await root.wrap(Secret(World.live.random.bytes(32)), for: use).bytes, as: UTF8.self), server.received
            )
        } catch let failure as Failure {
            #expect(!failure.message.spanish.contains("hush") && !failure.message.english.contains("hush"))
            return (failure.code, server.received)
        }
    }

    @Test("a server that was busy, sealed or gone for a moment is asked again")
    func again() async throws {
        let (outcome, requests) = try await wrap([
            ScriptedServer.response("503 Service Unavailable", ""), "", ScriptedServer.response("429 Too Many", "x"), Self.good,
        ])
        #expect(outcome == "vault:v1:AAAA")
        #expect(requests.count == 4 && requests.allSatisfy { $0.hasPrefix("POST /v1/transit/encrypt/zancada ") })
    }

    @Test("after the last try it says what was wrong")
    func bounded() async throws {
        let sealed = ScriptedServer.response("503 Service Unavailable", "")
        let (outcome, requests) = try await wrap(Array(repeating: sealed, count: 9)) { $0.mostTries = 3 }
        #expect(outcome == "vault_sealed" && requests.count == 3)
    }

    @Test("a server that never answers is given up at the deadline")
    func silence() async throws {
        let (outcome, _) = try await wrap([]) { $0.deadline = .milliseconds(200) }
        #expect(["vault_deadline", "vault_unreachable"].contains(outcome))
    }

    @Test(
        "a refusal, a redirection and an answer that is none are not asked again",
        arguments: [
            ("403 Forbidden", "{}", "", "vault_denied"), ("404 Not Found", "{}", "", "vault_no_key"),
            ("400 Bad Request", "{}", "", "vault_status"),
            ("307 Temporary Redirect", "", "Location: http://127.0.0.1:1/elsewhere\r\n", "vault_status"),
            ("200 OK", "hello", "", "vault_answer"), ("200 OK", #"{"data":{}}"#, "", "vault_answer"),
            ("200 OK", #"{"data":{"ciphertext":"vault:v0:AAAA"}}"#, "", "vault_answer"),
            ("200 OK", String(repeating: " ", count: 70_000), "", "vault_answer"),
        ])
    func once(_ status: String, _ body: String, _ heads: String, _ expected: String) async throws {
        let (outcome, requests) = try await wrap([ScriptedServer.response(status, body, heads), Self.good])
        #expect(outcome == expected && requests.count == 1)
    }

    @Test(
        "addresses that are none, hold a password, or would show the token to the network are refused",
        arguments: [
            ("http://10.0.0.1:8200", "vault_in_clear"), ("http://vault.example.org", "vault_in_clear"),
            ("ftp://127.0.0.1", "vault_address"),
            ("https://u:p@vault.example.org", "vault_address"), ("https://vault.example.org/v1", "vault_address"), ("", "vault_address"),
            ("https://vault.example.org?x=1", "vault_address"), ("https://", "vault_address"), ("vault.example.org:8200", "vault_address"),
        ])
    func addresses(_ address: String, _ expected: String) {
        #expect { try VaultConfiguration(address: address, token: Secret("x")) } throws: { ($0 as? Failure)?.code == expected }
    }

    @Test("names that would lead elsewhere are refused", arguments: ["", "..", "a/b", "a?b", "ñ", "a%2e"])
    func names(_ name: String) throws {
        var configuration = try VaultConfiguration(address: "https://vault.example.org", token: Secret("x"))
        configuration.key = name
        #expect { try VaultTransit(configuration, world: .live) } throws: { ($0 as? Failure)?.code == "vault_name" }
    }

    @Test("an address names host, mount and key, and nothing else")
    func addresses() throws {
        let deep = try VaultConfiguration(root: "https://vault.example:8200/team/transit/zancada", token: Secret("hush"))
        #expect(deep.address.absoluteString == "https://vault.example:8200" && deep.mount == "team/transit" && deep.key == "zancada")
        let refused = [
            "https://vault.example": "vault_address", "https://vault.example/zancada": "vault_address",
            "https://vault.example/transit/": "vault_name", "https://vault.example//zancada": "vault_name",
            "https://vault.example/transit/a?b=c": "vault_name", "https://user:hush@vault.example/transit/zancada": "vault_address",
            "http://vault.example/transit/zancada": "vault_in_clear", "https:///transit/zancada": "vault_address",
            "ftp://vault.example/transit/zancada": "vault_address", "https://vault.example/../zancada": "vault_name",
        ]
        for (text, code) in refused {
            #expect(throws: Failure.self, "\(text)") { try VaultConfiguration(root: text, token: Secret("hush")) }
            do { _ = try VaultConfiguration(root: text, token: Secret("hush")) } catch { #expect(error.code == code, "\(text)") }
        }
    }
}
