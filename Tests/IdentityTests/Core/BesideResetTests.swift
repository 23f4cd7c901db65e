import Access
import Base
import Identity
import Passwords
import Runtime
import Store
import TestKit
import Testing

/// Whoever lost their password, or had it taken, sets another: nothing that began by the former goes on, however close to it.
@Suite("Beside a new password", .timeLimit(.minutes(3)))
struct BesideResetTests {
    private static let passwords = [IdentityDesk.good, "otra-clave-de-montes-9"]

    @Test("no session that began by the former one outlives it", arguments: EngineMatrix.both)
    func signIns(_ engine: EngineMatrix) async throws {
        try await IdentityDesk.with(engine) { desk in
            try await desk.person("ana@example.org")
            for round in 0..<12 {
                let (old, new) = (Self.passwords[round % 2], Self.passwords[(round + 1) % 2])
                let code = IdentityDesk.code(try await AdminDesk(desk.node.parts).reset(try MailAddress("ana@example.org")))
                let answers = await withTaskGroup(of: IdentityDesk.Answer?.self) { group in
                    for _ in 0..<4 { group.addTask { await desk.login("ana@example.org", old) } }
                    group.addTask {
                        let done = await desk.ask("auth.reset", ["code": code, "password": new])
                        #expect(done.status == 204, "round \(round): \(done)")
                        return nil
                    }
                    for _ in 0..<4 { group.addTask { await desk.login("ana@example.org", old) } }
                    return await group.reduce(into: []) { $0.append($1) }.compactMap(\.self)
                }
                for answer in answers where answer.status == 200 {
                    #expect(await desk.refresh(answer.refresh).code == "session_over", "round \(round)")
                }
                let refused = Set(answers.filter { $0.status != 200 }.map(\.code))
                #expect(refused.isSubset(of: ["sign_in_failed", "too_many_attempts"]), "\(refused)")
                #expect(try await desk.count("identity_sessions", where: "ended_at IS NULL") == 0, "round \(round)")
                desk.fixed.advance(by: .seconds(3_600))
            }
        }
    }

    @Test("nor one that began on a session of before: another organisation, a device's credential", arguments: EngineMatrix.both)
    func sessions(_ engine: EngineMatrix) async throws {
        try await IdentityDesk.with(engine) { desk in
            try await desk.person("ana@example.org")
            let address = try MailAddress("ana@example.org")
            _ = try await AdminDesk(desk.node.parts).grant(["coach"], to: address, in: "hospital")
            desk.fixed.advance(by: .seconds(1))
            for round in 0..<12 {
                let (old, new) = (Self.passwords[round % 2], Self.passwords[(round + 1) % 2])
                let (mover, maker) = (
                    await desk.login("ana@example.org", old, in: "clinic"), await desk.login("ana@example.org", old, in: "clinic")
                )
                try #require(mover.status == 200 && maker.status == 200)
                let code = IdentityDesk.code(try await AdminDesk(desk.node.parts).reset(address))
                await withTaskGroup(of: Void.self) { group in
                    group.addTask { _ = await desk.ask("auth.switch_organisation", ["organisation": "hospital"], as: mover.token) }
                    for _ in 0..<4 { group.addTask { _ = await desk.ask("auth.make_device", ["name": "Tableta"], as: maker.token) } }
                    group.addTask { #expect(await desk.ask("auth.reset", ["code": code, "password": new]).status == 204) }
                }
                #expect(try await desk.count("identity_sessions", where: "ended_at IS NULL") == 0, "round \(round)")
                desk.fixed.advance(by: .seconds(3_600))
            }
        }
    }

    @Test("those who come in at once while the cost of passwords is raised all come in", arguments: EngineMatrix.both)
    func atOnce(_ engine: EngineMatrix) async throws {
        try await IdentityDesk.with(engine) { desk in
            try await desk.person("ana@example.org")
            let dearer = try desk.anotherNode(cost: .standard)
            let answers = await withTaskGroup(of: IdentityDesk.Answer.self) { group in
                for _ in 0..<5 { group.addTask { await desk.login("ana@example.org", at: dearer) } }
                return await group.reduce(into: []) { $0.append($1) }
            }
            #expect(answers.allSatisfy { $0.status == 200 }, "\(answers.map(\.code))")
            #expect(try await desk.count("identity_sessions", where: "ended_at IS NULL") == 5)
        }
    }
}
