import Access
import Base
import Factors
import Identity
import Store
import TestKit
import Testing

@Suite("How often a second factor may be guessed", .timeLimit(.minutes(3)))
struct TriesTests {
    @Test("after five wrong answers of any kind it waits 1, 2, 4, 8 and 15 minutes, even for the right one", arguments: EngineMatrix.all)
    func waits(_ engine: EngineMatrix) async throws {
        try await FactorGround.with(engine) { ground in
            let (factors, ana) = (ground.factors, FactorGround.ana)
            let app = try await ground.authenticator()
            for answer in [
                SecondFactorAnswer.totp(ground.wrong(app)), .mail("123456"), .sms("nothing"), .recovery("7QK2-M9XB-0TFA-HJ4R"), .totp(""),
            ] {
                #expect(await outcome { try await factors.verify(ana, answer) } == "second_factor_wrong")
            }
            for seconds in [60, 120, 240, 480, 900, 900] {
                #expect(await outcome { try await factors.verify(ana, .totp(ground.now(app))) } == "too_many_tries \(seconds)")
                ground.fixed.advance(by: .seconds(seconds - 1))
                #expect(await outcome { try await factors.verify(ana, .totp(ground.now(app))) } == "too_many_tries 1")
                ground.fixed.advance(by: .seconds(1))
                #expect(await outcome { try await factors.verify(ana, .totp(ground.wrong(app))) } == "second_factor_wrong")
            }
            #expect(await outcome { try await factors.verify(FactorGround.ben, .totp("000000")) } == "second_factor_wrong", "others go on")
            #expect(try await ground.told().filter { $0.hasPrefix("refused") }.count == 11, "waiting is not told each time")
        }
    }

    @Test("a right answer takes all wrong ones off, and each quarter of an hour one")
    func rests() async throws {
        try await FactorGround.with { ground in
            let (factors, ana) = (ground.factors, FactorGround.ana)
            let app = try await ground.authenticator()
            for _ in 0..<4 { #expect(await outcome { try await factors.verify(ana, .totp(ground.wrong(app))) } == "second_factor_wrong") }
            #expect(await outcome { try await factors.verify(ana, .totp(ground.now(app))) } == "ok")
            for _ in 0..<4 { #expect(await outcome { try await factors.verify(ana, .totp(ground.wrong(app))) } == "second_factor_wrong") }
            ground.fixed.advance(by: .seconds(30 * 60))
            for _ in 0..<2 { #expect(await outcome { try await factors.verify(ana, .totp(ground.wrong(app))) } == "second_factor_wrong") }
            #expect(await outcome { try await factors.verify(ana, .totp(ground.now(app))) } == "ok")
        }
    }

    @Test("of thirty guesses at once five are looked at", arguments: EngineMatrix.all)
    func atOnce(_ engine: EngineMatrix) async throws {
        try await FactorGround.with(engine) { ground in
            let (factors, ana) = (ground.factors, FactorGround.ana)
            let app = try await ground.authenticator()
            let wrong = ground.wrong(app)
            let outcomes = await withTaskGroup(of: String.self) { group in
                for _ in 0..<30 { group.addTask { await outcome { try await factors.verify(ana, .totp(wrong)) } } }
                return await group.reduce(into: [String]()) { $0.append($1) }
            }
            #expect(outcomes.filter { $0 == "second_factor_wrong" }.count == 5, "\(outcomes)")
            #expect(outcomes.filter { $0 == "too_many_tries 60" }.count == 25, "\(outcomes)")
        }
    }

    @Test("whoever guesses codes does not keep the owner's passkey out")
    func passkey() async throws {
        try await FactorGround.with { ground in
            let (factors, ana) = (ground.factors, FactorGround.ana)
            var key = SoftwareKey()
            try await ground.passkey(on: &key)
            for _ in 0..<6 { _ = await outcome { try await factors.verify(ana, .totp("000000")) } }
            #expect(await outcome { try await factors.verify(ana, .totp("000000")) } == "too_many_tries 60")
            #expect(try await ground.signIn(with: &key) == .passkey)
        }
    }

    @Test(
        "nothing is left of an account that is forgotten, nor of one whose factors an administrator took away", arguments: EngineMatrix.all)
    func forgotten(_ engine: EngineMatrix) async throws {
        try await FactorGround.with(engine) { ground in
            let (factors, ana) = (ground.factors, FactorGround.ana)
            for round in 0..<2 {
                _ = try await ground.authenticator()
                _ = try await factors.makeRecoveryCodes(for: ana)
                ground.fixed.advance(by: .seconds(3_600))
                try await factors.beginPhone("+57 300 123 4567", in: .spanish, for: ana)
                var key = SoftwareKey()
                try await ground.passkey(on: &key)
                _ = try await factors.beginSignIn(of: ana)
                _ = await outcome { try await factors.verify(ana, .totp("")) }
                for table in FactorTables.names { #expect(try await ground.count(table) > 0, "\(table)") }
                if round == 0 {
                    try await factors.removeAll(of: ana, by: "admin-1")
                    let told = try await ground.told().filter { $0.hasSuffix("by admin-1") }
                    #expect(Set(told) == ["removed totp by admin-1", "removed passkey by admin-1", "removed recovery by admin-1"])
                } else {
                    try await ground.rows.write { tx in try FactorTables.forget(FactorGround.ana, tx) }
                }
                for table in FactorTables.names { #expect(try await ground.count(table) == 0, "\(table)") }
            }
        }
    }

    @Test("tidying takes what nobody can answer any more, and leaves what stands", arguments: EngineMatrix.all)
    func tidied(_ engine: EngineMatrix) async throws {
        try await FactorGround.with(engine) { ground in
            let (factors, ana, world) = (ground.factors, FactorGround.ana, ground.fixed.world)
            let app = try await ground.authenticator()
            _ = try await factors.makeRecoveryCodes(for: ana)
            var key = SoftwareKey()
            try await ground.passkey(on: &key)
            try await factors.beginPhone("+573001234567", in: .spanish, for: ana)
            _ = try await factors.beginSignIn(of: ana)
            _ = await outcome { try await factors.verify(ana, .totp(ground.wrong(app))) }
            let tables = ["identity_ceremonies": 0, "identity_sent_codes": 0, "identity_factor_tries": 0, "identity_factors": 1]
            for (wait, isGone) in [(Duration.zero, false), (.seconds(86_400), true)] {
                ground.fixed.advance(by: wait)
                try await ground.rows.write { tx in try FactorTables.tidy(at: world.now(), tx) }
                for (table, left) in tables { #expect(try await ground.count(table) == (isGone ? left : left + 1), "\(table)") }
            }
            let state = try await factors.state(of: ana)
            #expect(state.methods == [.passkey, .totp, .recovery])
        }
    }

    @Test("what is set up is asked for even where it cannot be answered any more")
    func asked() async throws {
        try await FactorGround.with { ground in
            let ana = FactorGround.ana
            try await ground.factors.beginPhone("+573001234567", in: .spanish, for: ana)
            try await ground.factors.confirmPhone(of: ana, code: try ground.texts.code())
            let state = try await SecondFactors(ground.host, relyingParty: FactorGround.party, sms: nil).state(of: ana)
            #expect(state.isEnrolled && state.methods.isEmpty && state.asked == [.recovery])
            let ben = try await ground.factors.state(of: FactorGround.ben)
            #expect(ben.methods == [.mail] && ben.asked.isEmpty)
        }
    }

    @Test("of an account that is erased nothing opens, and nothing can be set up")
    func erased() async throws {
        try await FactorGround.with { ground in
            let (factors, ana) = (ground.factors, FactorGround.ana)
            let app = try await ground.authenticator()
            try await ground.erase(ana)
            #expect(await outcome { try await factors.verify(ana, .totp(ground.now(app))) } == "subject_erased")
            #expect(await outcome { try await factors.beginAuthenticator(of: ana, named: "ana") } == "subject_erased")
            #expect(try await factors.passkeys(of: ana).isEmpty)
        }
    }
}
