import Access
import Base
import Factors
import FeatureKit
import Foundation
import Identity
import Privacy
import Runtime
import Store
import TestKit
import Testing
import Web

/// A day in the life of an installation, and then the whole database, read by a thief.
@Suite("What stands in clear", .timeLimit(.minutes(3)))
struct InClearTests {
    private static let mark = "Hospital marcado 8f2c71"
    private static let words = "Xochitl Huanca no responde; su hija autoriza por telefono."

    @Test("no address, name, number, password, token, secret or code stands in any table", arguments: EngineMatrix.both)
    func nothing(_ engine: EngineMatrix) async throws {
        try await FactorHouse.with(engine, beside: [PrivacyFeature.manifest]) { house in
            var secrets: [String: String] = [:]
            try await accounts(house, &secrets)
            try await factors(house, &secrets)
            try await care(house, &secrets)
            for (name, secret) in secrets { try #require(secret.utf8.count >= 6, "\(name) is too short to be looked for: \(secret)") }
            #expect(secrets.count >= 40)
            let dump = try await Dump(engine, house.host.database)
            #expect(Traces(secrets).found(in: dump.bytes).sorted() == [])
            // What is there in clear is found, so that the search says something.
            let there = ["a role": "organisation_admin", "a program": Self.mark, "a policy": "second_factor_roles"]
            #expect(Traces(there).found(in: dump.bytes).isSuperset(of: ["a role", "a program"]))
        }
    }

    /// Registering, signing in, forgetting, inviting, programs, devices.
    private func accounts(_ house: FactorHouse, _ secrets: inout [String: String]) async throws {
        try await house.person("chief.admin@example.org", ["organisation_admin", "physician"])
        secrets["the administrator's address"] = "chief.admin@example.org"
        secrets["the administrator's name"] = "Ana Molina"
        secrets["a password"] = FactorHouse.password
        var admin = await house.login("chief.admin@example.org")
        let policy: [String: Any] = ["second_factor_roles": [String](), "registration": "patient"]
        try #require(await house.ask("policy.set", policy, as: admin.token).status == 204)
        house.fixed.advance(by: .seconds(1))
        admin = await house.login("chief.admin@example.org")
        keep(admin, "administrator", &secrets)

        let eva: [String: Any] = [
            "email": "Eva.Quispe@example.org", "name": "Evangelina Quispe", "password": "clave-primera-de-eva", "organisation": "clinic",
        ]
        try #require(await house.ask("auth.register", eva).status == 202)
        let confirmation = try await link(house)
        secrets.merge(
            [
                "eva's address": "Eva.Quispe@example.org", "eva's name": "Evangelina Quispe", "eva's password": "clave-primera-de-eva",
                "a confirmation": confirmation, "a wrong password": "clave-que-no-es-de-nadie",
            ]
        ) { $1 }
        for address in ["eva.quispe@example.org", "desconocida@example.org"] {
            _ = await house.ask("auth.login", ["email": address, "password": "clave-que-no-es-de-nadie"])
        }
        secrets["an address of nobody's"] = "desconocida@example.org"
        let confirmed = await house.ask("auth.confirm", ["code": confirmation, "password": "clave-primera-de-eva"])
        try #require(confirmed.status == 204, "\(confirmed.brief)")
        try #require(await house.ask("auth.forgot", ["email": "eva.quispe@example.org"]).status == 202)
        let reset = try await link(house)
        (secrets["a reset"], secrets["eva's next password"]) = (reset, "clave-segunda-de-eva")
        try #require(await house.ask("auth.reset", ["code": reset, "password": "clave-segunda-de-eva"]).status == 204)
        // Waits to be sent.
        try #require(await house.ask("auth.forgot", ["email": "chief.admin@example.org"]).status == 202)

        let invited = await house.ask(
            "invitation.create", ["email": "nuria.invitada@example.org", "roles": ["therapist"]], as: admin.token)
        try #require(invited.status == 201, "\(invited.brief)")
        let invitation = try await link(house)
        let taken = await house.ask(
            "auth.accept_invitation", ["code": invitation, "name": "Nuria Ferrer", "password": "tres-tortugas-suben-27"])
        try #require(taken.status == 204, "\(taken.brief)")
        let waiting = await house.ask("invitation.create", ["email": "tarda.mucho@example.org", "roles": ["therapist"]], as: admin.token)
        try #require(waiting.status == 201)
        secrets.merge(
            [
                "an invited address": "nuria.invitada@example.org", "an invitation": invitation, "an invited name": "Nuria Ferrer",
                "an invited password": "tres-tortugas-suben-27", "an address that waits": "tarda.mucho@example.org",
            ]
        ) { $1 }
        let program = await house.ask("client.create", ["name": Self.mark, "roles": ["therapist"]], as: admin.token)
        secrets["a program's secret"] = program.text("client_secret")
        try #require(program.status == 201)
        let device = await house.ask("auth.make_device", ["name": "Tableta de Evangelina"], as: admin.token)
        secrets["a device's credential"] = device.text("credential")
        secrets["a device's name"] = "Tableta de Evangelina"
        keep(await house.ask("auth.device_token", ["credential": device.text("credential")]), "device", &secrets)
        try #require(await house.ask("auth.change_me", ["name": "Capitana Renombrada"], as: admin.token).status == 204)
        secrets["a new name"] = "Capitana Renombrada"
        secrets["where they came from"] = "203.0.113.7"
        secrets["their browser"] = "Firefox/140.0"
    }

    /// All second factors, and signing in by them.
    private func factors(_ house: FactorHouse, _ secrets: inout [String: String]) async throws {
        try await house.person()
        secrets["an address"] = FactorHouse.ana
        let token = await house.login().token
        let begun = await house.ask("mfa.totp.begin", as: token)
        let typed = begun.text("secret").filter { !$0.isWhitespace }
        let app = try FactorHouse.app(typed: typed)
        secrets["an app's secret, typed"] = typed
        secrets["an app's address"] = begun.text("otpauth_url")
        try #require(await house.ask("mfa.totp.confirm", ["code": house.now(app)], as: token).status == 204)
        try #require(await house.ask("mfa.phone.begin", ["number": "+57 300 123 4567"], as: token).status == 202)
        try #require(await house.ask("mfa.phone.confirm", ["code": try house.texts.code()], as: token).status == 204)
        (secrets["a number"], secrets["a number as it was typed"]) = ("3001234567", "300 123 4567")
        var key = SoftwareKey()
        _ = try await house.passkey(on: &key, as: token, named: "Llave de mi marido")
        secrets["a passkey's name"] = "Llave de mi marido"
        secrets["a passkey's id"] = Base64URL.string(key.id)
        let codes = await house.ask("mfa.recovery_codes", as: token).json?["codes"]?.array?.compactMap(\.string) ?? []
        try #require(codes.count == 10)
        for (number, code) in codes.enumerated() {
            secrets["code \(number) on paper"] = code
            secrets["code \(number) on paper, as it is read"] = code.filter { $0 != "-" }
        }
        house.fixed.advance(by: .seconds(60))
        let asked = await house.login()
        secrets["a sign-in that waits"] = asked.pending
        keep(await house.verify(asked.pending, "totp", house.now(app)), "second step", &secrets)
        keep(await house.verify(await house.login().pending, "recovery", codes[0]), "step on paper", &secrets)
        _ = await house.verify(await house.login().pending, "totp", "000000")
        let page = await house.ask("sign_in.submit", form: ["email": "eva.quispe@example.org", "password": "clave-segunda-de-eva"])
        let cookies = page.cookies()
        let (session, device) = (try #require(cookies[SessionCookie.secureName]), try #require(cookies["device"]))
        (secrets["a cookie"], secrets["a device's cookie"]) = (session, device)
        try #require(await house.ask("passkeys.options").status == 200)
    }

    /// Consents, access in an emergency, relations, asking for one's data.
    private func care(_ house: FactorHouse, _ secrets: inout [String: String]) async throws {
        let records = KnownRecords(
            kinds: { IdentityFeature.manifest.kinds + PrivacyFeature.manifest.kinds },
            checkpoint: { throw Failure(.unavailable, "no_checkpoint", Text(verbatim: "none here")) })
        let privacy = PrivacyFeature(house.host, PrivacyPorts(records: records))
        let eva = await house.ask("auth.login", ["email": "eva.quispe@example.org", "password": "clave-segunda-de-eva"])
        keep(eva, "patient", &secrets)
        let patient = try Identifier(eva.text("account"))
        let own = house.ground.standing(patient, ["patient"])
        for purpose in ConsentPurposeWord.allCases {
            _ = try await privacy.consents.give(purpose, textVersion: purpose.text.version, of: patient, by: own)
        }
        try await privacy.consents.withdraw(ConsentPurposeWord.allCases[0], of: patient, by: own)
        let physician = house.ground.standing("physician-7", ["physician"])
        let taken = try await privacy.emergencies.take(of: patient, .danger, Self.words, by: physician)
        let reviewer = house.ground.standing("reviewer-7", ["organisation_admin"])
        _ = try await privacy.emergencies.review(taken.id, isJustified: false, "La senora Huanca no lo pidio.", by: reviewer)
        secrets["words of an emergency"] = Self.words
        secrets["a name in an emergency"] = "Xochitl Huanca"
        secrets["words of a review"] = "senora Huanca"
    }

    private func keep(_ answer: FactorHouse.Answer, _ name: String, _ secrets: inout [String: String]) {
        secrets["an access token, \(name)"] = answer.token
        let refresh = answer.text("refresh_token")
        if !refresh.isEmpty { secrets["a refresh token, \(name)"] = refresh }
        // Neither do the parts that make them good.
        secrets["a token's signature, \(name)"] = String(answer.token.split(separator: ".").last ?? "")
    }

    /// The code of the newest mail's link.
    private func link(_ house: FactorHouse) async throws -> String {
        _ = try await house.mailed()
        let text = try #require(house.mailer.sent.last?.text)
        let rest = try #require(text.range(of: "?code=")).upperBound
        return String(text[rest...].prefix { !$0.isWhitespace })
    }
}
