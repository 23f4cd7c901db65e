import Access
import Base
import Identity
import Store
import TestKit
import Testing

@Suite("The first account")
struct SetUpTests {
    private func members(_ code: String, _ address: String, organisation: String = "norte") -> [String: Any] {
        ["code": code, "email": address, "name": "Ana Molina", "password": IdentityDesk.good, "organisation": organisation]
    }

    @Test(
        "of many who use the link at once one has an account, and no organisation is left that nobody administers",
        arguments: EngineMatrix.both)
    func atOnce(_ engine: EngineMatrix) async throws {
        try await IdentityDesk.with(engine) { desk in
            let link = try #require(try await AdminDesk(desk.node.parts).setUpLink())
            let code = IdentityDesk.code(link)
            let answers = await withTaskGroup(of: (String, IdentityDesk.Answer).self) { group in
                for name in ["llano", "sur", "valle", "costa"] {
                    group.addTask {
                        (name, await desk.ask("auth.setup", members(code, "\(name)@example.org", organisation: name)))
                    }
                }
                return await group.reduce(into: []) { $0.append($1) }
            }
            let winners = answers.filter { $0.1.status == 204 }
            #expect(winners.count == 1)
            // Whoever came too late is told so, before or after the first account was there.
            let codes = answers.filter { $0.1.status != 204 }.map(\.1.code)
            #expect(codes.allSatisfy { $0 == "link_over" }, "\(codes)")
            #expect(try await desk.count("identity_accounts") == 1)
            let name = try #require(winners.first).0
            #expect(try await desk.count("organisations") == 3, "clinic, hospital and the new one")
            let login = await desk.login("\(name)@example.org")
            #expect(login.text("organisation") == name)
            #expect(login.json?["roles"]?.array?.compactMap(\.string) == ["operator", "organisation_admin"])
            #expect(try await AdminDesk(desk.node.parts).setUpLink() == nil)
            #expect(try await desk.told().contains("granted membership"))
        }
    }

    @Test(
        "a name that will not do leaves the link good; a second start ends the link of the first; an account made by command ends them all")
    func again() async throws {
        try await IdentityDesk.with { desk in
            let office = AdminDesk(desk.node.parts)
            let first = IdentityDesk.code(try #require(try await office.setUpLink()))
            let second = IdentityDesk.code(try #require(try await office.setUpLink()))
            #expect(await desk.ask("auth.setup", members(first, "ana@example.org")).code == "link_over")
            #expect(await desk.ask("auth.setup", members(second, "ana@example.org", organisation: "no/good")).code == "organisation_name")
            let weak = await desk.ask(
                "auth.setup", ["code": second, "email": "ana@", "name": "", "password": "12345678", "organisation": "norte"])
            #expect(weak.status == 422 && weak.faults.count == 3, "\(weak.faults)")
            try await desk.person("root@example.org", ["operator"], in: nil)
            #expect(await desk.ask("auth.setup", members(second, "ana@example.org")).code == "link_over")
        }
    }

    @Test("the link is over after a day")
    func late() async throws {
        try await IdentityDesk.with { desk in
            let code = IdentityDesk.code(try #require(try await AdminDesk(desk.node.parts).setUpLink()))
            desk.fixed.advance(by: .seconds(24 * 3_600))
            #expect(await desk.ask("auth.setup", members(code, "ana@example.org")).code == "link_over")
        }
    }
}
