import Backup
import Base
import Foundation
import Keys
import Runtime

/// A database of made-up bytes, its kit, and a folder of backups.
struct Vault: Sendable {
    let store: any BlobStore
    let kit: RecoveryKit
    let world: World
    static let installation = "installation"
    let backupKey: Secret

    init(_ store: any BlobStore = MemoryBlobs(), seed: UInt8 = 1, kitNumber: Int64 = 1) {
        self.store = store
        world = .live
        backupKey = Secret([UInt8](repeating: seed, count: 32))
        kit = RecoveryKit(
            number: kitNumber, needsEngine: false, installation: Self.installation,
            key: Secret([UInt8](repeating: seed &+ UInt8(kitNumber) &+ 100, count: 32)))
    }

    var folder: BackupFolder { BackupFolder(store, backupKey, world: world) }

    @discardableResult
    func backUp(_ bytes: [UInt8], failing: Bool = false) async throws -> BackupReport {
        let (backupKey, world) = (backupKey, world)
        return try await folder.backUp(
            BackupPlan(
                engine: "sqlite", installation: Self.installation, program: "test", kit: kit, source: { Blocks(bytes, failing: failing) },
                facts: { SnapshotFacts(journalSize: bytes.count, checkpoint: nil, tables: []) },
                keys: { number in
                    KeyArchive(
                        number: number, madeAt: world.now(), installation: Self.installation, backupKey: backupKey, files: [],
                        rows: Array("erased t s 1\n".utf8))
                }))
    }

    func restored(_ id: String? = nil) async throws -> [UInt8] {
        let archive = try await BackupFolder.archive(in: store, opening: kit)
        let folder = BackupFolder(store, archive.backupKey, world: world)
        let manifest = try await folder.manifest(id)
        guard archive.number >= manifest.archive else { throw Failure.keyArchiveTooOld(archive.number, needed: manifest.archive) }
        var bytes: [UInt8] = []
        try await folder.read(manifest) { bytes += $0 }
        return bytes
    }
}

final class Blocks: ChunkSource {
    struct Broken: Error {}
    private var rest: ArraySlice<UInt8>
    private let failing: Bool

    init(_ bytes: [UInt8], failing: Bool) {
        rest = bytes[...]
        self.failing = failing
    }

    func next() async throws -> [UInt8]? {
        guard !rest.isEmpty else {
            if failing { throw Broken() }
            return nil
        }
        defer { rest = rest.dropFirst(Chunking.blockBytes) }
        return Array(rest.prefix(Chunking.blockBytes))
    }
}

/// Unlike anything else, and the same for one seed.
func madeUp(_ count: Int, seed: UInt64) -> [UInt8] {
    var state = seed
    let random = stride(from: 0, to: count, by: 8).flatMap { _ in
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return withUnsafeBytes(of: state ^ state >> 29) { Array($0) }
    }
    return Array(random.prefix(count))
}

/// The code of the failure that a body throws; nil where it throws none.
func code(_ body: () async throws -> Void) async -> String? {
    do {
        try await body()
        return nil
    } catch {
        return (error as? Failure)?.code ?? "\(error)"
    }
}
