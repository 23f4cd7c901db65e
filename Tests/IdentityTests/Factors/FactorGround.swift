import Access
import Base
import Factors
import FeatureKit
import Foundation
import Identity
import Keys
import Runtime
import Store
import Synchronization
import TestKit
import Testing
import Web

/// Accounts with second factors on a fresh database, in a world whose time stands.
struct FactorGround: Sendable {
    let ground: FeatureGround
    let fixed: FixedWorld
    let host: FeatureHost
    let texts: TextMessages
    let mailer: MemoryMailer
    let sending: MailSending

    static let ana: Identifier = "0190a3c0-0000-7000-8000-00000000000a"
    static let ben: Identifier = "0190a3c0-0000-7000-8000-00000000000b"
    static let party = RelyingParty(id: "clinica.example", name: "Clínica", origins: ["https://clinica.example"])

    private static let manifest = Manifest(
        "identity_factors_test", Text(verbatim: "x"), purpose: Text(verbatim: "x"), tables: FactorTables.names,
        migrations: [Migration(1, "second factors") { FactorTables.creation($0) }])

    static func with(
        _ engine: EngineMatrix = .sqlite, sendsMail: Bool = true, _ body: (FactorGround) async throws -> Void
    ) async throws {
        let fixed = FixedWorld(seed: 3)
        try await FeatureGround.with(engine, [manifest], world: fixed.world) { ground in
            try await ground.host.keyring.establish(IdentityFeature.organisation.text)
            let environment = sendsMail ? ["ZANCADA_MAIL_SERVER": "smtps://mail.example.org"] : [:]
            let host = FeatureHost(
                database: ground.host.database, keyring: ground.host.keyring, store: ground.host.store, roles: ground.host.roles,
                settings: try Config(MailSettings.declared, environment: environment), log: ground.host.log, world: fixed.world)
            let mailer = MemoryMailer()
            try await body(
                FactorGround(
                    ground: ground, fixed: fixed, host: host, texts: TextMessages(), mailer: mailer,
                    sending: MailSending(host, mailer.mailer)))
        }
    }

    var factors: SecondFactors { SecondFactors(host, relyingParty: Self.party, sms: texts.sender) }
    var rows: Database { host.database.within(organisation: IdentityFeature.organisation.text) }

    /// What was told in the journal, in order, as `used totp`, opened by the account's key.
    func told(_ account: Identifier = ana) async throws -> [String] {
        let organisation = IdentityFeature.organisation.text
        guard let keys = try await host.keyring.keys(of: account.text, in: organisation) else { return [] }
        let entries = try await rows.rows(
            """
            SELECT verb, record, actor, body FROM journal_entries
            WHERE tenant = \(organisation) AND kind = 'factor' AND sealing_subject = \(account) ORDER BY entry
            """
        ) { row in
            (
                verb: try row["verb"] as String, record: try row["record"] as String, actor: try row["actor"] as String,
                body: try row["body"] as [UInt8]
            )
        }
        return try entries.map { entry in
            let context = EntryContext(tenant: organisation, kind: "factor", record: entry.record, version: 1)
            let json = try JSON.parse(try keys.open(entry.body, as: context))
            let by = entry.actor == account.text ? "" : " by \(entry.actor)"
            return "\(json["event"]?.string ?? "?") \(json["method"]?.string ?? "?")\(by)"
        }
    }

    func count(_ table: String, of account: Identifier = ana, by column: String = "account") async throws -> Int {
        try await rows.first("SELECT count(*) AS many FROM \(name: table) WHERE \(name: column) = \(account)") { try $0["many"] } ?? -1
    }

    /// The code of the newest mail, sent on the way.
    func mailedCode() async throws -> String {
        try await ground.perform(sending.jobs)
        return try Self.code(in: try #require(mailer.sent.last?.text))
    }

    /// The first six digits of a message.
    static func code(in text: String) throws -> String {
        let words = text.split { !$0.isNumber }.map(String.init)
        return try #require(words.first(where: { $0.count == 6 }))
    }

    /// Another code than this one.
    static func other(_ code: String) -> String { code.hasPrefix("0") ? "1" + code.dropFirst() : "0" + code.dropFirst() }

    /// An app that was confirmed, a whole step ago.
    func authenticator(for account: Identifier = ana) async throws -> TimeCode {
        let setup = try await factors.beginAuthenticator(of: account, named: "ana@example.org")
        let app = try Self.app(setup)
        try await factors.confirmAuthenticator(of: account, code: app.code(step: app.step(at: fixed.world.now())))
        fixed.advance(by: .seconds(60))
        return app
    }

    /// What an app makes of the text that its owner typed (RFC 4648, section 6).
    static func app(_ setup: AuthenticatorSetup) throws -> TimeCode {
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567")
        var (bits, count): (UInt32, Int) = (0, 0)
        var bytes: [UInt8] = []
        for character in setup.secretText.withExposedText({ $0 }) {
            bits = bits << 5 | UInt32(try #require(alphabet.firstIndex(of: character)))
            count += 5
            if count >= 8 {
                count -= 8
                bytes.append(UInt8(truncatingIfNeeded: bits >> UInt32(count)))
            }
        }
        return TimeCode(Secret(bytes))
    }

    /// Destroys an account's keys.
    func erase(_ account: Identifier) async throws {
        try await Erasures(host.keyring).erase(account.text, in: IdentityFeature.organisation.text)
    }

    /// A passkey that was made on `key`.
    @discardableResult
    func passkey(on key: inout SoftwareKey, named name: String = "Mine", for account: Identifier = ana) async throws -> Passkey {
        let begun = try await factors.beginPasskey(of: account, name: "ana@example.org", displayName: "Ana")
        return try await factors.finishPasskey(begun.id, response: try key.create(begun.options), named: name, of: account)
    }

    /// Signs in as somebody whose password was checked.
    func signIn(with key: inout SoftwareKey, as account: Identifier = ana) async throws -> Caller.Assurance {
        let begun = try await factors.beginSignIn(of: account)
        return try await factors.verify(account, .passkey(begun.id, response: try key.get(begun.options)))
    }

    func now(_ app: TimeCode) -> String { app.code(step: app.step(at: fixed.world.now())) }

    /// A code that no step of the window has.
    func wrong(_ app: TimeCode) -> String {
        let step = app.step(at: fixed.world.now())
        let good = Set((step - 1...step + 1).map { app.code(step: $0) })
        return ["000000", "111111", "222222", "333333"].first { !good.contains($0) } ?? "444444"
    }
}

/// Text messages that were sent.
final class TextMessages: Sendable {
    private let state = Mutex((sent: [(number: String, text: String)](), isDown: false))

    var sent: [(number: String, text: String)] { state.withLock { $0.sent } }
    func breakDown(_ isDown: Bool = true) { state.withLock { $0.isDown = isDown } }

    var sender: SMSSender {
        SMSSender { [self] number, text in
            let isDown = state.withLock { state in
                if !state.isDown { state.sent.append((number.text, text)) }
                return state.isDown
            }
            if isDown { throw Failure(.unavailable, "sms_down", Text(verbatim: "down")) }
        }
    }

    func code() throws -> String { try FactorGround.code(in: try #require(sent.last?.text)) }
}

/// What came of a call: a code, `ok`, or `too_many_tries 60` with the seconds to wait.
func outcome(_ body: () async throws -> some Any) async -> String {
    do {
        _ = try await body()
        return "ok"
    } catch let failure as Failure {
        return failure.code
    } catch let problem as Problem {
        return "\(problem.code) \(Int((problem.retryAfter ?? .zero) / .seconds(1)))"
    } catch {
        return "\(error)"
    }
}
