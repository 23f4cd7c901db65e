import Access
import Base
import Identity
import Store
import TestKit
import Testing
import Web

/// How often a password may be wrong, and by whom.
@Suite("The budget of attempts", .timeLimit(.minutes(3)))
struct AttemptTests {
    private func codes(_ count: Int, _ ask: @escaping @Sendable (Int) async -> String) async -> [String: Int] {
        await withTaskGroup(of: String.self) { group in
            for number in 0..<count { group.addTask { await ask(number) } }
            return await group.reduce(into: [:]) { $0[$1, default: 0] += 1 }
        }
    }

    @Test(
        "of thirty wrong passwords at once five are looked at, at two processes together, whether or not there is an account",
        arguments: EngineMatrix.both)
    func atOnce(_ engine: EngineMatrix) async throws {
        try await IdentityDesk.with(engine) { desk in
            try await desk.person("ana@example.org")
            let nodes = [desk.node, try desk.anotherNode()]
            for address in ["ana@example.org", "nobody@example.org", "no address"] {
                let found = await codes(30) { await desk.login(address, "wrong one \($0)", at: nodes[$0 % 2]).code }
                #expect(found == ["sign_in_failed": 5, "too_many_attempts": 25], "\(address)")
                // The right one waits as well, and for as long.
                let held = await desk.login(address)
                #expect(held.code == "too_many_attempts" && held.retryAfter == .seconds(1), "\(address)")
            }
            #expect(try await desk.told().filter { $0 == "denied session" }.count == 5)
            // After each pause one more, and no more than one.
            for seconds in [1, 2, 4, 8] {
                desk.fixed.advance(by: .seconds(seconds))
                let found = await codes(10) { await desk.login("ana@example.org", "wrong \($0)").code }
                #expect(found == ["sign_in_failed": 1, "too_many_attempts": 9], "after \(seconds) s")
            }
            desk.fixed.advance(by: .seconds(16))
            #expect(await desk.login("ana@example.org").status == 200)
        }
    }

    @Test("so it is wherever else a password is asked for", arguments: EngineMatrix.both)
    func elsewhere(_ engine: EngineMatrix) async throws {
        try await IdentityDesk.with(engine) { desk in
            try await desk.person("ana@example.org")
            let token = await desk.login("ana@example.org").token
            let policy: [String: Any] = ["second_factor_roles": [String](), "registration": "patient"]
            try #require(await desk.ask("policy.set", policy, as: token).status == 204)
            desk.fixed.advance(by: .seconds(1))
            let mine = await desk.login("ana@example.org").token
            let eva = ["email": "eva@example.org", "name": "Eva", "password": IdentityDesk.good, "organisation": "clinic"]
            try #require(await desk.ask("auth.register", eva).status == 202)
            let confirmation = try await desk.mailedCode()
            let invited = await desk.ask("invitation.create", ["email": "ana@example.org", "roles": ["coach"]], as: mine)
            try #require(invited.status == 201)
            let invitation = try await desk.mailedCode()
            let ways: [(String, [String: String], String?)] = [
                ("auth.reauthenticate", [:], mine), ("auth.password", ["new_password": "otra-clave-de-montes-9"], mine),
                ("auth.confirm", ["code": confirmation], nil), ("auth.accept_invitation", ["code": invitation, "name": "Ana"], nil),
            ]
            for (route, members, token) in ways {
                let found = await codes(20) { number in
                    await desk.ask(route, members.merging(["password": "wrong \(number)"]) { $1 }, as: token).code
                }
                #expect(found == ["wrong_password": 5, "too_many_attempts": 15], "\(route)")
                let right = await desk.ask(route, members.merging(["password": IdentityDesk.good]) { $1 }, as: token)
                #expect(right.code == "too_many_attempts", "\(route)")
            }
            // One budget is not another's.
            #expect(await desk.login("ana@example.org").status == 200)
        }
    }

    private func signIn(
        _ house: FactorHouse, _ password: String = FactorHouse.password, to address: String = FactorHouse.ana,
        with device: String? = nil
    ) async -> FactorHouse.Answer {
        let form = ["email": address, "password": password]
        return await house.ask("sign_in.submit", form: form, cookies: device.map { ["device": $0] } ?? ["other": "cookie"])
    }

    @Test("a device that signed in before goes on with its own while strangers use up the account's", arguments: EngineMatrix.both)
    func knownDevice(_ engine: EngineMatrix) async throws {
        try await FactorHouse.with(engine) { house in
            try await house.person()
            try await house.person("ben@example.org")
            let device = try #require(await signIn(house).cookies()["device"])
            let foreign = try #require(await signIn(house, to: "ben@example.org").cookies()["device"])
            func strangers(_ count: Int) async -> [String: Int] {
                await codes(count) { await "\(signIn(house, "wrong \($0)").status)" }
            }
            #expect(await strangers(30) == ["422": 5, "429": 25])
            // Strangers with a cookie of somebody else's, or one that they made up, are strangers.
            let account = try #require(device.split(separator: ".").first)
            for made in [
                foreign, "", ".", "\(account)", "\(account).", "\(account).AAAA", device + "x", String(device.dropLast()),
                device.uppercased(),
            ] {
                #expect(await signIn(house, with: made).status == 429, "\(made)")
            }
            #expect(await signIn(house, with: device).status == 303, "whoever is known is let in")
            // They wait for the longest pause, and the known device does not.
            for _ in 0..<12 {
                house.fixed.advance(by: .seconds(900))
                _ = await strangers(10)
            }
            #expect(await signIn(house).status == 429)
            #expect(await signIn(house, with: device).status == 303)
            // A stolen known device has a budget as well, which is its own.
            #expect(await codes(20) { await "\(signIn(house, "wrong \($0)", with: device).status)" } == ["422": 5, "429": 15])
            #expect(await signIn(house, with: device).status == 429)
            house.fixed.advance(by: .seconds(3_600))
            #expect(await signIn(house).status == 303)
        }
    }
}
