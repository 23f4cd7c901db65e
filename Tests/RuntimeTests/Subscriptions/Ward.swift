import Access
import Base
import Foundation
import Keys
import Records
import Runtime
import Store
import Synchronization
import TestKit
import Transparency

/// Two organisations with people in them, and subscriptions that write down what they are given.
struct Ward: Sendable {
    let store: TestStore
    let host: FeatureHost
    let folder: String

    static let organisations: [Identifier] = ["clinic", "hospital"]
    static let people: [Identifier] = [
        "017f22e2-79b0-7cc3-98c4-000000000001", "017f22e2-79b0-7cc3-98c4-000000000002", "017f22e2-79b0-7cc3-98c4-000000000003",
        "017f22e2-79b0-7cc3-98c4-000000000004", "017f22e2-79b0-7cc3-98c4-000000000005", "017f22e2-79b0-7cc3-98c4-000000000006",
    ]

    static func with(
        _ engine: EngineMatrix, _ settings: EngineSettings = EngineSettings(), _ body: (Ward) async throws -> Void
    ) async throws {
        let folder = NSTemporaryDirectory() + "zancada-subscriptions-" + UUID().uuidString
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try await engine.withStore(schema(engine.dialect), settings) { store in
            let keys = try KeyFolder(folder + "/keys")
            let root = FileRootKey(in: keys, random: World.live.random)
            try await root.create()
            let ward = Ward(store: store, host: try Self.host(store.database, root, keys), folder: folder)
            for organisation in organisations {
                try await ward.host.keyring.establish(organisation.text)
                _ = try await ward.host.keyring.sealingKeys(of: people.map(\.text), in: organisation.text)
            }
            try await body(ward)
        }
    }

    static func schema(_ dialect: Dialect) -> [SQL] {
        let series = [
            KeysSchema.migrations, RelationTable.migrations, JournalTables.migrations, Subjects.migrations,
            SubscriptionTables.migrations,
        ]
        let number: SQL = dialect == .sqlite ? "INTEGER PRIMARY KEY" : "BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY"
        return series.flatMap(\.migrations).flatMap { $0.statements(dialect) }
            + WardKinds.all.flatMap { RecordTable($0).creation(dialect) } + [
                """
                CREATE TABLE heard (
                    number \(number), subscription \(dialect.text) NOT NULL, tenant \(dialect.text) NOT NULL,
                    position \(dialect.integer) NOT NULL, entry \(dialect.text) NOT NULL, record \(dialect.text),
                    body \(dialect.text) NOT NULL
                )\(dialect.strict)
                """
            ] + dialect.organisationWall(table: "heard")
    }

    private static func host(_ database: Database, _ root: FileRootKey, _ keys: KeyFolder) throws -> FeatureHost {
        let keyring = Keyring(folder: keys, root: root, database: database, world: .live)
        let reads = ReadLog(database: database, world: .live, interval: .milliseconds(20)) { _ in }
        return FeatureHost(
            database: database, keyring: keyring,
            store: RecordStore(database: database, keyring: keyring, world: .live, reads: reads),
            roles: try RoleBook(extending: [RoleExtension("organisation_admin", permissions: ["note.read", "note.write"])]),
            settings: try Config([]), log: Log(to: LogSink { _ in }, from: .critical, now: World.live.now), world: .live)
    }

    /// The same installation as another program has it.
    func host(on database: Database) throws -> FeatureHost {
        let keys = try KeyFolder(folder + "/keys")
        return try Self.host(database, FileRootKey(in: keys, random: World.live.random), keys)
    }

    func admin(of organisation: Identifier) -> Standing {
        Standing(
            Caller(actor: "admin-1", tenant: organisation, roles: ["organisation_admin"], assurance: .passkey), by: host.roles,
            at: host.world.now())
    }

    func remark(_ text: String, about person: Identifier = people[0], in organisation: Identifier = "clinic") async throws -> Record {
        try await host.store.create(WardKinds.remark, WardKinds.remark(text), about: person, by: admin(of: organisation))
    }

    func erase(_ person: Identifier, in organisation: Identifier) async throws {
        _ = try await Erasure(host.keyring, kinds: WardKinds.all, database: host.database, world: .live)
            .erase(person.text, by: admin(of: organisation))
    }

    /// Writes down what it is given; throws at those that `isRefused` names, after having written.
    static func listening(
        _ name: String = "ward.listener", from start: Subscription.Start = .beginning,
        to selection: Subscription.Selection = WardKinds.everything,
        refusing isRefused: @escaping @Sendable (HeardEntry) throws -> Bool = { _ in false }
    ) -> Subscription {
        Subscription(name, Text(es: "Escucha", en: "Listens"), from: start, to: selection) { heard, tx in
            try tx.execute(
                """
                INSERT INTO heard (subscription, tenant, position, entry, record, body)
                VALUES (\(name), \(heard.metadata.tenant), \(heard.position), \(heard.metadata.entry), \(heard.metadata.record),
                \(heard.body.text))
                """)
            if try isRefused(heard) { throw Failure(.invalid, "poison", Text(es: "Veneno.", en: "Poison.")) }
        }
    }

    static let quick = SubscriptionRunner.Pace {
        $0.look = .milliseconds(100)
        $0.lease = .milliseconds(50)
        $0.longestPause = .milliseconds(100)
    }

    /// Runs subscriptions, and what gives the journal its positions, for as long as `body` does.
    func running<Value: Sendable>(
        _ subscriptions: [Subscription], kinds: [KindShape] = WardKinds.all, _ body: () async throws -> Value
    ) async throws -> Value {
        let runner = SubscriptionRunner(host: host, kinds: kinds, subscriptions: subscriptions, pace: Self.quick)
        let sealing = JournalSealing(host.database, look: .milliseconds(100))
        let (running, sealed) = (Task { try await runner.run() }, Task { try await sealing.run() })
        let result: Result<Value, any Error>
        do { result = .success(try await body()) } catch { result = .failure(error) }
        running.cancel()
        sealed.cancel()
        _ = (await running.result, await sealed.result)
        return try result.get()
    }

    /// Waits until a subscription has looked at everything there is, and nobody asks for anything.
    func caughtUp(_ name: String = "ward.listener") async throws {
        // Also those that wait for a transaction which began before theirs, of whichever database of the server.
        try await eventually(seconds: 60) {
            try await JournalSealer(host.database).catchUp()
            return try await JournalSealer(host.database).rest() == .nothing
        }
        try await eventually(seconds: 60) {
            let lag = try await SubscriptionLag.all(in: host.database, at: host.world.now()).first { $0.name == name }
            guard let lag, lag.entriesBehind == 0 else { return false }
            return try await parked(name).allSatisfy { !$0.isAsked }
        }
    }

    func parked(_ name: String = "ward.listener") async throws -> [ParkedEntry] {
        try await ParkedEntries(host.database).list(.init(of: name))
    }

    struct Heard: Sendable, Hashable {
        let position: Int64
        let entry: String
        let record: String?
        let body: String

        init(_ row: borrowing Row) throws {
            position = try row["position"]
            entry = try row["entry"]
            record = try row["record"]
            body = try row["body"]
        }
    }

    /// What was written down, in the order in which it was.
    func heard(_ name: String = "ward.listener", in organisation: Identifier = "clinic") async throws -> [Heard] {
        try await host.database.within(organisation: organisation.text).rows(
            "SELECT * FROM heard WHERE subscription = \(name) AND tenant = \(organisation) ORDER BY number", atMost: 100_000
        ) { try Heard($0) }
    }

    /// The organisation's journal, as anybody reads it again.
    func journal(of organisation: Identifier) async throws -> [StandingEntry] {
        var entries: [StandingEntry] = []
        while true {
            let some = try await JournalReader(host.database).entries(of: organisation.text, from: (entries.last?.position ?? -1) + 1)
            entries += some
            if some.count < 1_000 { return entries }
        }
    }
}

extension HeardEntry.Body {
    var text: String {
        switch self {
        case .open(let bytes): String(decoding: bytes, as: UTF8.self)
        case .erased: "erased"
        case .none: "none"
        case .closed: "closed"
        }
    }
}

extension Subscription.Selection {
    func takes(_ entry: EntryMetadata) -> Bool { kinds.contains(entry.kind) && verbs.contains { $0.rawValue == entry.verb } }
}

/// What the wards' records are.
enum WardKinds {
    private static let rule = AccessRule(.grant(to: .all(.sameOrganisation, .holds("note.read")), upTo: .secret))
    private static let access = RecordAccess(read: rule, create: rule, change: rule)

    static let remark = KindShape(
        "remark", about: .given, access: access, fields: [FieldShape("text", .text(1...1_000), isRequired: true)])
    /// The same, a release later.
    static let laterRemark = KindShape(
        "remark", number: 2, about: .given, access: access,
        fields: [FieldShape("words", .text(1...1_000), isRequired: true), FieldShape("mood", .text(1...10), isRequired: true)],
        upgrades: [
            { json in
                .object(
                    JSON.Object([JSON.Object.Member("words", json.object?["text"] ?? .null), JSON.Object.Member("mood", .string("calm"))]))
            }
        ])
    static let plan = KindShape(
        "plan", about: .organisation, access: access, fields: [FieldShape("text", .text(1...1_000), isRequired: true)])
    static let message = KindShape(
        "message", about: .several("people"), access: access,
        fields: [
            FieldShape("people", .list(.id, atMost: 10), isRequired: true), FieldShape("text", .text(1...100), isRequired: true),
        ])
    static let chart = KindShape(
        "chart", about: .given, access: access, fields: [FieldShape("text", .text(1...100), isRequired: true)],
        retention: Retention(years: 5, reason: Text(es: "Ley de prueba.", en: "Test act.")))
    static let all = [remark, plan, message, chart]

    struct Told: Codable, Sendable, Hashable {
        let verdict: String
    }

    static let told = EventKind("plan.told", Text(es: "Se contó", en: "It was told"), example: Told(verdict: "approved"))

    static let everything = Subscription.Selection.entries(
        of: ["remark", "plan", "message", "chart", "plan.told", "subject"],
        [.created, .updated, .deleted, .restored, .published, .erased])

    static func remark(_ text: String) -> [UInt8] { Array("{\"text\":\"\(text)\"}".utf8) }

    static func message(_ text: String, _ people: [Identifier]) -> [UInt8] {
        Array("{\"people\":[\(people.map { "\"\($0)\"" }.joined(separator: ","))],\"text\":\"\(text)\"}".utf8)
    }
}
