import Access
import Base
import Factors
import Identity
import Runtime
import Store
import TestKit
import Testing
import Web

/// What is shown between the password and the second factor.
@Suite("A sign-in that waits for its second factor", .timeLimit(.minutes(3)))
struct PendingSignInTests {
    private static let other = "otra-clave-de-montes-9"

    /// Somebody with an app, whose password was right a moment ago.
    private func begun(_ house: FactorHouse, _ address: String = FactorHouse.ana) async throws -> (pending: String, app: TimeCode) {
        try await house.person(address)
        let app = try await house.app(as: await house.login(address).token)
        let asked = await house.login(address)
        try #require(asked.pending.hasPrefix("zp1.") && asked.token.isEmpty, "\(asked.brief)")
        return (asked.pending, app)
    }

    @Test("with any bit turned it is over, at every route and page that takes it")
    func altered() async throws {
        try await FactorHouse.with { house in
            let (pending, app) = try await begun(house)
            for index in pending.utf8.indices.map({ pending.utf8.distance(from: pending.startIndex, to: $0) }) {
                for bit in 0..<7 {
                    var bytes = Array(pending.utf8)
                    bytes[index] ^= 1 << bit
                    let forged = String(decoding: bytes, as: UTF8.self)
                    let answer = await house.verify(forged, "totp", house.now(app))
                    let isRefused = answer.brief == "401 session_over" || bytes[index] < 0x20 && answer.status == 422
                    #expect(isRefused, "byte \(index), bit \(bit): \(answer.brief)")
                    guard bit == 0 else { continue }
                    #expect(await house.ask("mfa.send", ["pending": forged, "method": "mail"]).brief == "401 session_over")
                    #expect(await house.ask("mfa.passkey_options", ["pending": forged]).brief == "401 session_over")
                    let form = ["method": "totp", "code": house.now(app)]
                    let page = await house.ask("sign_in.second_submit", form: form, cookies: ["pending": forged])
                    #expect(page.location == "/sign-in" && page.cookies()[SessionCookie.secureName] == nil)
                }
            }
            #expect(await house.verify(pending, "totp", house.now(app)).status == 200, "and nothing of this ended it")
        }
    }

    @Test("what was never one is over, and one is nothing else")
    func others() async throws {
        try await FactorHouse.with { house in
            let (pending, app) = try await begun(house)
            let session = await house.verify(pending, "totp", house.now(app))
            let parts = pending.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
            var odd = [
                "zp1", "zp1......", "......", "zp2." + parts.dropFirst().joined(separator: "."), pending + ".", pending + "=",
                "." + pending,
            ]
            odd += [
                pending.uppercased(), String(repeating: ".", count: 399), String(repeating: "a", count: 400), "ñandú",
                session.text("refresh_token"),
            ]
            odd += (0..<parts.count).map { gap in parts.enumerated().map { $0.offset == gap ? "" : $0.element }.joined(separator: ".") }
            odd += (0..<parts.count).map { gap in parts.enumerated().filter { $0.offset != gap }.map(\.element).joined(separator: ".") }
            for text in odd where text != pending {
                #expect(await house.verify(text, "totp", "123456").brief == "401 session_over", "\(text)")
            }
            #expect(await house.verify(String(repeating: "a", count: 60_000), "totp", "123456").faults.first?.hasPrefix("/pending") == true)
            #expect(await house.ask("auth.refresh", ["refresh_token": pending]).brief == "401 session_over")
            #expect(await house.ask("auth.device_token", ["credential": pending]).brief == "401 session_over")
            #expect(await house.ask("auth.me", as: pending).status == 401)
            #expect(await house.ask("auth.me", cookies: [SessionCookie.secureName: pending]).status == 401)
        }
    }

    @Test("is good for ten minutes less a moment", arguments: EngineMatrix.both)
    func late(_ engine: EngineMatrix) async throws {
        try await FactorHouse.with(engine) { house in
            let (pending, app) = try await begun(house)
            house.fixed.advance(by: .seconds(600) - .milliseconds(1))
            #expect(await house.verify(pending, "totp", house.now(app)).status == 200)
            let next = await house.login().pending
            house.fixed.advance(by: .seconds(600))
            #expect(await house.verify(next, "totp", house.now(app)).brief == "401 session_over")
        }
    }

    @Test("somebody else's takes only their code, and mine only mine", arguments: EngineMatrix.both)
    func foreign(_ engine: EngineMatrix) async throws {
        try await FactorHouse.with(engine) { house in
            let (hers, herApp) = try await begun(house)
            let (his, hisApp) = try await begun(house, "ben@example.org")
            #expect(await house.verify(hers, "totp", house.now(hisApp)).brief == "401 second_factor_wrong")
            #expect(await house.verify(his, "totp", house.now(herApp)).brief == "401 second_factor_wrong")
            // His name in hers, under her signature.
            var parts = hers.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
            parts[1] = his.split(separator: ".").map(String.init)[1]
            #expect(await house.verify(parts.joined(separator: "."), "totp", house.now(hisApp)).brief == "401 session_over")
            let (ana, ben) = (
                await house.verify(hers, "totp", house.now(herApp)), await house.verify(his, "totp", house.now(hisApp))
            )
            #expect(ana.status == 200 && ben.status == 200 && ana.text("account") != ben.text("account"))
        }
    }

    @Test("a new password ends it, by link or by whoever is in, even where it is the same again", arguments: EngineMatrix.both)
    func newPassword(_ engine: EngineMatrix) async throws {
        try await FactorHouse.with(engine) { house in
            let (first, app) = try await begun(house)
            let session = await house.verify(first, "totp", house.now(app))
            for way in ["reset", "same", "change"] {
                house.fixed.advance(by: .seconds(60))
                let password = way == "change" ? Self.other : FactorHouse.password
                let pending = await house.login().pending
                try #require(!pending.isEmpty, "\(way)")
                if way == "change" {
                    let token = await house.verify(await house.login().pending, "totp", house.now(app)).token
                    house.fixed.advance(by: .seconds(60))
                    let change = ["password": FactorHouse.password, "new_password": password]
                    #expect(await house.ask("auth.password", change, as: token).status == 204)
                } else {
                    let link = try await AdminDesk(house.parts).reset(try MailAddress(FactorHouse.ana))
                    let code = String(link.split(separator: "=").last ?? "")
                    #expect(await house.ask("auth.reset", ["code": code, "password": password]).status == 204)
                }
                #expect(await house.verify(pending, "totp", house.now(app)).brief == "401 session_over", "\(way)")
                #expect(await house.ask("mfa.send", ["pending": pending, "method": "mail"]).brief == "401 session_over", "\(way)")
                #expect(await house.ask("mfa.passkey_options", ["pending": pending]).brief == "401 session_over", "\(way)")
                let page = await house.ask("sign_in.second_page", cookies: ["pending": pending])
                #expect(page.location == "/sign-in", "\(way)")
            }
            #expect(await house.ask("auth.refresh", ["refresh_token": session.text("refresh_token")]).brief == "401 session_over")
        }
    }

    @Test("closing the account ends it for good, and opening the account again does not bring it back")
    func closed() async throws {
        try await FactorHouse.with { house in
            let (pending, app) = try await begun(house)
            let (desk, address) = (AdminDesk(house.parts), try MailAddress(FactorHouse.ana))
            try await desk.setDisabled(true, address)
            #expect(await house.verify(pending, "totp", house.now(app)).brief == "401 session_over")
            try await desk.setDisabled(false, address)
            #expect(await house.verify(pending, "totp", house.now(app)).brief == "401 session_over")
            #expect(await house.verify(await house.login().pending, "totp", house.now(app)).status == 200)
        }
    }
}
