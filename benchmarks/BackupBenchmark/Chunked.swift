import Backup
import Base
import Disk
import Foundation
import Keys
import Runtime

/// Cutting, naming, sealing and storing a file's blocks, without a database: the part of a backup that is ours.
enum Chunked {
    static func run(_ path: String, into folder: String) async throws {
        let world = World.live
        let key = Secret(world.random.bytes(RecoveryKit.keyBytes))
        let kit = RecoveryKit(
            number: 1, needsEngine: false, installation: "benchmark", key: Secret(world.random.bytes(RecoveryKit.keyBytes)))
        let backups = BackupFolder(try DiskBlobs(folder), key, world: world)
        for name in ["first", "unchanged"] {
            let start = ContinuousClock.now
            let report = try await backups.backUp(
                BackupPlan(
                    engine: "sqlite", installation: "benchmark", program: "benchmark", kit: kit, source: { try FileBlocks(path) },
                    facts: { SnapshotFacts(journalSize: 0, checkpoint: nil, tables: []) },
                    keys: { number in
                        KeyArchive(
                            number: number, madeAt: world.now(), installation: "benchmark", backupKey: key, files: [], rows: [])
                    }))
            let seconds = (ContinuousClock.now - start) / .seconds(1)
            let megabytes = Double(report.manifest.byteCount) / 1e6
            print("blocks, \(name): \(Int(megabytes / seconds)) MB/s, \(report.newChunks) of \(report.chunks) stored")
        }
    }
}
