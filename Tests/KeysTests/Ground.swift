import Base
import Foundation
import Keys
import Store
import TestKit

/// Keys on a database and a folder of their own, for the length of one test.
struct Ground: Sendable {
    let store: TestStore
    let folder: KeyFolder
    let root: FileRootKey
    let keyring: Keyring
    let world: World
    static let organisation = "org-1"

    var database: Database { store.database.within(organisation: Self.organisation) }

    /// Another process on the same folder and database.
    func another(limits: Keyring.Limits = Keyring.Limits()) -> Keyring {
        Keyring(folder: folder, root: root, database: store.database, world: .live, limits: limits)
    }

    /// `established`: whether the organisation has its first epoch.
    static func with<Value>(
        _ engine: EngineMatrix, established: Bool = true, limits: Keyring.Limits = Keyring.Limits(), _ tables: [SQL] = [],
        _ body: (Ground) async throws -> Value
    ) async throws -> Value {
        let schema = KeysSchema.migrations.migrations.flatMap { $0.statements(engine.dialect) } + tables
        return try await engine.withStore(schema) { store in
            try await withFolder { path in
                let (folder, world) = (try KeyFolder(path), World.live)
                let root = FileRootKey(in: folder, random: world.random)
                try await root.create()
                let keyring = Keyring(folder: folder, root: root, database: store.database, world: world, limits: limits)
                if established { try await keyring.establish(organisation) }
                return try await body(Ground(store: store, folder: folder, root: root, keyring: keyring, world: world))
            }
        }
    }

    /// A path for a folder of keys, which goes with the test.
    static func withFolder<Value>(_ body: (String) async throws -> Value) async throws -> Value {
        let path = FileManager.default.temporaryDirectory.appending(path: "zancada-keys-\(UUID().uuidString)").path
        defer { try? FileManager.default.removeItem(atPath: path) }
        return try await body(path)
    }

    func epochs() async throws -> [Int64] {
        try await database.rows("SELECT DISTINCT epoch FROM subject_keys ORDER BY epoch") { try $0["epoch"] }
    }

    func names(in folder: String = "organisations/\(organisation)") throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: "\(self.folder.path)/\(folder)").sorted()
    }
}

/// A note of a subject, as a record would hold it.
struct Note: Sendable {
    let subject: String
    let context: EntryContext
    let sealed: [UInt8]

    static func write(_ text: String, about subject: String, number: Int = 1, _ keyring: Keyring) async throws -> Note {
        let context = EntryContext(tenant: Ground.organisation, kind: "note", record: "\(subject)-\(number)", version: 1)
        let key = try await keyring.sealingKey(of: subject, in: Ground.organisation)
        return Note(subject: subject, context: context, sealed: try key.seal(Array(text.utf8), as: context, random: World.live.random))
    }

    /// nil where the subject has no key.
    func read(_ keyring: Keyring) async throws -> String? {
        guard let keys = try await keyring.keys(of: subject, in: Ground.organisation) else { return nil }
        return String(decoding: try keys.open(sealed, as: context), as: UTF8.self)
    }
}

func code(_ body: () async throws -> Void) async -> String {
    do { try await body() } catch let failure as Failure { return failure.code } catch { return "\(error)" }
    return "nothing was thrown"
}
