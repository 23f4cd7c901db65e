import Access
import Base
import Foundation
import Keys
import PostgresEngine
import Records
import Runtime
import SQLiteEngine
import Store
import Transparency

/// An installation with two organisations, people and keys, and nothing else in it.
struct Office: Sendable {
    static let organisations: [Identifier] = ["clinic", "hospital"]
    private static let people = 500
    private static let rule = AccessRule(.grant(to: .all(.sameOrganisation, .holds("note.read")), upTo: .secret))
    static let remark = KindShape(
        "remark", about: .given, access: RecordAccess(read: rule, create: rule, change: rule),
        fields: [FieldShape("text", .text(1...10_000), isRequired: true)])
    static let body = [UInt8](#"{"text":""#.utf8) + [UInt8](repeating: UInt8(ascii: "x"), count: 400) + [UInt8](#""}"#.utf8)

    let host: FeatureHost
    let people: [Identifier]
    let reads: ReadLog
    private let book: RoleBook

    var database: Database { host.database }

    init(in folder: String, on url: String?) async throws {
        let world = World.live
        try? FileManager.default.removeItem(atPath: folder)
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let database = try await Self.open(folder, url)
        let keys = try KeyFolder(folder + "/keys")
        let root = FileRootKey(in: keys, random: world.random)
        try await root.create()
        let keyring = Keyring(folder: keys, root: root, database: database, world: world)
        people = try (0..<Self.people).map { try Identifier("person-\($0)") }
        book = try RoleBook(extending: [RoleExtension("organisation_admin", permissions: ["note.read"])])
        reads = ReadLog(database: database, world: world) { print("\($0)") }
        host = FeatureHost(
            database: database, keyring: keyring,
            store: RecordStore(database: database, keyring: keyring, world: world, reads: reads), roles: book,
            settings: try Config([]), log: Log(to: .standardError, from: .warning, now: world.now), world: world)
        for organisation in Self.organisations {
            try await keyring.establish(organisation.text)
            _ = try await keyring.sealingKeys(of: people.map(\.text), in: organisation.text)
        }
    }

    private static func open(_ folder: String, _ url: String?) async throws -> Database {
        let database: Database
        if let url {
            var configuration = PostgresConfiguration(url: try DatabaseURL(url))
            configuration.mostConnections = 16
            database = Database(try PostgresDatabase(configuration, world: .live)).under { $0.deadline = .seconds(60) }
            for table in try await database.rows(
                "SELECT tablename FROM pg_tables WHERE schemaname = 'public'", { try $0["tablename"] as String })
            {
                try await database.write { tx in try tx.execute("DROP TABLE \(name: table) CASCADE") }
            }
        } else {
            let engine = try SQLiteDatabase.openEngine(SQLiteConfiguration(path: folder + "/bench.db"), world: .live)
            database = Database(engine).under { $0.deadline = .seconds(60) }
        }
        let series = [
            KeysSchema.migrations, RelationTable.migrations, JournalTables.migrations, Subjects.migrations, SubscriptionTables.migrations,
        ]
        let dialect = database.dialect
        let schema =
            series.flatMap(\.migrations).flatMap { $0.statements(dialect) } + RecordTable(remark).creation(dialect)
            + [
                """
                CREATE TABLE heard (tenant \(dialect.text) NOT NULL, position \(dialect.integer) NOT NULL,
                applied_at \(dialect.integer) NOT NULL)\(dialect.strict)
                """
            ]
        try await database.write { tx in for statement in schema { try tx.execute(statement) } }
        return database
    }

    func standing(_ number: Int) -> Standing {
        let organisation = Self.organisations[number % Self.organisations.count]
        return Standing(Caller(actor: "admin", tenant: organisation, roles: ["organisation_admin"]), by: book, at: host.world.now())
    }

    @discardableResult
    func create(_ number: Int) async throws -> Record {
        try await host.store.create(Self.remark, Self.body, about: people[number % people.count], by: standing(number))
    }

    /// Sealed entries without the records' rows.
    func entries(_ numbers: Range<Int>, in organisation: String) async throws -> [JournalEntry] {
        let world = host.world
        var entries: [JournalEntry] = []
        for number in numbers {
            let person = people[number % people.count].text
            let record = world.id(of: Record.self).description
            let key = try await host.keyring.standingKey(of: person, in: organisation)
            let context = EntryContext(tenant: organisation, kind: "remark", record: record, version: 1)
            let metadata = EntryMetadata(
                entry: world.id(of: JournalEntry.self).description, tenant: organisation, time: world.now(), actor: "admin",
                verb: "created", kind: "remark", record: record, version: 1, shape: 1, sealingSubject: person, subjects: [person])
            entries.append(
                JournalEntry(
                    metadata, salt: LeafSalt(world.random), keyVersion: key.version,
                    body: try key.seal(Self.body, as: context, random: world.random)))
        }
        return entries
    }

    func runner(_ subscription: Subscription, _ moved: @escaping SubscriptionRunner.Moved = { _, _, _ in }) -> SubscriptionRunner {
        SubscriptionRunner(host: host, kinds: [Self.remark], subscriptions: [subscription], moved: moved)
    }
}

/// A line of JSON a measurement.
enum Line {
    static func show(_ name: String, _ figures: [String: Double]) {
        var json = JSONWriter()
        json.object { json in
            json.member("name", name)
            json.member(
                "figures",
                object: { json in for (key, value) in figures.sorted(by: { $0.key < $1.key }) { json.member(key, value, decimals: 3) } })
        }
        print(String(decoding: json.bytes, as: UTF8.self))
    }
}

extension [Double] {
    /// Of sorted values.
    func quantile(_ part: Double) -> Double { isEmpty ? .nan : self[Swift.min(count - 1, Int(Double(count) * part))] }
}

extension Duration {
    var seconds: Double { self / .seconds(1) }
}
