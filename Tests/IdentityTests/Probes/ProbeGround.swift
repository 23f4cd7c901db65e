import Access
import Base
import FeatureKit
import HTTPTypes
import Identity
import Keys
import Passwords
import Privacy
import Records
import Resources
import Runtime
import Store
import TestKit
import Testing
import Web

/// Two organisations full of people, made by chance that can be told again, and what was made of them as plain facts.
struct ProbeGround: Sendable {
    let ground: FeatureGround
    let fixed: FixedWorld
    let identity: IdentityFeature
    let privacy: PrivacyFeature
    let door: Authenticator
    let routes: [Route]

    static let organisations: [Identifier] = ["clinic", "hospital"]

    /// Somebody's place in an organisation, signed in there.
    struct Member: Sendable {
        let account: Identifier
        let organisation: Identifier
        let roles: Set<RoleName>
        let cookie: String
    }

    /// What was granted.
    struct Tie: Sendable {
        let id: String
        let organisation: Identifier
        let person: Identifier
        let grantee: Identifier
        let role: RoleName
        let holds: Bool
    }

    /// A record about somebody.
    struct Filed: Sendable {
        let kind: String
        let id: String
        let organisation: Identifier
        let person: Identifier
        var isDeleted = false
        var versions = 1
        /// What its text holds, and no other's.
        var mark = ""
    }

    struct Facts: Sendable {
        var members: [Member] = []
        var people: [Identifier: [Identifier]] = [:]
        var ties: [Tie] = []
        var filed: [Filed] = []
    }

    static func with(_ engine: EngineMatrix, seed: UInt64, _ body: (ProbeGround) async throws -> Void) async throws {
        let fixed = FixedWorld(seed: seed)
        let manifests = [IdentityFeature.manifest, PrivacyFeature.manifest, kernel]
        try await FeatureGround.with(engine, manifests, world: fixed.world) { ground in
            let host = ground.host
            let terms = TokenTerms(issuer: "https://here.example", audience: "zancada")
            let signer = TokenSigner(TokenKeys(in: host.keyring.folder, random: host.world.random), terms, world: host.world)
            let identity = IdentityFeature(
                host,
                IdentityParts.Ports(
                    signer: signer, ended: EndedSessions(world: host.world),
                    gate: PasswordGate(cost: .smallest, random: host.world.random, threads: 2),
                    organisations: OrganisationPort { _ in }, grantable: Set(roles + ["coordinator"]), relyingParty: FactorGround.party))
            let records = KnownRecords(
                kinds: { manifests.flatMap(\.kinds) },
                checkpoint: { throw Failure(.unavailable, "no_checkpoint", Text(verbatim: "none here")) })
            let privacy = PrivacyFeature(host, PrivacyPorts(records: records))
            let notes = RecordResource(Note.kind.shape, at: "/api/v1/notes", Text(es: "nota", en: "note"), host)
            let door = identity.parts.authenticator(Authenticator { (_: String) throws(Failure) in throw TokenFault.unknownKey.failure })
            try await body(
                ProbeGround(
                    ground: ground, fixed: fixed, identity: identity, privacy: privacy, door: door.authenticator,
                    routes: identity.routes + privacy.routes + notes.routes))
        }
    }

    /// What the program declares for the kernel.
    private static let kernel = Manifest(
        "kernel_parts", Text(es: "Núcleo", en: "Kernel"), purpose: Text(es: "Prueba.", en: "Test."),
        permissions: ["note.read", "note.write", Relations.permission].map {
            PermissionShape($0, Text(es: "permiso", en: "permission"), to: ["operator", "organisation_admin"])
        }, kinds: [Note.kind.shape], migrations: [Migration(1, "notes") { RecordTable(Note.kind.shape).creation($0) }])

    static let roles: [RoleName] = [
        "guest", "patient", "caregiver", "field_agent", "coach", "therapist", "physician", "organisation_admin", "auditor",
    ]

    /// What an answer comes to; of a refusal the problem document, its instance left out.
    struct Answer: Sendable, Equatable {
        let status: Int
        var code = ""
        let body: String
        let fields: [String]

        var json: JSON { (try? JSON.parse(Array(body.utf8))) ?? .null }
        var items: [JSON] { json["items"]?.array ?? [] }
        var ids: [String] { items.compactMap { $0["id"]?.string } }
    }

    func ask(
        _ method: HTTPRequest.Method, _ path: String, _ query: [(String, String)] = [], tag: String? = nil, as member: Member
    ) async throws -> Answer {
        let (route, captured) = try #require(match(method, path), "no route \(path)")
        do {
            let caller = try await door.caller(for: member.cookie)
            let standing = Standing(caller, by: ground.host.roles, at: fixed.world.now())
            if case .permission(let permission) = route.access { try standing.require(permission) }
            let call = Call(
                method: method, path: path, query: Query(items: query.map { Query.Item($0.0, $0.1) }),
                fields: tag.map { [.ifNoneMatch: $0] } ?? [:], captured: captured, id: fixed.world.id(), trace: Self.trace,
                standing: standing, language: .english, deadline: .seconds(1 << 30), peer: "203.0.113.7", isSecure: true)
            let reply = try await route.handle(call)
            var text = ""
            if case .bytes(let bytes) = reply.content { text = String(decoding: bytes, as: UTF8.self) }
            return Answer(status: reply.status.code, body: text, fields: reply.fields.map(\.name.canonicalName).sorted())
        } catch {
            let problem = Problem(error) ?? Problem.fault
            if problem.refusal == .fault { Issue.record("a fault of \(path): \(error)") }
            return Answer(
                status: problem.refusal.status, code: problem.code,
                body: String(decoding: problem.json(in: .english, instance: "same"), as: UTF8.self),
                fields: problem.fields.map(\.name).sorted())
        }
    }

    private static let trace = TraceContext(trace: [1], span: [1], parent: nil, isSampled: false, state: nil)

    /// Texts go before names, as in the gateway.
    private func match(_ method: HTTPRequest.Method, _ path: String) -> (Route, [(name: String, value: String)])? {
        let parts = path.split(separator: "/").map(String.init)
        var best: (Route, [(name: String, value: String)])?
        for route in routes where route.method == method && route.path.segments.count == parts.count {
            var captured: [(name: String, value: String)] = []
            let fits = zip(route.path.segments, parts).allSatisfy { segment, part in
                switch segment {
                case .text(let text): return text == part
                case .name(let name), .rest(let name):
                    captured.append((name, part))
                    return true
                }
            }
            if fits, captured.count < best?.1.count ?? .max { best = (route, captured) }
        }
        return best
    }
}

/// Making people and what is known of them.
extension ProbeGround {
    private func seeder(_ organisation: Identifier) -> Standing { ground.standing("seeder", ["organisation_admin"], in: organisation) }

    func populate(_ dice: inout Dice) async throws -> Facts {
        var facts = Facts()
        try await enrol(&facts, &dice)
        for organisation in Self.organisations {
            for _ in 0..<4 { facts.people[organisation, default: []].append(try await person(organisation)) }
            try await relate(organisation, &facts, &dice)
            for number in 0..<50 { facts.filed.append(try await note("mark-\(organisation)-\(number).", organisation, facts, &dice)) }
            try await agree(organisation, &facts, &dice)
        }
        return facts
    }

    func person(_ organisation: Identifier) async throws -> Identifier {
        try await Subjects(ground.host.database, ground.host.keyring, world: fixed.world).create(by: seeder(organisation))
    }

    private func enrol(_ facts: inout Facts, _ dice: inout Dice) async throws {
        let desk = AdminDesk(identity.parts)
        for (index, organisation) in Self.organisations.enumerated() {
            for number in 0..<12 {
                // Each role is somebody's alone; the others have several.
                let alone: Set<RoleName>? = number < Self.roles.count ? [Self.roles[number]] : nil
                let roles = alone ?? Set((0..<(1 + dice.below(3))).map { _ in dice.one(of: Self.roles) })
                let address = "\(organisation)-\(number)@example.org"
                let (account, _) = try await desk.create(
                    try MailAddress(address), name: "P \(number)", language: .english, as: roles, in: organisation)
                try await join(account, organisation, roles, &facts)
                guard number % 4 == 3 else { continue }
                let other = Self.organisations[1 - index]
                let there: Set<RoleName> = [dice.one(of: Self.roles)]
                _ = try await desk.grant(there, to: try MailAddress(address), in: other)
                try await join(account, other, there, &facts)
            }
        }
        let (account, _) = try await desk.create(
            try MailAddress("operator@example.org"), name: "O", language: .english, as: ["operator"], in: nil)
        for organisation in Self.organisations { try await join(account, organisation, ["operator"], &facts) }
    }

    private func join(_ account: Identifier, _ organisation: Identifier, _ roles: Set<RoleName>, _ facts: inout Facts) async throws {
        let cookie = try await identity.parts.credentials(of: account, in: organisation).cookie
        facts.members.append(Member(account: account, organisation: organisation, roles: roles, cookie: cookie))
        if roles != ["operator"] { facts.people[organisation, default: []].append(account) }
    }

    private func relate(_ organisation: Identifier, _ facts: inout Facts, _ dice: inout Dice) async throws {
        let relations = Relations(ground.host.database, ground.host.keyring, book: ground.host.roles, world: fixed.world)
        let (now, day) = (fixed.world.now(), Duration.seconds(86_400))
        let offered: [RoleName] = ["caregiver", "field_agent", "coach", "therapist", "physician", "coordinator", "organisation_admin"]
        let grantees = facts.members.filter { $0.organisation == organisation }.map(\.account)
        for _ in 0..<60 {
            let (person, grantee) = (dice.one(of: facts.people[organisation] ?? []), dice.one(of: grantees))
            let role = dice.one(of: offered)
            let isTaken = facts.ties.contains {
                $0.organisation == organisation && $0.person == person && $0.grantee == grantee && $0.role == role
            }
            guard person != grantee, !isTaken else { continue }
            // The beginning counts, the end does not.
            let spans: [(from: Instant, until: Instant?, holds: Bool)] = [
                (now - day, nil, true), (now - day, now + day, true), (now, nil, true), (now - day, now, false),
                (now - day - day, now - day, false), (now + day, nil, false), (now + .microseconds(1), now + day, false),
            ]
            let span = dice.one(of: spans)
            let relation = try Relation(
                id: fixed.world.id(), tenant: organisation, subject: person, grantee: grantee, role: role, from: span.from,
                until: span.until, reason: .careTeam)
            try await relations.grant(relation, by: seeder(organisation))
            let isEnded = span.holds && dice.below(5) == 0
            if isEnded { try await relations.end(relation.id, by: seeder(organisation)) }
            facts.ties.append(
                Tie(
                    id: relation.id.description, organisation: organisation, person: person, grantee: grantee, role: role,
                    holds: span.holds && !isEnded))
        }
    }

    private func note(_ mark: String, _ organisation: Identifier, _ facts: Facts, _ dice: inout Dice) async throws -> Filed {
        try await note(mark, organisation, about: dice.one(of: facts.people[organisation] ?? []), dice.below(6))
    }

    /// `fate`: 0 deleted, 1 changed once, else as it was made.
    func note(_ mark: String, _ organisation: Identifier, about person: Identifier, _ fate: Int = 2) async throws -> Filed {
        let (store, kind, standing) = (ground.host.store, Note.kind.shape, seeder(organisation))
        let made = try await store.create(kind, Array(#"{"text":"\#(mark)"}"#.utf8), about: person, by: standing)
        var filed = Filed(kind: "notes", id: made.id, organisation: organisation, person: person, mark: mark)
        if fate == 0 { try await store.delete(kind, made.id, ifVersion: 1, by: standing) }
        if fate == 1 { _ = try await store.update(kind, made.id, Array(#"{"text":"\#(mark) Again."}"#.utf8), ifVersion: 1, by: standing) }
        filed.isDeleted = fate == 0
        filed.versions = fate < 2 ? 2 : 1
        return filed
    }

    private func agree(_ organisation: Identifier, _ facts: inout Facts, _ dice: inout Dice) async throws {
        for person in facts.people[organisation] ?? [] where dice.below(3) > 0 {
            for purpose in ConsentPurposeWord.allCases where dice.below(3) == 0 {
                let given = try await privacy.consents.give(
                    purpose, textVersion: purpose.text.version, of: person, by: seeder(organisation))
                var filed = Filed(kind: "consents", id: given.id, organisation: organisation, person: person)
                if dice.below(3) == 0 {
                    try await privacy.consents.withdraw(purpose, of: person, by: seeder(organisation))
                    filed.versions = 2
                }
                facts.filed.append(filed)
            }
        }
    }
}

/// Chance that can be told again.
struct Dice: Sendable {
    private let random: Randomness

    init(_ seed: UInt64) { random = FixedWorld(seed: seed).world.random }

    /// 0 ..< `bound`.
    mutating func below(_ bound: Int) -> Int { Int(random.next() % UInt64(bound)) }

    mutating func one<Element>(of list: [Element]) -> Element { list[below(list.count)] }
}
