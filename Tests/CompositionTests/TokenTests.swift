import Access
import Base
import Composition
import Foundation
import Keys
import Testing

/// The tokens that an installation makes itself, and what a program that serves thinks of them.
@Suite("tokens of the installation")
struct TokenTests {
    /// A folder of keys, and an office at its door, in a world whose clock is ours.
    private struct Ground {
        let folder: String
        let fixed = FixedWorld(seed: 9)
        let keys: TokenKeys

        var world: World { fixed.world }
        static let terms = TokenTerms(issuer: "http://localhost:8080", audience: "zancada")
        static let caller = Caller(
            actor: "ana", tenant: "clinic", onBehalfOf: "luz", roles: ["therapist", "auditor"], tier: .premium, assurance: .secondFactor)

        init() throws {
            folder = NSTemporaryDirectory() + "zancada-tokens-" + UUID().uuidString
            try FileManager.default.createDirectory(
                atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
            keys = TokenKeys(in: try KeyFolder(folder + "/keys"), random: fixed.world.random)
        }

        func office(_ settings: [String: String] = [:]) throws -> TokenOffice {
            try TokenOffice(
                keys, settings: try Config(Roster.settings, environment: settings), log: Log(to: LogSink { _ in }, now: world.now),
                world: world)
        }

        func token(for caller: Caller = caller, life: Duration = .seconds(900)) async throws -> String {
            let key = try await keys.signing(at: world.now())
            return try TokenMint(key.key, named: try Identifier(key.published.id), Self.terms).token(for: caller, life: life, world: world)
        }

        func refusal(of token: String, at office: TokenOffice) async -> String? {
            do throws(Failure) {
                _ = try await office.authenticator.caller(for: token)
                return nil
            } catch { return error.code }
        }
    }

    private func with(_ body: (Ground) async throws -> Void) async throws {
        let ground = try Ground()
        defer { try? FileManager.default.removeItem(atPath: ground.folder) }
        try await body(ground)
    }

    @Test("a token says all of its caller, and is good until its time is over")
    func roundTrip() async throws {
        try await with { ground in
            let token = try await ground.token()
            let office = try ground.office()
            #expect(try await office.authenticator.caller(for: token) == Ground.caller)
            ground.fixed.advance(by: .seconds(900 + 31))
            #expect(await ground.refusal(of: token, at: office) == "token_expired")
        }
    }

    @Test("a program that serves before there was a key takes its tokens at once, and no others")
    func keyMadeWhileServing() async throws {
        try await with { ground in
            let office = try ground.office()
            let token = try await ground.token()
            #expect(await ground.refusal(of: token, at: office) == nil)
            #expect(await ground.refusal(of: token + "A", at: office) != nil)
        }
    }

    @Test("many who come at once with tokens of a key that was just made are all let in")
    func manyAtOnce() async throws {
        try await with { ground in
            let token = try await ground.token()
            for _ in 0..<50 {
                // An office that opened before: its files' marks are of nothing.
                let published = ground.keys.publishedPath
                try FileManager.default.moveItem(atPath: published, toPath: published + ".later")
                let office = try ground.office()
                try FileManager.default.moveItem(atPath: published + ".later", toPath: published)
                let refusals = await withTaskGroup(of: String?.self) { group in
                    for _ in 0..<16 { group.addTask { await ground.refusal(of: token, at: office) } }
                    return await group.reduce(into: [String]()) { if let code = $1 { $0.append(code) } }
                }
                #expect(refusals.isEmpty, "\(refusals)")
            }
        }
    }

    @Test("after a rotation the former key's tokens are good, and a day later it is forgotten")
    func rotation() async throws {
        try await with { ground in
            let office = try ground.office()
            let former = try await ground.token()
            let first = try await ground.keys.signing(at: ground.world.now()).published.id
            let second = try await ground.keys.rotate(isDiscarding: false, at: ground.world.now()).published.id
            #expect(first != second)
            ground.fixed.advance(by: .seconds(1))
            #expect(await ground.refusal(of: former, at: office) == nil)
            #expect(await ground.refusal(of: try await ground.token(), at: office) == nil)
            ground.fixed.advance(by: .seconds(25 * 3_600))
            _ = try await ground.token()
            let published = String(decoding: try #require(try ground.keys.published()), as: UTF8.self)
            #expect(published.contains(second) && !published.contains(first))
        }
    }

    @Test("a rotation that discards refuses the former key's tokens within a second")
    func discarding() async throws {
        try await with { ground in
            let former = try await ground.token()
            let office = try ground.office()
            #expect(await ground.refusal(of: former, at: office) == nil)
            _ = try await ground.keys.rotate(isDiscarding: true, at: ground.world.now())
            ground.fixed.advance(by: .seconds(1))
            #expect(await ground.refusal(of: former, at: office) == "token_unknown_key")
        }
    }

    @Test("a rotation that broke off after the next key was made is finished by whoever comes next")
    func brokenRotation() async throws {
        try await with { ground in
            let former = try await ground.token()
            let present = ground.folder + "/keys/token.key"
            // What stands there after a crash: both keys, the next one not published yet.
            let next = [UInt8](repeating: 7, count: 32)
            #expect(
                FileManager.default.createFile(
                    atPath: present + ".next", contents: Data(next), attributes: [.posixPermissions: 0o600]))
            let token = try await ground.token()
            #expect(FileManager.default.contents(atPath: present) == Data(next))
            #expect(!FileManager.default.fileExists(atPath: present + ".next"))
            let office = try ground.office()
            #expect(await ground.refusal(of: token, at: office) == nil)
            #expect(await ground.refusal(of: former, at: office) == nil)
        }
    }

    @Test("key files are their owner's alone, and one that others may read is refused")
    func modes() async throws {
        try await with { ground in
            _ = try await ground.token()
            for name in ["token.key", "token.jwks"] {
                let attributes = try FileManager.default.attributesOfItem(atPath: ground.folder + "/keys/" + name)
                #expect(attributes[.posixPermissions] as? Int == 0o600, "\(name)")
            }
            try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: ground.folder + "/keys/token.key")
            await #expect(throws: Failure.self) { try await ground.token() }
        }
    }

    @Test("another issuer's tokens are taken by its name and keys, and half of that is refused")
    func otherIssuer() async throws {
        try await with { ground in
            let elsewhere = try Ground()
            defer { try? FileManager.default.removeItem(atPath: elsewhere.folder) }
            let key = try await elsewhere.keys.signing(at: ground.world.now())
            let terms = TokenTerms(issuer: "https://id.example", audience: "zancada")
            let mint = TokenMint(key.key, named: try Identifier(key.published.id), terms)
            let token = try mint.token(for: Ground.caller, life: .seconds(60), world: ground.world)
            let settings = ["ZANCADA_TOKENS_JWKS": elsewhere.keys.publishedPath, "ZANCADA_TOKENS_ISSUER": "https://id.example"]
            #expect(await ground.refusal(of: token, at: try ground.office(settings)) == nil)
            #expect(await ground.refusal(of: token, at: try ground.office()) == "token_unknown_key")
            let own = try await ground.token()
            #expect(await ground.refusal(of: own, at: try ground.office(settings)) == nil)
            // Its key signs, and it calls itself us.
            let posing = TokenMint(key.key, named: try Identifier(key.published.id), Ground.terms)
            let posed = try posing.token(for: Ground.caller, life: .seconds(60), world: ground.world)
            #expect(await ground.refusal(of: posed, at: try ground.office(settings)) == "token_issuer")
            #expect(throws: Failure.self) { try ground.office(["ZANCADA_TOKENS_ISSUER": "https://id.example"]) }
        }
    }

    @Test("a file of keys that is damaged while serving leaves those in who were let in")
    func damagedWhileServing() async throws {
        try await with { ground in
            let token = try await ground.token()
            let office = try ground.office()
            try Data("{".utf8).write(to: URL(fileURLWithPath: ground.keys.publishedPath))
            ground.fixed.advance(by: .seconds(1))
            #expect(await ground.refusal(of: token, at: office) == nil)
        }
    }

    @Test("no token lives longer than a day")
    func life() async throws {
        try await with { ground in
            await #expect(throws: Failure.self) { try await ground.token(life: .seconds(24 * 3_600 + 1)) }
            await #expect(throws: Failure.self) { try await ground.token(life: .zero) }
        }
    }
}
