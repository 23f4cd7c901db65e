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

/// Identity at work on a fresh database, asked by its routes as the door asks them: with a body, and a token or a cookie.
struct IdentityDesk: Sendable {
    let ground: FeatureGround
    let host: FeatureHost
    let fixed: FixedWorld
    let mailer: MemoryMailer
    /// This process.
    let node: Node
    private let terms: TokenTerms
    private let sendsMail: Bool

    /// One process of an installation.
    struct Node: Sendable {
        let feature: IdentityFeature
        let ended: EndedSessions
        let door: Authenticator
        var parts: IdentityParts { feature.parts }
    }

    static let place = "https://clinica.example"
    static let good = "viento-norte-27-lagos"

    static func with(
        _ engine: EngineMatrix = .sqlite, sendsMail: Bool = true, seed: UInt64 = 11, _ body: (IdentityDesk) async throws -> Void
    ) async throws {
        let fixed = FixedWorld(seed: seed)
        try await FeatureGround.with(engine, [IdentityFeature.manifest], world: fixed.world) { ground in
            let environment = sendsMail ? ["ZANCADA_MAIL_SERVER": "smtps://mail.example.org"] : [:]
            let host = FeatureHost(
                database: ground.host.database, keyring: ground.host.keyring, store: ground.host.store, roles: ground.host.roles,
                settings: try Config(MailSettings.declared + IdentityFeature.manifest.settings, environment: environment),
                log: ground.host.log, world: fixed.world)
            let terms = TokenTerms(issuer: place, audience: "zancada")
            let keys = TokenKeys(in: host.keyring.folder, random: fixed.world.random)
            _ = try await keys.signing(at: fixed.world.now())
            let node = try Self.node(host, ground, terms)
            try await body(
                IdentityDesk(
                    ground: ground, host: host, fixed: fixed, mailer: MemoryMailer(), node: node, terms: terms, sendsMail: sendsMail))
        }
    }

    private static func node(
        _ host: FeatureHost, _ ground: FeatureGround, _ terms: TokenTerms, cost: PasswordCost = .smallest
    ) throws -> Node {
        let keys = TokenKeys(in: host.keyring.folder, random: host.world.random)
        let ended = EndedSessions(world: host.world)
        let ports = IdentityParts.Ports(
            signer: TokenSigner(keys, terms, world: host.world), ended: ended,
            gate: PasswordGate(cost: cost, random: host.world.random, threads: 2),
            organisations: OrganisationPort { name in
                guard KeyFolder.isName(name.text) else { throw Failure(.invalid, "organisation_name", Text(verbatim: "x")) }
                try await host.keyring.establish(name.text)
                _ = try await Organisations.create(
                    name, by: ground.standing("operator-1", ["operator"], in: name), in: host.database, world: host.world)
            },
            grantable: [
                "guest", "patient", "caregiver", "coach", "therapist", "physician", "coordinator", "organisation_admin", "auditor",
            ],
            relyingParty: RelyingParty(id: "clinica.example", name: "Clínica", origins: [place]))
        let feature = IdentityFeature(host, ports)
        let published = try #require(try keys.published())
        let tokens = StaticJWKSAuthenticator(
            try JSONWebKeySet(published), terms, revocations: feature.parts.revocations, world: host.world)
        return Node(feature: feature, ended: ended, door: feature.parts.authenticator(tokens.authenticator).authenticator)
    }

    /// Another process on the same database and keys. `cost`: what it takes a password to cost.
    func anotherNode(cost: PasswordCost = .smallest) throws -> Node { try Self.node(host, ground, terms, cost: cost) }

    /// What came back.
    struct Answer: Sendable {
        let status: Int
        /// Of the refusal; empty where there is none.
        let code: String
        let json: JSON?
        let fields: HTTPFields
        /// What is wrong with which field, as `/email mail_address`.
        var faults: [String] = []
        var retryAfter: Duration?

        func text(_ name: String) -> String { json?[name]?.string ?? "" }
        var token: String { text("access_token") }
        var refresh: String { text("refresh_token") }
    }

    /// Asks a route by its name, as whoever has the token.
    func ask(
        _ name: String, _ members: [String: Any] = [:], as token: String? = nil, id: String? = nil, query: [(String, String)] = [],
        raw: String? = nil, at node: Node? = nil
    ) async -> Answer {
        let node = node ?? self.node
        let bytes: [UInt8] =
            if let raw { Array(raw.utf8) } else { [UInt8]((try? JSONSerialization.data(withJSONObject: members)) ?? Data()) }
        do {
            let route = try #require(node.feature.routes.first { $0.name == name }, "no route \(name)")
            var standing: Standing?
            if route.access != .anyone {
                guard let token else { throw Problem.notSignedIn }
                standing = Standing(try await node.door.caller(for: token), by: host.roles, at: host.world.now())
            }
            if case .permission(let permission) = route.access { try standing?.require(permission) }
            let captured = route.path.names.map { (name: $0, value: id ?? "") }
            var fields: HTTPFields = [.userAgent: "Tests/1"]
            fields[.contentType] = raw == nil ? "application/json" : "application/x-www-form-urlencoded"
            let call = Call(
                method: route.method, path: "/", query: Query(items: query.map { Query.Item($0.0, $0.1) }), fields: fields,
                captured: captured, body: bytes, id: host.world.id(), trace: Self.trace, standing: standing, language: .english,
                deadline: .seconds(1 << 30), peer: "203.0.113.7", isSecure: true, isBrowserSession: token?.hasPrefix("zs1.") == true)
            let reply = try await route.handle(call)
            guard case .bytes(let body) = reply.content else {
                return Answer(status: reply.status.code, code: "", json: nil, fields: reply.fields)
            }
            return Answer(status: reply.status.code, code: "", json: try? JSON.parse(body), fields: reply.fields)
        } catch {
            let problem = Problem(error) ?? Problem.fault
            if problem.refusal == .fault { Issue.record("a fault: \(error)") }
            return Answer(
                status: problem.refusal.status, code: problem.code, json: nil, fields: [:],
                faults: problem.faults.map { "\($0.pointer) \($0.code)" }, retryAfter: problem.retryAfter)
        }
    }

    private static let trace = TraceContext(
        trace: Array(repeating: 1, count: 16), span: Array(repeating: 1, count: 8), parent: nil, isSampled: false, state: nil)

    func login(
        _ address: String, _ password: String = good, in organisation: String? = nil, at node: Node? = nil
    ) async -> Answer {
        var members = ["email": address, "password": password]
        members["organisation"] = organisation
        return await ask("auth.login", members, at: node)
    }

    /// Whether a token lets somebody in.
    func isIn(_ token: String, at node: Node? = nil) async -> Bool { await ask("auth.me", as: token, at: node).status == 200 }

    func refresh(_ token: String, at node: Node? = nil) async -> Answer {
        await ask("auth.refresh", ["refresh_token": token], at: node)
    }

    /// Makes an account by the operator's desk and gives it a password by its link. Returns its id.
    @discardableResult
    func person(
        _ address: String, _ roles: Set<RoleName> = ["organisation_admin"], in organisation: Identifier? = "clinic", password: String = good
    ) async throws -> Identifier {
        let desk = AdminDesk(node.parts)
        let made = try await desk.create(
            try MailAddress(address), name: "Ana Molina", language: .spanish, as: roles, in: organisation)
        let answer = await ask("auth.reset", ["code": Self.code(made.link), "password": password])
        try #require(answer.status == 204, "\(answer)")
        // A token of the same millisecond would be held for one from before the password.
        fixed.advance(by: .milliseconds(1))
        return made.account
    }

    static func code(_ link: String) -> String { String(link.split(separator: "=").last ?? "") }

    /// Sends every mail that waits, and returns the code of the last.
    func mailedCode() async throws -> String {
        try await deliverMail()
        let text = try #require(mailer.sent.last?.text)
        let rest = try #require(text.range(of: "?code=")).upperBound
        return String(text[rest...].prefix { !$0.isWhitespace })
    }

    func deliverMail() async throws { try await ground.perform(MailSending(host, mailer.mailer).jobs) }

    /// The journal of an organisation, as `granted membership`, in order.
    func told(_ organisation: Identifier = IdentityFeature.organisation) async throws -> [String] {
        try await host.database.within(organisation: organisation.text).rows(
            "SELECT verb, kind FROM journal_entries WHERE tenant = \(organisation) ORDER BY entry"
        ) { row in
            let (verb, kind): (String, String) = (try row["verb"], try row["kind"])
            return "\(verb) \(kind)"
        }
    }

    func count(_ table: String, where condition: SQL = "1 = 1") async throws -> Int {
        try await host.database.first("SELECT count(*) AS many FROM \(name: table) WHERE \(condition)") { try $0["many"] } ?? -1
    }
}

extension EngineMatrix {
    static let both: [EngineMatrix] = [.sqlite, .postgres]
}
