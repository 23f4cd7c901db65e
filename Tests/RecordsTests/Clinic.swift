import Access
import Base
import Foundation
import Keys
import Records
import Store
import TestKit

/// An organisation with people in it (patient-1 to patient-9), on a fresh database and a fresh folder of keys.
struct Clinic: Sendable {
    let database: Database
    let keyring: Keyring
    let store: RecordStore
    let reads: ReadLog
    let folder: String
    let book: RoleBook
    let world: World

    static func with(
        _ engine: EngineMatrix = .sqlite, kinds: [KindShape] = [Note.kind.shape], world: World = .live,
        _ body: (Clinic) async throws -> Void
    ) async throws {
        let folder = NSTemporaryDirectory() + "zancada-records-" + UUID().uuidString
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let series = [
            KeysSchema.migrations, RelationTable.migrations, JournalTables.migrations, Subjects.migrations,
        ]
        let schema =
            series.flatMap(\.migrations).flatMap { $0.statements(engine.dialect) }
            + kinds.flatMap { RecordTable($0).creation(engine.dialect) }
        try await engine.withStore(schema) { store in
            let keys = try KeyFolder(folder + "/keys")
            let root = FileRootKey(in: keys, random: world.random)
            try await root.create()
            let keyring = Keyring(folder: keys, root: root, database: store.database, world: world)
            try await keyring.establish("clinic")
            _ = try await keyring.sealingKeys(of: (1...9).map { "patient-\($0)" }, in: "clinic")
            let reads = ReadLog(database: store.database, world: world, interval: .milliseconds(20)) { _ in }
            let clinic = Clinic(
                database: store.database, keyring: keyring,
                store: RecordStore(database: store.database, keyring: keyring, world: world, reads: reads), reads: reads, folder: folder,
                book: try RoleBook(extending: [
                    RoleExtension(
                        "organisation_admin",
                        permissions: [
                            "note.read", "note.write", Subjects.mergePermission, Relations.permission, SubjectExport.permission,
                            SubjectExport.keptPermission, JournalProof.disclosePermission,
                        ])
                ]), world: world)
            try await body(clinic)
            await reads.flush()
        }
    }

    /// Somebody who acts in the clinic.
    func standing(_ actor: Identifier, _ roles: Set<RoleName> = [], in tenant: Identifier? = "clinic") -> Standing {
        Standing(Caller(actor: actor, tenant: tenant, roles: roles), by: book, at: world.now())
    }

    var admin: Standing { standing("admin-1", ["organisation_admin"]) }

    /// What the clinic sees of the database.
    var rows: Database { database.within(organisation: "clinic") }

    func note(_ text: String) -> [UInt8] { Array("{\"text\":\"\(text)\"}".utf8) }

    /// The clinic's journal, with positions.
    func entries(from position: Int64 = 0) async throws -> [StandingEntry] {
        await reads.flush()
        try await JournalSealer(database).catchUp()
        return try await JournalReader(database).entries(of: "clinic", from: position)
    }

    /// What is thrown; nil for nothing, and for what is no `Failure`.
    func failure(_ body: () async throws -> some Any) async -> Failure? {
        do {
            _ = try await body()
            return nil
        } catch { return error as? Failure }
    }
}
