import Access
import Base
import Factors
import Identity
import Store
import TestKit
import Testing

@Suite("An authenticator app of an account", .timeLimit(.minutes(3)))
struct AuthenticatorTests {
    @Test("it counts once one of its codes confirmed it, and its secret stands nowhere in clear", arguments: EngineMatrix.all)
    func setUp(_ engine: EngineMatrix) async throws {
        try await FactorGround.with(engine) { ground in
            let (factors, ana) = (ground.factors, FactorGround.ana)
            let setup = try await factors.beginAuthenticator(of: ana, named: "ana@example.org")
            #expect(setup.address.withExposedText { $0 }.hasPrefix("otpauth://totp/Cl%C3%ADnica:ana%40example.org?secret="))
            let app = try FactorGround.app(setup)
            #expect(try await !factors.isEnrolled(ana))
            #expect(await outcome { try await factors.verify(ana, .totp(ground.now(app))) } == "second_factor_wrong")
            #expect(await outcome { try await factors.confirmAuthenticator(of: ana, code: ground.wrong(app)) } == "factor_code_wrong")
            let code = ground.now(app)
            #expect(await outcome { try await factors.confirmAuthenticator(of: ana, code: code) } == "ok")
            #expect(try await factors.state(of: ana).methods == [.totp])
            #expect(try await factors.isEnrolled(ana))
            #expect(await outcome { try await factors.verify(ana, .totp(code)) } == "second_factor_wrong", "the code that confirmed")
            ground.fixed.advance(by: .seconds(30))
            #expect(try await factors.verify(ana, .totp(ground.now(app))) == .secondFactor)
            #expect(try await ground.told() == ["refused totp", "added totp", "refused totp", "used totp"])
            let bodies = try await ground.rows.rows("SELECT body FROM identity_factors") { try $0["body"] as [UInt8] }
            let secret = setup.secretText.withExposedText { $0 }
            #expect(bodies.count == 1 && !String(decoding: bodies[0], as: UTF8.self).contains(secret))
        }
    }

    @Test("ten minutes after it was begun it cannot be confirmed any more")
    func over() async throws {
        try await FactorGround.with { ground in
            let app = try FactorGround.app(try await ground.factors.beginAuthenticator(of: FactorGround.ana, named: "ana"))
            ground.fixed.advance(by: SecondFactors.setupLife)
            let late = await outcome { try await ground.factors.confirmAuthenticator(of: FactorGround.ana, code: ground.now(app)) }
            #expect(late == "factor_setup_over")
            #expect(await outcome { try await ground.factors.confirmAuthenticator(of: FactorGround.ben, code: "123456") } == late)
        }
    }

    @Test("a new app takes the former one's place when it is confirmed, not before", arguments: EngineMatrix.all)
    func replaced(_ engine: EngineMatrix) async throws {
        try await FactorGround.with(engine) { ground in
            let (factors, ana) = (ground.factors, FactorGround.ana)
            let first = try await ground.authenticator()
            let second = try FactorGround.app(try await factors.beginAuthenticator(of: ana, named: "ana"))
            #expect(await outcome { try await factors.verify(ana, .totp(ground.now(second))) } == "second_factor_wrong")
            #expect(await outcome { try await factors.verify(ana, .totp(ground.now(first))) } == "ok")
            try await factors.confirmAuthenticator(of: ana, code: ground.now(second))
            ground.fixed.advance(by: .seconds(60))
            #expect(await outcome { try await factors.verify(ana, .totp(ground.now(first))) } == "second_factor_wrong")
            #expect(await outcome { try await factors.verify(ana, .totp(ground.now(second))) } == "ok")
            #expect(try await ground.count("identity_factors") == 1)
        }
    }

    @Test("of twenty who bring the same code at once exactly one is let in, and none afterwards", arguments: EngineMatrix.all)
    func replay(_ engine: EngineMatrix) async throws {
        try await FactorGround.with(engine) { ground in
            let (factors, ana) = (ground.factors, FactorGround.ana)
            let app = try await ground.authenticator()
            let code = ground.now(app)
            let outcomes = await withTaskGroup(of: String.self) { group in
                for _ in 0..<20 { group.addTask { await outcome { try await factors.verify(ana, .totp(code)) } } }
                return await group.reduce(into: [String]()) { $0.append($1) }
            }
            #expect(outcomes.filter { $0 == "ok" }.count == 1, "\(outcomes)")
            #expect(outcomes.allSatisfy { $0 == "ok" || $0 == "second_factor_wrong" || $0.hasPrefix("too_many_tries") }, "\(outcomes)")
            // Still within its window, and with the budget given back.
            try await ground.rows.write { tx in try tx.execute("DELETE FROM identity_factor_tries") }
            ground.fixed.advance(by: .seconds(29))
            #expect(await outcome { try await factors.verify(ana, .totp(code)) } == "second_factor_wrong")
        }
    }

    @Test("a code of the step before is good until a later one was used")
    func order() async throws {
        try await FactorGround.with { ground in
            let (factors, ana) = (ground.factors, FactorGround.ana)
            let app = try await ground.authenticator()
            let before = ground.now(app)
            ground.fixed.advance(by: .seconds(30))
            let present = ground.now(app)
            #expect(await outcome { try await factors.verify(ana, .totp(present)) } == "ok")
            #expect(await outcome { try await factors.verify(ana, .totp(before)) } == "second_factor_wrong")
        }
    }

    @Test("nobody's code is good for another account, and none once it was removed", arguments: EngineMatrix.all)
    func removed(_ engine: EngineMatrix) async throws {
        try await FactorGround.with(engine) { ground in
            let (factors, ana, ben) = (ground.factors, FactorGround.ana, FactorGround.ben)
            let app = try await ground.authenticator()
            _ = try await ground.authenticator(for: ben)
            _ = try await factors.makeRecoveryCodes(for: ana)
            #expect(await outcome { try await factors.verify(ben, .totp(ground.now(app))) } == "second_factor_wrong")
            try await factors.removeAuthenticator(of: ana, by: "admin-1")
            #expect(await outcome { try await factors.verify(ana, .totp(ground.now(app))) } == "second_factor_wrong")
            #expect(await outcome { try await factors.removeAuthenticator(of: ana) } == "factor_not_found")
            #expect(try await !factors.isEnrolled(ana))
            #expect(try await factors.isEnrolled(ben))
            #expect(try await factors.state(of: ana).recoveryCodesLeft == 0, "they stood in for it")
            #expect(try await ground.told().contains("removed totp by admin-1"))
        }
    }
}
