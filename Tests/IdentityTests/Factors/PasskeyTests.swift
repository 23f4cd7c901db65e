import Access
import Base
import Factors
import Identity
import Store
import TestKit
import Testing

@Suite("Passkeys of an account", .timeLimit(.minutes(3)))
struct PasskeyTests {
    @Test("made, listed, renamed, used and removed; nothing of it stands in clear", arguments: EngineMatrix.all)
    func life(_ engine: EngineMatrix) async throws {
        try await FactorGround.with(engine) { ground in
            let (factors, ana) = (ground.factors, FactorGround.ana)
            var (phone, stick) = (SoftwareKey(.es256), SoftwareKey(.edDSA))
            (phone.isSynced, phone.isSelfAttesting) = (true, true)
            let first = try await ground.passkey(on: &phone, named: " Teléfono ")
            #expect(first.name == "Teléfono" && first.isBackedUp && first.usedAt == nil && !first.isSuspect)
            #expect(first.model == "ea9b8d66-4d01-1d21-3ce4-b6b48cb575d4")
            let second = try await ground.passkey(on: &stick, named: "Llave")
            ground.fixed.advance(by: .seconds(1))
            #expect(try await ground.signIn(with: &phone) == .passkey)
            try await factors.renamePasskey(second.id, to: "USB", of: ana)
            let list = try await factors.passkeys(of: ana)
            #expect(list.map(\.name) == ["Teléfono", "USB"] && list.map(\.id) == [first.id, second.id])
            #expect(list.map(\.usedAt) == [ground.fixed.world.now(), nil])
            #expect(try await ground.signIn(with: &stick) == .passkey)
            try await factors.removePasskey(first.id, of: ana)
            #expect(try await factors.state(of: ana).passkeys == 1)
            #expect(
                try await ground.told() == [
                    "added passkey", "added passkey", "used passkey", "renamed passkey", "used passkey", "removed passkey",
                ])
            let row = try await ground.rows.first("SELECT lookup, body FROM identity_passkeys") { row in
                (lookup: try row["lookup"] as String, body: try row["body"] as [UInt8])
            }
            let kept = try #require(row)
            #expect(kept.lookup != Base64URL.string(stick.id) && !String(decoding: kept.body, as: UTF8.self).contains("USB"))
        }
    }

    @Test("somebody nobody named is known by their passkey alone, and must have been verified", arguments: EngineMatrix.all)
    func discoverable(_ engine: EngineMatrix) async throws {
        try await FactorGround.with(engine) { ground in
            let (factors, ben) = (ground.factors, FactorGround.ben)
            var (one, other) = (SoftwareKey(.edDSA), SoftwareKey())
            try await ground.passkey(on: &one, for: FactorGround.ana)
            let passkey = try await ground.passkey(on: &other, for: ben)
            let begun = try await factors.beginSignIn()
            let signedIn = try await factors.finishSignIn(begun.id, response: try other.get(begun.options))
            #expect(signedIn.account == ben && signedIn.passkey == passkey.id && signedIn.isUserVerified)
            other.isVerifying = false
            let again = try await factors.beginSignIn()
            let refused = await outcome { try await factors.finishSignIn(again.id, response: try other.get(again.options)) }
            #expect(refused == "second_factor_wrong")
            #expect(try await ground.told(ben) == ["added passkey", "used passkey", "refused passkey"])
        }
    }

    @Test("behind a password a key that knows nobody is a second factor, and no more")
    func unverified() async throws {
        try await FactorGround.with { ground in
            var key = SoftwareKey()
            try await ground.passkey(on: &key)
            key.isVerifying = false
            #expect(try await ground.signIn(with: &key) == .secondFactor)
            let begun = try await ground.factors.beginPasskey(of: FactorGround.ben, name: "ben", displayName: "Ben")
            var other = SoftwareKey()
            other.isVerifying = false
            let answer = try other.create(begun.options)
            let refused = await outcome {
                try await ground.factors.finishPasskey(begun.id, response: answer, named: "x", of: FactorGround.ben)
            }
            #expect(refused == "passkey_refused", "none is made without knowing who is before it")
        }
    }

    @Test("a counter that does not grow ends the passkey, and is told as that", arguments: EngineMatrix.all)
    func clone(_ engine: EngineMatrix) async throws {
        try await FactorGround.with(engine) { ground in
            let (factors, ana) = (ground.factors, FactorGround.ana)
            var key = SoftwareKey()
            let passkey = try await ground.passkey(on: &key)
            var copy = key
            for _ in 0..<2 { #expect(try await ground.signIn(with: &key) == .passkey) }
            let cloned = await outcome { try await ground.signIn(with: &copy) }
            #expect(cloned == "passkey_possible_clone")
            #expect(try await factors.passkeys(of: ana).map(\.isSuspect) == [true])
            let state = try await factors.state(of: ana)
            #expect(state.passkeys == 0 && state.suspectPasskeys == 1 && state.isEnrolled && !state.methods.contains(.passkey))
            #expect(state.methods.isEmpty && state.asked == [.recovery], "a copied key does not open a weaker way")
            #expect(await outcome { try await ground.signIn(with: &key) } == "factor_not_offered")
            let begun = try await factors.beginSignIn()
            let answer = try key.get(begun.options)
            #expect(await outcome { try await factors.finishSignIn(begun.id, response: answer) } == "passkey_possible_clone")
            #expect(
                try await ground.told() == [
                    "added passkey", "used passkey", "used passkey", "possible_clone passkey", "possible_clone passkey",
                ])
            try await factors.removePasskey(passkey.id, of: ana)
            #expect(try await !factors.isEnrolled(ana))
        }
    }

    @Test("one that counts nothing signs in again and again; one that begins to count may not stop")
    func counters() async throws {
        try await FactorGround.with { ground in
            var key = SoftwareKey()
            key.count = nil
            try await ground.passkey(on: &key)
            for _ in 0..<3 { #expect(try await ground.signIn(with: &key) == .passkey) }
            key.count = 4_294_967_294
            #expect(try await ground.signIn(with: &key) == .passkey)
            key.count = nil
            #expect(await outcome { try await ground.signIn(with: &key) } == "passkey_possible_clone")
        }
    }

    @Test("of ten answers at once with the same counter one is let in", arguments: EngineMatrix.all)
    func atOnce(_ engine: EngineMatrix) async throws {
        try await FactorGround.with(engine) { ground in
            let factors = ground.factors
            var key = SoftwareKey()
            try await ground.passkey(on: &key)
            var answers: [SecondFactorAnswer] = []
            for _ in 0..<10 {
                var copy = key
                let begun = try await factors.beginSignIn(of: FactorGround.ana)
                answers.append(.passkey(begun.id, response: try copy.get(begun.options)))
            }
            let outcomes = await withTaskGroup(of: String.self) { group in
                for answer in answers { group.addTask { await outcome { try await factors.verify(FactorGround.ana, answer) } } }
                return await group.reduce(into: [String]()) { $0.append($1) }
            }
            #expect(outcomes.filter { $0 == "ok" }.count == 1, "\(outcomes)")
            #expect(outcomes.filter { $0 == "passkey_possible_clone" }.count == 9, "\(outcomes)")
        }
    }

    @Test("a ceremony is good once, for five minutes, for one account and for what it was begun for", arguments: EngineMatrix.all)
    func ceremonies(_ engine: EngineMatrix) async throws {
        try await FactorGround.with(engine) { ground in
            let (factors, ana, ben) = (ground.factors, FactorGround.ana, FactorGround.ben)
            var key = SoftwareKey()
            key.count = nil
            let begun = try await factors.beginPasskey(of: ana, name: "ana", displayName: "Ana")
            let made = try key.create(begun.options)
            func finish(_ account: Identifier) async -> String {
                await outcome { try await factors.finishPasskey(begun.id, response: made, named: "Mine", of: account) }
            }
            #expect(await finish(ben) == "factor_setup_over", "another account's")
            #expect(await finish(ana) == "ok")
            #expect(await finish(ana) == "factor_setup_over", "spent")

            let named = try await factors.beginSignIn(of: ana)
            let answer = try key.get(named.options)
            for account in [ben, nil] {
                let other = await outcome { try await factors.finishSignIn(named.id, response: answer, of: account) }
                #expect(other == "second_factor_wrong")
            }
            #expect(await outcome { try await factors.verify(ana, .passkey(named.id, response: answer)) } == "ok")
            #expect(await outcome { try await factors.verify(ana, .passkey(named.id, response: answer)) } == "second_factor_wrong")

            let spent = try await factors.beginSignIn(of: ana)
            let good = try key.get(spent.options)
            #expect(await outcome { try await factors.verify(ana, .passkey(spent.id, response: answer)) } == "second_factor_wrong")
            #expect(
                await outcome { try await factors.verify(ana, .passkey(spent.id, response: good)) } == "second_factor_wrong",
                "spent by a bad one")

            for wait in [PasskeyCeremony.life, PasskeyCeremony.life - .microseconds(1)] {
                let late = try await factors.beginSignIn(of: ana)
                let answer = try key.get(late.options)
                ground.fixed.advance(by: wait)
                let isOver = await outcome { try await factors.verify(ana, .passkey(late.id, response: answer)) } == "second_factor_wrong"
                #expect(isOver == (wait == PasskeyCeremony.life))
            }
            _ = try await factors.beginSignIn()
            ground.fixed.advance(by: PasskeyCeremony.life)
            _ = try await factors.beginSignIn()
            let left = try await ground.rows.first("SELECT count(*) AS many FROM identity_ceremonies") { try $0["many"] as Int }
            #expect(left == 1, "those that nobody answered are cleared away")
        }
    }

    @Test("a credential belongs to one account, and an authenticator makes no second one for it", arguments: EngineMatrix.all)
    func unique(_ engine: EngineMatrix) async throws {
        try await FactorGround.with(engine) { ground in
            var key = SoftwareKey()
            try await ground.passkey(on: &key)
            await #expect(throws: InvalidState.self) { try await ground.passkey(on: &key) }
            var stolen = key
            #expect(await outcome { try await ground.passkey(on: &stolen, for: FactorGround.ben) } == "passkey_known")
            #expect(try await ground.factors.passkeys(of: FactorGround.ben).isEmpty)
            #expect(try await ground.signIn(with: &key) == .passkey)
        }
    }

    @Test("pages of others, other keys, other people's names and messages that are none are refused alike")
    func refused() async throws {
        try await FactorGround.with { ground in
            let (factors, ana) = (ground.factors, FactorGround.ana)
            var (mine, theirs) = (SoftwareKey(), SoftwareKey())
            try await ground.passkey(on: &mine)
            try await ground.passkey(on: &theirs, for: FactorGround.ben)
            mine.origin = "https://clinica.example.evil.test"
            #expect(await outcome { try await ground.signIn(with: &mine) } == "second_factor_wrong")
            mine.origin = "https://clinica.example"
            let begun = try await factors.beginSignIn(of: ana)
            let open = try await factors.beginSignIn()
            let answer = SecondFactorAnswer.passkey(begun.id, response: try theirs.get(open.options))
            #expect(await outcome { try await factors.verify(ana, answer) } == "second_factor_wrong")
            for text in ["{}", "null", #"{"type":"public-key","id":"AA","rawId":"AA","response":{}}"#] {
                let begun = try await factors.beginSignIn(of: ana)
                let answer = SecondFactorAnswer.passkey(begun.id, response: try JSON.parse(Array(text.utf8)))
                #expect(await outcome { try await factors.verify(ana, answer) } == "second_factor_wrong")
                let making = try await factors.beginPasskey(of: ana, name: "ana", displayName: "Ana")
                let made = await outcome {
                    try await factors.finishPasskey(making.id, response: try JSON.parse(Array(text.utf8)), named: "x", of: ana)
                }
                #expect(made == "passkey_refused")
            }
            #expect(await outcome { try await factors.beginSignIn(of: "nobody") } == "factor_not_offered")
        }
    }

    @Test("names are one line of 1 to 60 characters; there are twenty passkeys at most")
    func bounds() async throws {
        try await FactorGround.with { ground in
            let (factors, ana) = (ground.factors, FactorGround.ana)
            var ids: [ID<Passkey>] = []
            for _ in 0..<Passkey.mostOfAccount {
                var key = SoftwareKey(.edDSA)
                ids.append(try await ground.passkey(on: &key).id)
            }
            var more = SoftwareKey()
            #expect(await outcome { try await ground.passkey(on: &more) } == "too_many_passkeys")
            for name in ["", "  ", "a\nb", "a\u{2028}b", String(repeating: "a", count: 61)] {
                #expect(await outcome { try await factors.renamePasskey(ids[0], to: name, of: ana) } == "passkey_name", "\(name)")
            }
            #expect(await outcome { try await factors.renamePasskey(ids[0], to: "x", of: FactorGround.ben) } == "factor_not_found")
            #expect(await outcome { try await factors.removePasskey(ids[0], of: FactorGround.ben) } == "factor_not_found")
            #expect(try await factors.passkeys(of: ana).count == Passkey.mostOfAccount)
        }
    }
}
