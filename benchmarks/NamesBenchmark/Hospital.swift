import Access
import Base
import Foundation
import Keys
import PostgresEngine
import Records
import SQLiteEngine
import Store

/// People under their names, sealed, as a clinic of the measured size keeps them.
struct Hospital {
    struct Person: Codable, Sendable {
        var name: String
        var remark: String

        static let kind = RecordKind<Person>(
            "person", about: .itself,
            access: RecordAccess(
                read: AccessRule(
                    .grant(to: .all(.sameOrganisation, .isSubject), upTo: .confidential),
                    .grant(to: .related(as: ["therapist"]), upTo: .confidential),
                    .grant(to: .all(.sameOrganisation, .holds("person.read")), upTo: .confidential)),
                create: .nobody, change: .nobody),
            fields: [
                .init(\.name, "name", .text(1...200), .confidential, search: .words),
                .init(\.remark, "remark", .text(0...1_000), .confidential),
            ])
    }

    static let tenant: Identifier = "clinic"

    let database: Database
    let keyring: Keyring
    let store: RecordStore
    let reads: ReadLog
    let book: RoleBook
    private(set) var ids: [String] = []
    private(set) var names: [String] = []

    /// In a folder of its own; on SQLite, or as the owner of an empty PostgreSQL database.
    init(in path: String, on url: String?, people: Int) async throws {
        let world = World.live
        let opened =
            if let url {
                Database(try PostgresDatabase(PostgresConfiguration(url: try DatabaseURL(url)), world: world))
            } else {
                Database(try SQLiteDatabase.openEngine(SQLiteConfiguration(path: "\(path)/zancada.db"), world: world))
            }
        // Filling waits for a disk that others use too.
        database = opened.under { $0.deadline = .seconds(60) }
        let series = [
            KeysSchema.migrations, RelationTable.migrations, JournalTables.migrations, Subjects.migrations,
            MigrationSeries("person", [Migration(1, "people") { RecordTable(Person.kind.shape).creation($0) }]),
        ]
        _ = try await Migrator(series).migrate(database, now: world.now)
        let folder = try KeyFolder("\(path)/keys")
        let root = FileRootKey(in: folder, random: world.random)
        try await root.create()
        keyring = Keyring(folder: folder, root: root, database: database, world: world)
        try await keyring.establish(Self.tenant.text)
        reads = ReadLog(database: database, world: world) { print($0.code) }
        store = RecordStore(database: database, keyring: keyring, world: world, reads: reads)
        book = try RoleBook(extending: [RoleExtension("organisation_admin", permissions: ["person.read"])])
        try await fill(people, world)
    }

    /// Sealed as the store seals, put down many at a time.
    private mutating func fill(_ count: Int, _ world: World) async throws {
        var made = MadeUpNames(seed: 1)
        let columns = ["id", "tenant", "subject", "author", "shape", "version", "created_at", "updated_at", "body"]
        for start in stride(from: 0, to: count, by: 5_000) {
            let people = (start..<min(start + 5_000, count)).map { _ in (id: world.id(of: Person.self).description, name: made.next()) }
            let keys = try await keyring.sealingKeys(of: people.map(\.id), in: Self.tenant.text)
            var rows: [[SQLValue]] = []
            for person in people {
                guard let key = keys[person.id] else { continue }
                let body = try Person.kind.body(of: Person(name: person.name, remark: String(repeating: "Sin novedad. ", count: 20)))
                let context = EntryContext(tenant: Self.tenant.text, kind: "person", record: person.id, version: 1)
                let now = world.now().microseconds
                rows.append([
                    .text(person.id), .text(Self.tenant.text), .text(person.id), .text("filler"), .integer(1), .integer(1), .integer(now),
                    .integer(now), .bytes(try key.seal(body.bytes, as: context, random: world.random)),
                ])
            }
            let loaded = rows
            try await database.within(organisation: Self.tenant.text).write { tx in
                try tx.load(into: "record_person", columns: columns, rows: loaded)
            }
            ids += people.map(\.id)
            names += people.map(\.name)
        }
    }

    /// A therapist of so many of the people.
    func therapist(_ name: Identifier, of count: Int) async throws -> Standing {
        let world = World.live
        let (book, ids) = (book, ids)
        for start in stride(from: 0, to: count, by: 500) {
            try await database.within(organisation: Self.tenant.text).write { tx in
                for number in start..<min(start + 500, count) {
                    let relation = try Relation(
                        id: world.id(), tenant: Self.tenant, subject: try Identifier(ids[number * ids.count / count]), grantee: name,
                        role: "therapist", from: .epoch, reason: .careTeam)
                    try RelationTable.grant(relation, by: book, tx)
                }
            }
        }
        return Standing(Caller(actor: name, tenant: Self.tenant, roles: ["therapist"]), by: book, at: world.now())
    }

    var desk: Standing {
        Standing(Caller(actor: "admin", tenant: Self.tenant, roles: ["organisation_admin"]), by: book, at: World.live.now())
    }
}
