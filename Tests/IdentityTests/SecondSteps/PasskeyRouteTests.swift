import Access
import Base
import Factors
import Identity
import Store
import TestKit
import Testing

@Suite("Passkeys over HTTP", .timeLimit(.minutes(3)))
struct PasskeyRouteTests {
    /// Asks for any passkey, answers, and sends it with the cookies of the browser that asked.
    private func signIn(
        _ house: FactorHouse, with key: inout SoftwareKey, cookies: [String: String]? = nil
    ) async throws -> FactorHouse.Answer {
        let begun = await house.ask("passkeys.options")
        let credential = try key.get(try FactorHouse.options(begun))
        return await house.ask(
            "passkeys.sign_in", ["ceremony": begun.text("ceremony"), "credential": FactorHouse.object(credential)],
            cookies: cookies ?? begun.cookies())
    }

    @Test("alone, nobody being named; and behind a password", arguments: EngineMatrix.all)
    func both(_ engine: EngineMatrix) async throws {
        try await FactorHouse.with(engine) { house in
            try await house.person()
            var key = SoftwareKey(.edDSA)
            let id = try await house.passkey(on: &key, as: await house.login().token)
            let entered = try await signIn(house, with: &key)
            #expect(entered.status == 200 && entered.text("assurance") == "passkey" && entered.text("organisation") == "clinic")
            #expect(await house.ask("mfa.passkeys.read", as: entered.token, id: id).text("name") == "Phone")
            let asked = await house.login()
            #expect(asked.json?["methods"]?.array == [.string("passkey")])
            let begun = await house.ask("mfa.passkey_options", ["pending": asked.pending])
            // Behind a password one that only proves that somebody is there will do, and is no more than a second factor.
            key.isVerifying = false
            let members: [String: Any] = [
                "pending": asked.pending, "method": "passkey", "ceremony": begun.text("ceremony"),
                "credential": FactorHouse.object(try key.get(try FactorHouse.options(begun))),
            ]
            #expect(await house.ask("mfa.verify", members).text("assurance") == "secondFactor")
            #expect(await house.ask("mfa.verify", members).brief == "401 second_factor_wrong")
            // Alone it will not.
            #expect(try await signIn(house, with: &key).brief == "401 second_factor_wrong")
        }
    }

    @Test("only the browser that began finishes")
    func tied() async throws {
        try await FactorHouse.with { house in
            try await house.person()
            var key = SoftwareKey()
            _ = try await house.passkey(on: &key, as: await house.login().token)
            let others = await house.ask("passkeys.options").cookies()
            #expect(others.keys.sorted() == ["__Host-passkey"])
            #expect(try await signIn(house, with: &key, cookies: [:]).brief == "401 second_factor_wrong")
            #expect(try await signIn(house, with: &key, cookies: others).brief == "401 second_factor_wrong")
            #expect(try await signIn(house, with: &key, cookies: ["__Host-passkey": "x"]).brief == "401 second_factor_wrong")
            #expect(try await signIn(house, with: &key).status == 200)
        }
    }

    @Test("a counter that did not grow ends the passkey, and its owner hears of it once", arguments: EngineMatrix.all)
    func clone(_ engine: EngineMatrix) async throws {
        try await FactorHouse.with(engine) { house in
            try await house.person()
            var key = SoftwareKey()
            key.count = 7
            let token = await house.login().token
            let id = try await house.passkey(on: &key, as: token)
            #expect(try await signIn(house, with: &key).status == 200)
            _ = try await house.mailed()
            key.count = 3
            #expect(try await signIn(house, with: &key).brief == "401 passkey_possible_clone")
            key.count = 40
            #expect(try await signIn(house, with: &key).brief == "401 passkey_possible_clone")
            #expect(try await house.mailed() == ["There may be a copy of your passkey"])
            #expect(await house.ask("mfa.passkeys.read", as: token, id: id).json?["is_suspect"]?.bool == true)
            // It still counts: a password alone does not let in.
            #expect(!(await house.login()).pending.isEmpty)
            #expect(await house.ask("mfa.passkeys.remove", as: token, id: id).status == 204)
            #expect(!(await house.login()).token.isEmpty)
        }
    }

    @Test("another account's passkey is as one that is not there")
    func others() async throws {
        try await FactorHouse.with { house in
            try await house.person()
            try await house.person("ben@example.org")
            var key = SoftwareKey()
            let ana = await house.login().token
            let id = try await house.passkey(on: &key, as: ana)
            let ben = await house.login("ben@example.org").token
            for id in [id, FactorGround.ana.text] {
                #expect(await house.ask("mfa.passkeys.read", as: ben, id: id).brief == "404 factor_not_found")
                #expect(await house.ask("mfa.passkeys.rename", ["name": "Mine"], as: ben, id: id).brief == "404 factor_not_found")
                #expect(await house.ask("mfa.passkeys.remove", as: ben, id: id).brief == "404 factor_not_found")
                #expect(
                    await house.ask("factor.passkey_remove", as: ben, id: id, form: [:]).brief == "404 factor_not_found")
            }
            // Nor is what the one began finished by the other, nor a credential taken in twice.
            let begun = await house.ask("mfa.passkeys.options", as: ben)
            let credential = FactorHouse.object(try key.create(try FactorHouse.options(begun)))
            let members: [String: Any] = ["name": "Twice", "ceremony": begun.text("ceremony"), "credential": credential]
            #expect(await house.ask("mfa.passkeys.create", members, as: ana).brief == "422 factor_setup_over")
            #expect(await house.ask("mfa.passkeys.create", members, as: ben).brief == "409 passkey_known")
            #expect(await house.ask("mfa.passkeys.create", members, as: ben).brief == "422 factor_setup_over")
        }
    }

    @Test("its name is a line of up to 60 characters")
    func names() async throws {
        try await FactorHouse.with { house in
            try await house.person()
            var key = SoftwareKey()
            let token = await house.login().token
            let id = try await house.passkey(on: &key, as: token)
            for name in [" ", String(repeating: "x", count: 61), "a\nb"] {
                #expect(await house.ask("mfa.passkeys.rename", ["name": name], as: token, id: id).brief == "422 passkey_name", "\(name)")
            }
            #expect(await house.ask("mfa.passkeys.rename", ["name": "Llave USB"], as: token, id: id).status == 204)
            #expect(await house.ask("mfa.read", as: token).json?["passkeys"]?[0]?["name"]?.string == "Llave USB")
        }
    }
}
