import Access
import Base
import FeatureKit
import Identity
import Keys
import Runtime
import Store
import TestKit
import Testing

@Suite("What identity removes by the clock")
struct TidyingTests {
    private func register(_ desk: IdentityDesk, _ address: String) async throws -> String {
        let eva = ["email": address, "name": "Eva", "password": IdentityDesk.good, "organisation": "clinic"]
        let answer = await desk.ask("auth.register", eva)
        try #require(answer.status == 202, "\(answer)")
        return try await desk.mailedCode()
    }

    /// What the schedule asks for at night, and all that follows from it.
    private func tidy(_ desk: IdentityDesk) async throws -> [String] {
        let schedule = try #require(desk.node.feature.schedules.first { $0.name == "identity.tidy" })
        let request = try schedule.request(desk.host.world.now())
        _ = try await desk.host.database.write { tx in try request.enqueue(tx) }
        let handlers = desk.node.feature.jobs + MailSending(desk.host, desk.mailer.mailer).jobs
        return try await desk.ground.perform(handlers) + desk.ground.perform(handlers)
    }

    private func accounts(_ desk: IdentityDesk) async throws -> Set<Identifier> {
        Set(try await desk.host.database.rows("SELECT id FROM identity_accounts") { try $0["id"] as Identifier })
    }

    @Test(
        "an account that was never confirmed goes a week after the last mail, with its key; every other stays", arguments: EngineMatrix.both
    )
    func unconfirmed(_ engine: EngineMatrix) async throws {
        try await IdentityDesk.with(engine) { desk in
            try await desk.person("admin@example.org")
            let token = await desk.login("admin@example.org").token
            let policy: [String: Any] = ["second_factor_roles": [String](), "registration": "patient"]
            try #require(await desk.ask("policy.set", policy, as: token).status == 204)
            let closed = try await desk.person("closed@example.org", ["patient"])
            try await AdminDesk(desk.node.parts).setDisabled(true, try MailAddress("closed@example.org"))
            let before = try await accounts(desk)
            let forgotten = try await register(desk, "eva@example.org")
            let eva = try #require(try await accounts(desk).subtracting(before).first)
            _ = try await register(desk, "leo@example.org")
            let confirmed = try await register(desk, "ida@example.org")
            #expect(await desk.ask("auth.confirm", ["code": confirmed, "password": IdentityDesk.good]).status == 204)

            desk.fixed.advance(by: .seconds(6 * 86_400 + 43_200))
            // Leo asks once more.
            let again = try await register(desk, "leo@example.org")
            desk.fixed.advance(by: .seconds(43_200))
            #expect(try await tidy(desk) == ["identity.tidy"], "a week to the moment is not beyond it")
            desk.fixed.advance(by: .milliseconds(1))
            #expect(try await tidy(desk) == ["identity.tidy", "identity.forget"])
            let left = try await accounts(desk)
            #expect(left.count == before.count + 2 && left.isSuperset(of: before) && !left.contains(eva) && left.contains(closed))
            #expect(try await desk.count("identity_links", where: "account = \(eva)") == 0)
            #expect(try await desk.host.keyring.keys(of: eva.text, in: IdentityFeature.organisation.text) == nil)
            #expect(await desk.ask("auth.confirm", ["code": forgotten, "password": IdentityDesk.good]).code == "link_over")

            #expect(await desk.ask("auth.confirm", ["code": again, "password": IdentityDesk.good]).status == 204)
            for address in ["admin@example.org", "leo@example.org", "ida@example.org"] {
                #expect(await desk.login(address).status == 200, "\(address)")
            }
            // The address is free again.
            let new = try await register(desk, "eva@example.org")
            #expect(await desk.ask("auth.confirm", ["code": new, "password": IdentityDesk.good]).status == 204)
            #expect(await desk.login("eva@example.org").status == 200)
            #expect(try await tidy(desk) == ["identity.tidy"])
        }
    }
}
