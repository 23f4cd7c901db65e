import Access
import Base
import Identity
import Runtime
import Store
import TestKit
import Testing

@Suite("Sessions and tokens")
struct SessionTests {
    @Test("a session ends eight hours after its last use, and a day after its beginning", arguments: EngineMatrix.both)
    func ends(_ engine: EngineMatrix) async throws {
        try await IdentityDesk.with(engine) { desk in
            try await desk.person("ana@example.org")
            let idle = await desk.login("ana@example.org")
            desk.fixed.advance(by: .seconds(8 * 3_600 - 1))
            var lived = await desk.refresh(idle.refresh)
            #expect(lived.status == 200)
            desk.fixed.advance(by: .seconds(8 * 3_600))
            #expect(await desk.refresh(lived.refresh).code == "session_over")

            lived = await desk.login("ana@example.org")
            for _ in 0..<3 {
                desk.fixed.advance(by: .seconds(7 * 3_600))
                lived = await desk.refresh(lived.refresh)
                #expect(lived.status == 200)
            }
            desk.fixed.advance(by: .seconds(3 * 3_600 - 60))
            lived = await desk.refresh(lived.refresh)
            #expect(lived.json?["expires_in"]?.integer == 60, "no token outlives its session")
            #expect(await desk.isIn(lived.token))
            desk.fixed.advance(by: .seconds(60 + 30))
            #expect(await !desk.isIn(lived.token))
            #expect(await desk.refresh(lived.refresh).code == "session_over")
        }
    }

    @Test("an access token is good for fifteen minutes")
    func life() async throws {
        try await IdentityDesk.with { desk in
            try await desk.person("ana@example.org")
            let login = await desk.login("ana@example.org")
            #expect(login.json?["expires_in"]?.integer == 900)
            desk.fixed.advance(by: .seconds(900))
            #expect(await desk.isIn(login.token), "within the leeway of clocks")
            desk.fixed.advance(by: .seconds(30))
            #expect(await !desk.isIn(login.token))
        }
    }

    @Test("are listed, and end one by one, all others, or by signing out", arguments: EngineMatrix.both)
    func listed(_ engine: EngineMatrix) async throws {
        try await IdentityDesk.with(engine) { desk in
            try await desk.person("ana@example.org")
            try await desk.person("ben@example.org", ["patient"])
            let (one, two, three) = (
                await desk.login("ana@example.org"), await desk.login("ana@example.org"), await desk.login("ana@example.org")
            )
            let ben = await desk.login("ben@example.org")
            let list = await desk.ask("auth.sessions", as: one.token).json?["sessions"]?.array ?? []
            #expect(list.count == 3 && list.filter { $0["is_this"]?.bool == true }.count == 1)
            #expect(list.allSatisfy { $0["device"]?.string == "Tests/1" && $0["address"]?.string == "203.0.113.7" })
            #expect(await desk.ask("auth.end_session", as: ben.token, id: two.text("session")).status == 404, "only one's own")
            #expect(await desk.ask("auth.end_session", as: one.token, id: two.text("session")).status == 204)
            #expect(await desk.ask("auth.end_session", as: one.token, id: two.text("session")).status == 404)
            #expect(await !desk.isIn(two.token))
            #expect(await desk.refresh(two.refresh).code == "session_over")
            #expect(await desk.ask("auth.end_other_sessions", as: one.token).status == 204)
            #expect(await !desk.isIn(three.token))
            #expect(await desk.ask("auth.logout", as: one.token).status == 204)
            #expect(await !desk.isIn(one.token))
            #expect(await desk.isIn(ben.token))
            let told = try await desk.told("clinic")
            #expect(told.filter { $0 == "signed in session" }.count == 4 && told.filter { $0 == "signed out session" }.count == 3)
        }
    }

    @Test("a refresh token is good once; used again it ends the family", arguments: EngineMatrix.both)
    func rotation(_ engine: EngineMatrix) async throws {
        try await IdentityDesk.with(engine) { desk in
            try await desk.person("ana@example.org")
            let first = await desk.login("ana@example.org")
            let second = await desk.refresh(first.refresh)
            let third = await desk.refresh(second.refresh)
            #expect(third.status == 200 && Set([first.refresh, second.refresh, third.refresh]).count == 3)
            #expect(await desk.isIn(third.token))
            #expect(await desk.refresh(first.refresh).code == "session_over")
            #expect(await desk.refresh(third.refresh).code == "session_over")
            #expect(await !desk.isIn(third.token))
            #expect(try await desk.told("clinic").last == "denied session")
        }
    }

    @Test("of twenty that use one refresh token at once one is answered, and the family ends", arguments: EngineMatrix.both)
    func race(_ engine: EngineMatrix) async throws {
        try await IdentityDesk.with(engine) { desk in
            try await desk.person("ana@example.org")
            let first = await desk.login("ana@example.org")
            let answers = await withTaskGroup(of: IdentityDesk.Answer.self) { group in
                for _ in 0..<20 { group.addTask { await desk.refresh(first.refresh) } }
                return await group.reduce(into: []) { $0.append($1) }
            }
            let good = answers.filter { $0.status == 200 }
            #expect(good.count == 1)
            #expect(answers.filter { $0.status != 200 }.allSatisfy { $0.code == "session_over" })
            let winner = try #require(good.first)
            #expect(await desk.refresh(winner.refresh).code == "session_over")
            #expect(await !desk.isIn(winner.token))
            #expect(try await desk.told("clinic").filter { $0 == "denied session" }.count == 1)
        }
    }

    @Test("another process knows of an end within its next look", arguments: EngineMatrix.both)
    func otherNode(_ engine: EngineMatrix) async throws {
        try await IdentityDesk.with(engine) { desk in
            try await desk.person("ana@example.org")
            let other = try desk.anotherNode()
            // A process that begins within half a minute of a change takes nothing that was made since.
            desk.fixed.advance(by: .seconds(31))
            let login = await desk.login("ana@example.org")
            #expect(await desk.isIn(login.token, at: other))
            let listening = Task { try await other.parts.listening.run() }
            defer { listening.cancel() }
            #expect(await desk.ask("auth.logout", as: login.token).status == 204)
            let clock = ContinuousClock()
            let start = clock.now
            while await desk.isIn(login.token, at: other), clock.now - start < .seconds(10) { try await Task.sleep(for: .milliseconds(20)) }
            #expect(clock.now - start < .seconds(5))
            // One that is started later reads what it missed before it lets anybody in.
            #expect(await !desk.isIn(login.token, at: try desk.anotherNode()))
        }
    }

    @Test("roles that changed hold at once: the old token is refused, and the next has the new ones", arguments: EngineMatrix.both)
    func roles(_ engine: EngineMatrix) async throws {
        try await IdentityDesk.with(engine) { desk in
            try await desk.person("admin@example.org")
            let ben = try await desk.person("ben@example.org", ["coach"])
            let (admin, his) = (await desk.login("admin@example.org").token, await desk.login("ben@example.org"))
            desk.fixed.advance(by: .seconds(1))
            #expect(await desk.ask("member.set_roles", ["roles": ["therapist"]], as: admin, id: ben.text).status == 204)
            #expect(await !desk.isIn(his.token))
            desk.fixed.advance(by: .milliseconds(1))
            let next = await desk.refresh(his.refresh)
            #expect(next.json?["roles"]?.array?.compactMap(\.string) == ["therapist"])
            #expect(await desk.isIn(next.token))
            #expect(await desk.ask("member.remove", as: admin, id: ben.text).status == 204)
            #expect(await !desk.isIn(next.token))
            #expect(await desk.refresh(next.refresh).code == "session_over")
            let login = await desk.login("ben@example.org")
            #expect(login.status == 200 && login.text("organisation").isEmpty && login.json?["roles"]?.array?.isEmpty == true)
            #expect(await desk.login("ben@example.org", in: "clinic").code == "no_member")
            let told = try await desk.told("clinic")
            #expect(told.contains("ended membership"), "\(told)")
        }
    }

    @Test("a token that was made while its roles were being changed is over as well")
    func made() async throws {
        try await IdentityDesk.with { desk in
            try await desk.person("admin@example.org")
            let ben = try await desk.person("ben@example.org", ["coach"])
            let admin = await desk.login("admin@example.org").token
            let his = await desk.login("ben@example.org")
            // Somebody's clock goes on while the members of the organisation are locked.
            let changing = Task {
                try await desk.host.database.within(organisation: "clinic").write { tx in
                    try tx.lock("identity members of clinic")
                    desk.fixed.advance(by: .seconds(3))
                }
            }
            try await changing.value
            let token = await desk.refresh(his.refresh).token
            desk.fixed.setClock(to: desk.host.world.now() - .seconds(2))
            #expect(await desk.isIn(token), "made two seconds ahead of what follows")
            let set = Task { await desk.ask("member.set_roles", ["roles": ["therapist"]], as: admin, id: ben.text) }
            #expect(await set.value.status == 204)
            desk.fixed.advance(by: .seconds(3))
            // Heard later than its time, by another process.
            #expect(await !desk.isIn(token, at: try desk.anotherNode()))
        }
    }

    @Test("going to another organisation: no longer, no fresher, and the old session is over", arguments: EngineMatrix.both)
    func switching(_ engine: EngineMatrix) async throws {
        try await IdentityDesk.with(engine) { desk in
            try await desk.person("ana@example.org")
            _ = try await AdminDesk(desk.node.parts).grant(["organisation_admin"], to: try MailAddress("ana@example.org"), in: "hospital")
            desk.fixed.advance(by: .seconds(1))
            let login = await desk.login("ana@example.org", in: "clinic")
            desk.fixed.advance(by: .seconds(14 * 60))
            let moved = await desk.ask("auth.switch_organisation", ["organisation": "hospital"], as: login.token)
            #expect(moved.text("organisation") == "hospital" && moved.text("session") != login.text("session"))
            #expect(moved.text("session_ends_at") == login.text("session_ends_at"))
            #expect(await !desk.isIn(login.token))
            #expect(await desk.refresh(login.refresh).code == "session_over")
            let invitation: [String: Any] = ["email": "x@example.org", "roles": ["coach"]]
            #expect(await desk.ask("invitation.create", invitation, as: moved.token).status == 201)
            desk.fixed.advance(by: .seconds(2 * 60))
            #expect(await desk.ask("invitation.create", invitation, as: moved.token).code == "step_up_needed")
            #expect(await desk.ask("auth.reauthenticate", ["password": "no es esta"], as: moved.token).code == "wrong_password")
            #expect(await desk.ask("auth.reauthenticate", ["password": IdentityDesk.good], as: moved.token).status == 204)
            #expect(await desk.ask("invitation.create", invitation, as: moved.token).status == 201)
            for nowhere in ["nowhere", "_identity", "clinic ", String(repeating: "x", count: 64)] {
                #expect(await desk.ask("auth.switch_organisation", ["organisation": nowhere], as: moved.token).code == "no_member")
            }
            #expect(await desk.isIn(moved.token), "a refused move ends nothing")
        }
    }

    @Test("an operator acts in every organisation that there is, and in no other")
    func operators() async throws {
        try await IdentityDesk.with { desk in
            try await desk.person("root@example.org", ["operator"], in: nil)
            #expect(await desk.login("root@example.org").text("organisation").isEmpty)
            #expect(await desk.login("root@example.org", in: "hospital").text("organisation") == "hospital")
            for nowhere in ["_identity", "nowhere", String(repeating: "x", count: 65), String(repeating: "x", count: 200)] {
                #expect(await desk.login("root@example.org", in: nowhere).code == "no_member")
            }
        }
    }

    @Test("a device goes on for weeks with its credential, which is listed, revoked, and moves nowhere", arguments: EngineMatrix.both)
    func device(_ engine: EngineMatrix) async throws {
        try await IdentityDesk.with(engine) { desk in
            try await desk.person("ana@example.org")
            let login = await desk.login("ana@example.org")
            let made = await desk.ask("auth.make_device", ["name": "Tableta del campo"], as: login.token)
            #expect(made.status == 201)
            let credential = made.text("credential")
            desk.fixed.advance(by: .seconds(50 * 86_400))
            let token = await desk.ask("auth.device_token", ["credential": credential])
            #expect(token.status == 200 && token.refresh.isEmpty)
            #expect(await desk.isIn(token.token))
            #expect(await desk.ask("auth.switch_organisation", ["organisation": "clinic"], as: token.token).code == "device_stays")
            #expect(await desk.ask("auth.make_device", ["name": "Otra"], as: token.token).code == "step_up_needed")
            let again = await desk.login("ana@example.org")
            #expect(await desk.ask("auth.end_session", as: again.token, id: made.text("id")).status == 204)
            #expect(await desk.ask("auth.device_token", ["credential": credential]).code == "session_over")
            #expect(await !desk.isIn(token.token))
            desk.fixed.advance(by: .seconds(14 * 60))
            let idle = await desk.ask("auth.make_device", ["name": "Otra"], as: again.token).text("credential")
            desk.fixed.advance(by: .seconds(60 * 86_400))
            #expect(await desk.ask("auth.device_token", ["credential": idle]).code == "session_over")
        }
    }

    @Test("with any bit turned, a refresh token, a device's credential and an access token are refused")
    func forged() async throws {
        try await IdentityDesk.with { desk in
            try await desk.person("ana@example.org")
            let login = await desk.login("ana@example.org")
            let credential = await desk.ask("auth.make_device", ["name": "Tableta"], as: login.token).text("credential")
            for (text, ask) in [
                (login.refresh, { (forged: String) in await desk.refresh(forged).status }),
                (credential, { forged in await desk.ask("auth.device_token", ["credential": forged]).status }),
                (login.token, { forged in await desk.ask("auth.me", as: forged).status }),
            ] {
                for index in text.utf8.indices.map({ text.utf8.distance(from: text.startIndex, to: $0) }) {
                    for bit in 0..<7 {
                        var bytes = Array(text.utf8)
                        bytes[index] ^= 1 << bit
                        let forged = String(decoding: bytes, as: UTF8.self)
                        let status = await ask(forged)
                        #expect(status == 401 || status == 422, "byte \(index), bit \(bit) of \(text.prefix(3))")
                    }
                }
            }
            #expect(await desk.refresh(credential).code == "session_over", "one is not good for the other")
            #expect(await desk.ask("auth.device_token", ["credential": login.refresh]).code == "session_over")
            #expect(await desk.refresh(login.refresh).status == 200, "and nothing of this ended the session")
        }
    }
}
