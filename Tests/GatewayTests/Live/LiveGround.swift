import Access
import Base
import FeatureKit
import Gateway
import Keys
import LiveKit
import NIOPosix
import Records
import Runtime
import Store
import TestKit
import Transparency
import Web

/// An organisation with notes and notices, a feed that tells of them, and a server.
struct LiveGround: Sendable {
    let ground: FeatureGround
    let feed: LiveFeed
    let reception: LiveReception
    let server: LiveServer
    let door: LiveDoor

    /// What everybody of the organisation reads.
    static let notice = KindShape(
        "notice", about: .organisation,
        access: RecordAccess(
            read: AccessRule(.grant(to: .sameOrganisation, upTo: .internal)),
            create: AccessRule(.grant(to: .sameOrganisation, upTo: .internal)),
            change: AccessRule(.grant(to: .sameOrganisation, upTo: .internal))),
        fields: [FieldShape("text", .text(1...1_000), isRequired: true)])

    static let manifest = Manifest(
        "live_test", Text(verbatim: "Live"), purpose: Text(verbatim: "Test"),
        permissions: [
            PermissionShape("note.read", Text(verbatim: "read"), to: ["organisation_admin"]),
            PermissionShape("note.write", Text(verbatim: "write"), to: ["organisation_admin"]),
            PermissionShape(Relations.permission, Text(verbatim: "relate"), to: ["organisation_admin"]),
            PermissionShape(Subjects.mergePermission, Text(verbatim: "merge"), to: ["organisation_admin"]),
        ],
        kinds: [Note.kind.shape, notice],
        migrations: [
            Migration(1, "notes") { RecordTable(Note.kind.shape).creation($0) + RecordTable(notice).creation($0) }
        ])

    /// A token is an account and its roles, `therapist-1+therapist`, in an organisation: `@hospital`; without one, in the clinic.
    static func identity(_ host: FeatureHost) -> LiveIdentity {
        LiveIdentity { (text: String) async throws(Failure) in
            guard text != "bad" else { throw TokenFault.signature.failure }
            let parts = text.split(separator: "@")
            let words = parts[0].split(separator: "+").map(String.init)
            let caller = Caller(
                actor: try Identifier(words[0]), tenant: parts.count > 1 ? try Identifier(String(parts[1])) : "clinic",
                roles: Set(words.dropFirst().compactMap { RoleName($0) }))
            return Standing(caller, by: host.roles, at: host.world.now())
        }
    }

    static let jobs = TopicKind.passing("jobs", Text(verbatim: "jobs"), forms: ["jobs/{id}"]) { topic, standing in
        standing.roles.contains("organisation_admin") || topic.text == "jobs/open"
    }

    static func with(
        _ engine: EngineMatrix = .sqlite, limits: LiveLimits = LiveLimits(), origins: Set<String> = [],
        identity: ((FeatureHost) -> LiveIdentity)? = nil, _ body: (LiveGround) async throws -> Void
    ) async throws {
        try await FeatureGround.with(engine, [manifest]) { ground in
            let identity = identity?(ground.host) ?? Self.identity(ground.host)
            let group = MultiThreadedEventLoopGroup.singleton
            let feed = LiveFeed(
                ground.host, kinds: manifest.kinds, topics: [jobs], identity: identity, loops: group, limits: limits)
            let reception = LiveReception(feed, origins: origins)
            let door = LiveDoor(reception)
            let server = try await LiveServer(door, on: group)
            let following = Task { try await feed.run() }
            let sealing = Task { try await JournalSealing(ground.host.database).run() }
            let outcome: Result<Void, any Error>
            do {
                try await body(LiveGround(ground: ground, feed: feed, reception: reception, server: server, door: door))
                outcome = .success(())
            } catch { outcome = .failure(error) }
            feed.endAll()
            following.cancel()
            sealing.cancel()
            _ = await following.result
            _ = await sealing.result
            try await server.close()
            try outcome.get()
        }
    }

    func connect(_ token: String = "therapist-1+therapist", fields: [String] = []) async throws -> TestSocket {
        try await TestSocket.connect(port: server.port, fields: ["Authorization: Bearer \(token)"] + fields)
    }

    var admin: Standing { ground.standing("admin-1", ["organisation_admin"]) }

    @discardableResult
    func notice(_ text: String = "x", by standing: Standing? = nil) async throws -> Record {
        try await ground.host.store.create(Self.notice, Array(#"{"text":"\#(text)"}"#.utf8), by: standing ?? admin)
    }

    @discardableResult
    func note(about person: Identifier) async throws -> Record {
        try await ground.host.store.create(Note.kind.shape, Array(#"{"text":"secreto"}"#.utf8), about: person, by: admin)
    }

    /// The ids of records of a kind in the order of the journal.
    func journalled(_ kind: String) async throws -> [String] {
        try await JournalReader(ground.host.database).entries(of: "clinic", from: 0).compactMap {
            $0.entry.metadata.kind == kind && $0.entry.metadata.verb == "created" ? $0.entry.metadata.record : nil
        }
    }

    var subjects: Subjects { Subjects(ground.host.database, ground.host.keyring, world: ground.host.world) }
    var relations: Relations { Relations(ground.host.database, ground.host.keyring, book: ground.host.roles, world: ground.host.world) }

    func person() async throws -> Identifier { try await subjects.create(by: admin) }

    func relate(_ person: Identifier, _ grantee: Identifier) async throws -> ID<Relation> {
        let world = ground.host.world
        let relation = try Relation(
            id: world.id(), tenant: "clinic", subject: person, grantee: grantee, role: "therapist", from: world.now(), reason: .careTeam)
        try await relations.grant(relation, by: admin)
        return relation.id
    }
}

extension TestSocket {
    /// Subscribes and returns the position from which it hears.
    @discardableResult
    func subscribe(_ topic: String, after: String? = nil) async throws -> String? {
        let after = after.map { #","after":"\#($0)""# } ?? ""
        try await send(#"{"type":"subscribe","topic":"\#(topic)"\#(after)}"#)
        guard let answer = try await message(), answer["type"]?.string == "subscribed" else { return nil }
        return answer["position"]?.string
    }

    /// Events, until there are so many.
    func events(_ count: Int) async throws -> [JSON] {
        var events: [JSON] = []
        while events.count < count, let message = try await message() { events += message["events"]?.array ?? [message] }
        return events
    }
}
