import Access
import Base
import Factors
import FeatureKit
import Foundation
import HTTPTypes
import Identity
import Keys
import Passwords
import Records
import Runtime
import Store
import TestKit
import Testing
import Web

/// Identity with its second factors on a fresh database, in a world whose time stands; asked by its routes and its pages.
struct FactorHouse: Sendable {
    let ground: FeatureGround
    let host: FeatureHost
    let fixed: FixedWorld
    let feature: IdentityFeature
    let door: Authenticator
    let texts: TextMessages
    let mailer: MemoryMailer

    var parts: IdentityParts { feature.parts }

    static let place = "https://clinica.example"
    static let password = "viento-norte-27-lagos"
    static let ana = "ana@example.org"

    static func with(
        _ engine: EngineMatrix = .sqlite, sendsMail: Bool = true, sendsTexts: Bool = true, beside others: [Manifest] = [],
        _ body: (FactorHouse) async throws -> Void
    ) async throws {
        let fixed = FixedWorld(seed: 23)
        try await FeatureGround.with(engine, [IdentityFeature.manifest] + others, world: fixed.world) { ground in
            let environment = sendsMail ? ["ZANCADA_MAIL_SERVER": "smtps://mail.example.org"] : [:]
            let host = FeatureHost(
                database: ground.host.database, keyring: ground.host.keyring, store: ground.host.store, roles: ground.host.roles,
                settings: try Config(
                    MailSettings.declared + ([IdentityFeature.manifest] + others).flatMap(\.settings), environment: environment),
                log: ground.host.log, world: fixed.world)
            let terms = TokenTerms(issuer: place, audience: "zancada")
            let keys = TokenKeys(in: host.keyring.folder, random: fixed.world.random)
            _ = try await keys.signing(at: fixed.world.now())
            let texts = TextMessages()
            let feature = IdentityFeature(
                host,
                IdentityParts.Ports(
                    signer: TokenSigner(keys, terms, world: host.world), ended: EndedSessions(world: host.world),
                    gate: PasswordGate(cost: .smallest, random: host.world.random, threads: 2),
                    organisations: OrganisationPort { _ in throw Failure(.invalid, "none", Text(verbatim: "x")) },
                    grantable: ["guest", "patient", "therapist", "physician", "organisation_admin"], relyingParty: FactorGround.party,
                    sms: sendsTexts ? texts.sender : nil, qr: { QRMatrix(width: 2, isDark: [!$0.isEmpty, false, false, true]) }))
            let tokens = StaticJWKSAuthenticator(
                try JSONWebKeySet(try #require(try keys.published())), terms, revocations: feature.parts.revocations, world: host.world)
            try await body(
                FactorHouse(
                    ground: ground, host: host, fixed: fixed, feature: feature,
                    door: feature.parts.authenticator(tokens.authenticator).authenticator, texts: texts, mailer: MemoryMailer()))
        }
    }

    /// What came back.
    struct Answer: Sendable {
        let status: Int
        /// Of the refusal; empty where there is none.
        var code = ""
        var body: [UInt8] = []
        var fields: HTTPFields = [:]
        var faults: [String] = []
        var retryAfter: Duration?

        var json: JSON? { try? JSON.parse(body) }
        var page: String { String(decoding: body, as: UTF8.self) }
        func text(_ name: String) -> String { json?[name]?.string ?? "" }
        var token: String { text("access_token") }
        var pending: String { text("pending") }
        var location: String { fields[.location] ?? "" }
        /// `401 second_factor_wrong`, `200`.
        var brief: String { code.isEmpty ? "\(status)" : "\(status) \(code)" }

        /// What a browser sends back, with what it had.
        func cookies(_ held: [String: String] = [:]) -> [String: String] {
            fields[values: .setCookie].reduce(into: held) { cookies, line in
                let pair = line.split(separator: ";")[0].split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
                cookies[String(pair[0])] = pair[1].isEmpty ? nil : String(pair[1])
            }
        }
    }

    /// Asks a route by its name: with JSON `members` or a `form`; as whoever has the token, or a browser's cookies.
    func ask(
        _ name: String, _ members: [String: Any] = [:], as token: String? = nil, id: String? = nil, form: [String: String]? = nil,
        query: [(String, String)] = [], cookies: [String: String] = [:], language: Language = .english
    ) async -> Answer {
        do {
            let route = try #require(feature.routes.first { $0.name == name }, "no route \(name)")
            let session = token ?? cookies[SessionCookie.secureName]
            var standing: Standing?
            if route.access != .anyone {
                guard let session else { throw Problem.notSignedIn }
                standing = Standing(try await door.caller(for: session), by: host.roles, at: host.world.now())
            }
            if case .permission(let permission) = route.access { try standing?.require(permission) }
            var fields: HTTPFields = [.userAgent: "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0"]
            if !cookies.isEmpty { fields[.cookie] = cookies.map { "\($0)=\($1)" }.sorted().joined(separator: "; ") }
            if form != nil || !cookies.isEmpty { fields[.accept] = "text/html" }
            let body: [UInt8] =
                if let form {
                    Array(Query(items: form.sorted { $0.key < $1.key }.map { Query.Item($0.key, $0.value) }).text.utf8)
                } else { [UInt8](try JSONSerialization.data(withJSONObject: members)) }
            let path = route.path.names.reduce(route.path.description) { $0.replacing("{\($1)}", with: id ?? "") }
            let call = Call(
                method: route.method, path: path, query: Query(items: query.map { Query.Item($0.0, $0.1) }), fields: fields,
                captured: route.path.names.map { ($0, id ?? "") }, body: body, id: host.world.id(), trace: Self.trace, standing: standing,
                language: language, deadline: .seconds(1 << 30), peer: "203.0.113.7", isSecure: true,
                isBrowserSession: session?.hasPrefix("zs1.") == true)
            let reply = try await route.handle(call)
            guard case .bytes(let bytes) = reply.content else { return Answer(status: reply.status.code, fields: reply.fields) }
            return Answer(status: reply.status.code, body: bytes, fields: reply.fields)
        } catch {
            let problem = Problem(error) ?? Problem.fault
            if problem.refusal == .fault { Issue.record("a fault: \(error)") }
            return Answer(
                status: problem.refusal.status, code: problem.code, faults: problem.faults.map { "\($0.pointer) \($0.code)" },
                retryAfter: problem.retryAfter)
        }
    }

    private static let trace = TraceContext(
        trace: Array(repeating: 1, count: 16), span: Array(repeating: 1, count: 8), parent: nil, isSampled: false, state: nil)

    /// An account with a password. Returns its id.
    @discardableResult
    func person(_ address: String = ana, _ roles: Set<RoleName> = ["therapist"], in organisation: Identifier? = "clinic") async throws
        -> Identifier
    {
        let made = try await AdminDesk(parts).create(
            try MailAddress(address), name: "Ana Molina", language: .english, as: roles, in: organisation)
        let code = String(made.link.split(separator: "=").last ?? "")
        try #require(await ask("auth.reset", ["code": code, "password": Self.password]).status == 204)
        // That the password was set is told by mail.
        _ = try await mailed()
        fixed.advance(by: .seconds(1))
        return made.account
    }

    func login(_ address: String = ana) async -> Answer { await ask("auth.login", ["email": address, "password": Self.password]) }

    func verify(_ pending: String, _ method: String, _ code: String) async -> Answer {
        await ask("mfa.verify", ["pending": pending, "method": method, "code": code])
    }

    /// Mails that wait go out; their subjects, the oldest first.
    func mailed() async throws -> [String] {
        let before = mailer.sent.count
        try await ground.perform(MailSending(host, mailer.mailer).jobs)
        return mailer.sent.dropFirst(before).map(\.subject)
    }

    func mailedCode() async throws -> String {
        _ = try await mailed()
        return try FactorGround.code(in: try #require(mailer.sent.last?.text))
    }

    /// Sets an app up by the routes and lets its first step pass.
    func app(as token: String) async throws -> TimeCode {
        let begun = await ask("mfa.totp.begin", as: token)
        let app = try Self.app(typed: begun.text("secret"))
        let done = await ask("mfa.totp.confirm", ["code": now(app)], as: token)
        try #require(done.status == 204, "\(begun.brief) \(done.brief)")
        fixed.advance(by: .seconds(60))
        return app
    }

    /// What an app makes of what its owner typed (RFC 4648, section 6).
    static func app(typed secret: String) throws -> TimeCode {
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567")
        var bits: [Bool] = []
        for letter in secret where !letter.isWhitespace {
            let value = try #require(alphabet.firstIndex(of: letter))
            bits += (0..<5).map { value & (16 >> $0) != 0 }
        }
        return TimeCode(
            Secret((0..<bits.count / 8).map { byte in (0..<8).reduce(0) { $0 << 1 | (bits[byte * 8 + $1] ? 1 : 0) } }))
    }

    func now(_ app: TimeCode) -> String { app.code(step: app.step(at: fixed.world.now())) }

    /// A passkey set up by the routes. Returns its id.
    func passkey(on key: inout SoftwareKey, as token: String, named name: String = "Phone") async throws -> String {
        let begun = await ask("mfa.passkeys.options", as: token)
        let credential = try key.create(try Self.options(begun))
        let made = await ask(
            "mfa.passkeys.create", ["name": name, "ceremony": begun.text("ceremony"), "credential": Self.object(credential)], as: token)
        try #require(made.status == 201, "\(begun.brief) \(made.brief)")
        return made.text("id")
    }

    static func options(_ answer: Answer, in member: String? = nil) throws -> [UInt8] {
        let json = member == nil ? answer.json : answer.json?[member ?? ""]
        var writer = JSONWriter()
        try #require(json?["options"], "\(answer.brief)").write(to: &writer)
        return writer.bytes
    }

    static func text(_ json: JSON) -> String {
        var writer = JSONWriter()
        json.write(to: &writer)
        return String(decoding: writer.bytes, as: UTF8.self)
    }

    static func object(_ json: JSON) -> Any { (try? JSONSerialization.jsonObject(with: Data(text(json).utf8))) ?? [:] }

    /// The journal of an organisation, as `deleted second_factors`, in order.
    func told(_ organisation: Identifier = "clinic") async throws -> [String] {
        try await host.database.within(organisation: organisation.text).rows(
            "SELECT verb, kind FROM journal_entries WHERE tenant = \(organisation) ORDER BY entry"
        ) { row in "\(try row["verb"] as String) \(try row["kind"] as String)" }
    }
}
