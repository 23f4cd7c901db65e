import Base
import Foundation
import Keys
import Runtime

/// Where backups are: any number of them, and the newest key archive. Everything in it is sealed but the names of the blobs, their
/// sizes and times, and which kit opens the archive.
///
/// | blob | what |
/// |---|---|
/// | `about` | whose folder it is |
/// | `keys` | the key archive |
/// | `backups/ID` | a manifest: it makes a backup of what it names |
/// | `packs/NAME`, `index/NAME` | chunks, and the list of them |
package struct BackupFolder: Sendable {
    package let store: any BlobStore
    let keys: BackupKeys
    let world: World

    static let manifestsFolder = "backups"
    private static let aboutKind = "zancada backup folder"
    private static let manifestKind = "zancada backup manifest"
    /// Backups in one folder; beyond that one must be pruned.
    package static let mostBackups = 10_000

    package init(_ store: any BlobStore, _ backupKey: Secret, world: World) {
        self.store = store
        keys = BackupKeys(backupKey)
        self.world = world
    }

    static var about: BlobName { name("about") }
    static var archive: BlobName { name("keys") }

    private static func name(_ text: String) -> BlobName {
        guard let name = BlobName(text) else { preconditionFailure("a good name") }
        return name
    }

    /// What stands in a folder of backups, for whoever looks for strangers in it.
    package static let knownNames: Set<String> = [
        "about", "keys", manifestsFolder, ChunkIndex.packsFolder, ChunkIndex.indexFolder,
    ]

    /// The key archive of a folder. Throws `Failure`: `.notFound, "no_backups"` where there is none, else as `KeyArchive.init`.
    package static func archive(in store: any BlobStore, opening kit: RecoveryKit) async throws -> KeyArchive {
        guard let blob = try await store.bytes(of: archive) else { throw Failure.noBackups(store.place) }
        return try KeyArchive(blob, opening: kit)
    }

    /// Takes the folder for one writer, sweeps what a killed one left, and marks a new folder as this installation's.
    ///
    /// Throws `Failure`: `.conflict, "backup_running"` where another writes, `.invalid, "backup_folder_foreign"` where it is another
    /// installation's.
    func hold(installation: String) async throws -> any BlobHold {
        guard let hold = try await store.hold() else { throw Failure.backupRunning(store.place) }
        do {
            try await store.sweep()
            if let about = try await store.bytes(of: Self.about) {
                guard owns(about) else { throw Failure.backupFolderForeign(store.place) }
            } else {
                guard try await store.bytes(of: Self.archive) == nil else { throw Failure.backupFolderForeign(store.place) }
                let sealed = try Sealing.seal(Array(installation.utf8), under: keys.manifests, as: Self.aboutContext, random: world.random)
                try await store.put(sealed, at: Self.about)
            }
            return hold
        } catch {
            await hold.release()
            throw error
        }
    }

    private static let aboutContext = EntryContext(tenant: "", kind: aboutKind, record: "about", version: 1)

    private func owns(_ about: [UInt8]) -> Bool { (try? Sealing.open(about, under: keys.manifests, as: Self.aboutContext)) != nil }

    /// Throws `backup_folder_foreign` where it is another installation's; nothing for an empty one.
    package func requireOwn() async throws {
        if let about = try await store.bytes(of: Self.about), !owns(about) { throw Failure.backupFolderForeign(store.place) }
    }
}

/// Manifests.
extension BackupFolder {
    /// A backup as the folder has it.
    package struct Listed: Sendable {
        package let id: String
        /// nil where it is damaged.
        package let manifest: Manifest?
    }

    /// All, the oldest first.
    package func backups() async throws -> [Listed] {
        var listed: [Listed] = []
        for blob in try await store.blobs(in: Self.manifestsFolder) {
            listed.append(Listed(id: blob.name.last, manifest: try await manifest(blob.name)))
        }
        return listed
    }

    private func manifest(_ name: BlobName) async throws -> Manifest? {
        guard let sealed = try await store.bytes(of: name), sealed.count <= Manifest.mostBytes,
            let bytes = try? Sealing.open(sealed, under: keys.manifests, as: Self.context(name.last)),
            let manifest = Manifest(bytes), manifest.id.description == name.last
        else { return nil }
        return manifest
    }

    /// The one of that id, or the newest. Throws `Failure`: `.notFound`, or `.invalid, "backup_damaged"`.
    package func manifest(_ id: String?) async throws -> Manifest {
        let listed = try await backups()
        guard let found = id.map({ id in listed.first { $0.id == id } }) ?? listed.last else {
            throw id.map { Failure.noSuchBackup($0, store.place) } ?? Failure.noBackups(store.place)
        }
        guard let manifest = found.manifest else { throw Failure.backupUnreadable(found.id) }
        return manifest
    }

    func put(_ manifest: Manifest) async throws {
        let id = manifest.id.description
        let sealed = try Sealing.seal(manifest.bytes, under: keys.manifests, as: Self.context(id), random: world.random)
        try await store.put(sealed, at: try ChunkIndex.blobName(Self.manifestsFolder, id))
    }

    private static func context(_ id: String) -> EntryContext {
        EntryContext(tenant: "", kind: manifestKind, record: id, version: 1)
    }
}
