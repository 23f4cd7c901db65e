import Access
import Base
import Factors
import Identity
import Runtime
import Store
import TestKit
import Testing

@Suite("Codes by mail and text message, and on paper", .timeLimit(.minutes(3)))
struct SentCodeTests {
    private static func address() throws -> MailAddress { try MailAddress("ana@example.org") }

    @Test("a code by mail stands in where nothing better was set up, in the reader's language, once", arguments: EngineMatrix.all)
    func mail(_ engine: EngineMatrix) async throws {
        try await FactorGround.with(engine) { ground in
            let (factors, ana) = (ground.factors, FactorGround.ana)
            #expect(try await factors.state(of: ana).methods == [.mail])
            #expect(try await !factors.isEnrolled(ana))
            try await factors.mailCode(to: try Self.address(), in: .english, for: ana)
            let code = try await ground.mailedCode()
            let sent = try #require(ground.mailer.sent.last)
            #expect(sent.to == (try Self.address()) && sent.category == .code && sent.subject == "Your sign-in code for Clínica")
            #expect(sent.expiresAt == ground.fixed.world.now() + .seconds(600) && !sent.subject.contains(code))
            #expect(await outcome { try await factors.verify(ana, .sms(code)) } == "second_factor_wrong", "the other way")
            #expect(await outcome { try await factors.verify(FactorGround.ben, .mail(code)) } == "second_factor_wrong")
            #expect(await outcome { try await factors.verify(ana, .mail(FactorGround.other(code))) } == "second_factor_wrong")
            let typed = "\(code.prefix(3)) \(code.suffix(3))"
            #expect(try await factors.verify(ana, .mail(typed)) == .secondFactor)
            #expect(await outcome { try await factors.verify(ana, .mail(code)) } == "second_factor_wrong", "once")
            let digests = try await ground.rows.rows("SELECT digest FROM identity_sent_codes") { try $0["digest"] as [UInt8] }
            #expect(digests.allSatisfy { $0.count == 32 })
        }
    }

    @Test("where an app is set up, mail is no way around it unless it was chosen and confirmed", arguments: EngineMatrix.all)
    func chosen(_ engine: EngineMatrix) async throws {
        try await FactorGround.with(engine) { ground in
            let (factors, ana) = (ground.factors, FactorGround.ana)
            _ = try await ground.authenticator()
            #expect(await outcome { try await factors.mailCode(to: try Self.address(), in: .spanish, for: ana) } == "factor_not_offered")
            try await factors.beginMail(to: try Self.address(), in: .spanish, for: ana)
            let code = try await ground.mailedCode()
            #expect(await outcome { try await factors.verify(ana, .mail(code)) } == "second_factor_wrong", "for setting up alone")
            #expect(await outcome { try await factors.confirmMail(of: ana, code: FactorGround.other(code)) } == "factor_code_wrong")
            try await factors.confirmMail(of: ana, code: code)
            #expect(await outcome { try await factors.confirmMail(of: ana, code: code) } == "factor_setup_over")
            #expect(try await factors.state(of: ana).methods == [.totp, .mail])
            ground.fixed.advance(by: .seconds(30))
            try await factors.mailCode(to: try Self.address(), in: .spanish, for: ana)
            #expect(await outcome { try await factors.verify(ana, .mail(try await ground.mailedCode())) } == "ok")
            try await factors.removeMail(of: ana)
            #expect(try await factors.state(of: ana).methods == [.totp])
        }
    }

    @Test("a telephone counts once its code came back; its messages bind the code to our pages", arguments: EngineMatrix.all)
    func phone(_ engine: EngineMatrix) async throws {
        try await FactorGround.with(engine) { ground in
            let (factors, ana) = (ground.factors, FactorGround.ana)
            #expect(await outcome { try await factors.textCode(in: .spanish, for: ana) } == "factor_not_offered")
            for number in [
                "3001234567", "+57", "+0571234567", "+57 300 123 4567 890 12", "+57x3001234567", "++573001234567", "+5+7300123456",
            ] {
                #expect(await outcome { try await factors.beginPhone(number, in: .spanish, for: ana) } == "phone_number", "\(number)")
            }
            try await factors.beginPhone("+57 (300) 123-4567", in: .spanish, for: ana)
            let sent = try #require(ground.texts.sent.last)
            let code = try ground.texts.code()
            #expect(sent.number == "+573001234567" && sent.text.hasSuffix("\n\n@clinica.example #\(code)"))
            #expect(sent.text.hasPrefix("\(code) es su código de Clínica.") && sent.text.count <= 160)
            #expect(try await !factors.isEnrolled(ana))
            #expect(await outcome { try await factors.confirmPhone(of: ana, code: FactorGround.other(code)) } == "factor_code_wrong")
            try await factors.confirmPhone(of: ana, code: code)
            #expect(try await factors.phone(of: ana)?.hint == "•••• 67")
            #expect(try await factors.state(of: ana).methods == [.sms])
            ground.fixed.advance(by: .seconds(30))
            try await factors.textCode(in: .english, for: ana)
            #expect(try ground.texts.sent.count == 2 && ground.texts.sent[1].text.hasPrefix("\(ground.texts.code()) is your code"))
            #expect(try await factors.verify(ana, .sms(try ground.texts.code())) == .secondFactor)
            let bodies = try await ground.rows.rows("SELECT body FROM identity_factors") { try $0["body"] as [UInt8] }
            #expect(bodies.count == 1 && !String(decoding: bodies[0], as: UTF8.self).contains("3001234567"))
            #expect(try await ground.told() == ["added sms", "used sms"])
        }
    }

    @Test("a code that went to the former number is not good for the new one")
    func formerNumber() async throws {
        try await FactorGround.with { ground in
            let (factors, ana) = (ground.factors, FactorGround.ana)
            try await factors.beginPhone("+573001234567", in: .spanish, for: ana)
            try await factors.confirmPhone(of: ana, code: try ground.texts.code())
            ground.fixed.advance(by: .seconds(30))
            try await factors.textCode(in: .spanish, for: ana)
            let former = try ground.texts.code()
            ground.fixed.advance(by: .seconds(30))
            try await factors.beginPhone("+573009999999", in: .spanish, for: ana)
            #expect(try await factors.phone(of: ana)?.text == "+573001234567", "until the new one is confirmed")
            try await factors.confirmPhone(of: ana, code: try ground.texts.code())
            #expect(try await factors.phone(of: ana)?.text == "+573009999999")
            #expect(await outcome { try await factors.verify(ana, .sms(former)) } == "second_factor_wrong")
        }
    }

    @Test("one code in 30 seconds and five an hour, whichever way they go", arguments: EngineMatrix.all)
    func bounds(_ engine: EngineMatrix) async throws {
        try await FactorGround.with(engine) { ground in
            let (factors, ana) = (ground.factors, FactorGround.ana)
            func mail() async -> String { await outcome { try await factors.mailCode(to: try Self.address(), in: .spanish, for: ana) } }
            #expect(await mail() == "ok")
            #expect(await mail() == "too_many_codes 30")
            #expect(await outcome { try await factors.beginPhone("+573001234567", in: .spanish, for: ana) } == "too_many_codes 30")
            #expect(try await ground.count("identity_factors") == 0, "nothing was begun")
            #expect(ground.texts.sent.isEmpty)
            for _ in 0..<4 {
                ground.fixed.advance(by: .seconds(30))
                #expect(await mail() == "ok")
            }
            ground.fixed.advance(by: .seconds(30))
            #expect(await mail() == "too_many_codes \(3_600 - 150)")
            ground.fixed.advance(by: .seconds(3_600 - 150))
            #expect(await mail() == "ok")
            let mails = try await ground.count("outgoing_mail", by: "subject")
            #expect(mails == 6, "none for a code that was not made")
            #expect(try await ground.count("identity_sent_codes") == 5, "those of more than an hour ago are forgotten")
            let ben = await withTaskGroup(of: String.self) { group in
                for _ in 0..<10 {
                    group.addTask {
                        await outcome { try await factors.mailCode(to: try Self.address(), in: .spanish, for: FactorGround.ben) }
                    }
                }
                return await group.reduce(into: [String]()) { $0.append($1) }
            }
            #expect(ben.filter { $0 == "ok" }.count == 1 && ben.filter { $0 == "too_many_codes 30" }.count == 9, "\(ben)")
        }
    }

    @Test("a code bears five tries and lives ten minutes; the newest alone counts", arguments: EngineMatrix.all)
    func tries(_ engine: EngineMatrix) async throws {
        try await FactorGround.with(engine) { ground in
            let (factors, ana) = (ground.factors, FactorGround.ana)
            func begin() async throws -> String {
                try await factors.beginPhone("+573001234567", in: .spanish, for: ana)
                return try ground.texts.code()
            }
            func confirm(_ code: String) async -> String { await outcome { try await factors.confirmPhone(of: ana, code: code) } }
            let first = try await begin()
            #expect(await confirm("12") == "factor_code_wrong", "a slip of the finger costs no try")
            for _ in 0..<5 { #expect(await confirm(FactorGround.other(first)) == "factor_code_wrong") }
            #expect(await confirm(first) == "factor_setup_over")
            ground.fixed.advance(by: .seconds(30))
            let second = try await begin()
            #expect(await confirm(first) == "factor_code_wrong")
            ground.fixed.advance(by: .seconds(600))
            #expect(await confirm(second) == "factor_setup_over")
            let third = try await begin()
            ground.fixed.advance(by: .seconds(599))
            #expect(await confirm(third) == "ok")
        }
    }

    @Test("a message that does not go out is said, and its code is good for nothing")
    func providerDown() async throws {
        try await FactorGround.with { ground in
            let (factors, ana) = (ground.factors, FactorGround.ana)
            ground.texts.breakDown()
            #expect(await outcome { try await factors.beginPhone("+573001234567", in: .spanish, for: ana) } == "sms_not_sent")
            #expect(await outcome { try await factors.confirmPhone(of: ana, code: "123456") } == "factor_setup_over")
            ground.texts.breakDown(false)
            #expect(await outcome { try await factors.beginPhone("+573001234567", in: .spanish, for: ana) } == "too_many_codes 30")
        }
    }

    @Test("where nobody sends mail or messages, neither is offered")
    func nobodySends() async throws {
        try await FactorGround.with(sendsMail: false) { ground in
            let factors = SecondFactors(ground.host, relyingParty: FactorGround.party, sms: nil)
            let ana = FactorGround.ana
            let methods = try await factors.state(of: ana).methods
            #expect(methods.isEmpty)
            #expect(await outcome { try await factors.mailCode(to: try Self.address(), in: .spanish, for: ana) } == "factor_not_offered")
            #expect(await outcome { try await factors.beginMail(to: try Self.address(), in: .spanish, for: ana) } == "factor_not_offered")
            #expect(await outcome { try await factors.beginPhone("+573001234567", in: .spanish, for: ana) } == "factor_not_offered")
        }
    }

    @Test("codes end with the address that they went to")
    func ended() async throws {
        try await FactorGround.with { ground in
            let (factors, ana) = (ground.factors, FactorGround.ana)
            try await factors.mailCode(to: try Self.address(), in: .spanish, for: ana)
            let code = try await ground.mailedCode()
            try await ground.rows.write { tx in try FactorTables.endCodes(of: FactorGround.ana, tx) }
            #expect(await outcome { try await factors.verify(ana, .mail(code)) } == "second_factor_wrong")
        }
    }

    @Test("ten codes on paper, each good once, for one account, until new ones are made", arguments: EngineMatrix.all)
    func recovery(_ engine: EngineMatrix) async throws {
        try await FactorGround.with(engine) { ground in
            let (factors, ana) = (ground.factors, FactorGround.ana)
            let codes = try await factors.makeRecoveryCodes(for: ana).map { $0.withExposedText { $0 } }
            #expect(codes.count == 10 && Set(codes).count == 10)
            #expect(try await factors.state(of: ana).recoveryCodesLeft == 10)
            #expect(await outcome { try await factors.verify(FactorGround.ben, .recovery(codes[0])) } == "second_factor_wrong")
            let outcomes = await withTaskGroup(of: String.self) { group in
                for _ in 0..<4 { group.addTask { await outcome { try await factors.verify(ana, .recovery(codes[0].lowercased())) } } }
                return await group.reduce(into: [String]()) { $0.append($1) }
            }
            #expect(outcomes.filter { $0 == "ok" }.count == 1, "\(outcomes)")
            #expect(outcomes.filter { $0 == "second_factor_wrong" }.count == 3, "\(outcomes)")
            #expect(try await factors.verify(ana, .recovery(codes[1])) == .secondFactor)
            #expect(try await factors.state(of: ana).recoveryCodesLeft == 8)
            let fresh = try await factors.makeRecoveryCodes(for: ana).map { $0.withExposedText { $0 } }
            #expect(await outcome { try await factors.verify(ana, .recovery(codes[2])) } == "second_factor_wrong")
            #expect(await outcome { try await factors.verify(ana, .recovery(fresh[2])) } == "ok")
            #expect(try await factors.state(of: ana).recoveryCodesLeft == 9)
        }
    }
}
