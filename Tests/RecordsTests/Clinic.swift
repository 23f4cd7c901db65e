import Access
import Base
import Foundation
import Keys
import Records
import SQLiteEngine
import Store

/// An organisation with people in it, on a fresh database and a fresh folder of keys.
struct Clinic: Sendable {
    let database: Database
    let keyring: Keyring
    let store: RecordStore
    let reads: ReadLog
    let folder: String
    let book: RoleBook

    static func with(_ body: (Clinic) async throws -> Void) async throws {
        let folder = NSTemporaryDirectory() + "zancada-records-" + UUID().uuidString
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let database = Database(try SQLiteDatabase.openEngine(SQLiteConfiguration(path: folder + "/test.db"), world: .live))
        let series = [
            KeysSchema.migrations, RelationTable.migrations, JournalTables.migrations, Subjects.migrations,
            MigrationSeries("note", [Migration(1, "notes") { RecordTable(Note.kind.shape).creation($0) }]),
        ]
        _ = try await Migrator(series).migrate(database, now: { .epoch })
        let keys = try KeyFolder(folder + "/keys")
        let root = FileRootKey(in: keys, random: World.live.random)
        try await root.create()
        let keyring = Keyring(folder: keys, root: root, database: database, world: .live)
        try await keyring.establish("clinic")
        _ = try await keyring.sealingKeys(of: (1...9).map { "patient-\($0)" }, in: "clinic")
        let reads = ReadLog(database: database, world: .live, interval: .milliseconds(20)) { _ in }
        let clinic = Clinic(
            database: database, keyring: keyring,
            store: RecordStore(database: database, keyring: keyring, world: .live, reads: reads), reads: reads, folder: folder,
            book: try RoleBook(extending: [RoleExtension("organisation_admin", permissions: ["note.read", "note.write"])]))
        try await body(clinic)
        await reads.flush()
        await database.close()
    }

    /// Somebody who acts in the clinic.
    func standing(_ actor: Identifier, _ roles: Set<RoleName> = [], in tenant: Identifier? = "clinic") -> Standing {
        Standing(Caller(actor: actor, tenant: tenant, roles: roles), by: book, at: World.live.now())
    }

    var admin: Standing { standing("admin-1", ["organisation_admin"]) }

    func note(_ text: String) -> [UInt8] { Array("{\"text\":\"\(text)\"}".utf8) }
}
