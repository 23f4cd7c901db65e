import Base
import Foundation
import Keys
import Runtime

/// The bytes of a database, cut into chunks. Belongs to one task.
package protocol ChunkSource: AnyObject {
    /// The next chunk, at most `Chunking.mostBytes`; nil at the end.
    func next() async throws -> [UInt8]?
}

/// What a database says of itself at the moment that is backed up.
package struct SnapshotFacts: Sendable {
    package var journalSize: Int
    package var checkpoint: String?
    package var tables: [TableDigest]

    package init(journalSize: Int, checkpoint: String?, tables: [TableDigest]) {
        self.journalSize = journalSize
        self.checkpoint = checkpoint
        self.tables = tables
    }
}

/// What is backed up, and how each part is had.
package struct BackupPlan {
    package let engine: String
    package let installation: String
    package let program: String
    package let kit: RecoveryKit
    /// Called once the folder is held: takes the snapshot.
    package let source: () async throws -> any ChunkSource
    /// Of that same snapshot; called once all chunks were taken.
    package let facts: () async throws -> SnapshotFacts
    /// The keys, read after the snapshot was taken, so that every epoch which its rows name is in them or destroyed for good.
    package let keys: (_ number: Int64) async throws -> KeyArchive

    package init(
        engine: String, installation: String, program: String, kit: RecoveryKit, source: @escaping () async throws -> any ChunkSource,
        facts: @escaping () async throws -> SnapshotFacts, keys: @escaping (_ number: Int64) async throws -> KeyArchive
    ) {
        self.engine = engine
        self.installation = installation
        self.program = program
        self.kit = kit
        self.source = source
        self.facts = facts
        self.keys = keys
    }
}

/// What a backup came to.
package struct BackupReport: Sendable {
    package let manifest: Manifest
    package let chunks: Int
    /// Those that were not there before.
    package let newChunks: Int
    /// Bytes that were added to the folder.
    package let storedBytes: Int
}

extension BackupFolder {
    /// Makes a backup. In this order, each durable before the next: chunks, their index, the key archive, the manifest; so whatever
    /// breaks off leaves older backups whole and nothing that counts as one.
    ///
    /// Throws `Failure`: as `hold`, what the plan throws, and what the store throws.
    package func backUp(_ plan: BackupPlan, _ progress: (_ bytes: Int) -> Void = { _ in }) async throws -> BackupReport {
        let hold = try await hold(installation: plan.installation)
        do {
            let report = try await write(plan, progress)
            await hold.release()
            return report
        } catch {
            try? await store.sweep()
            await hold.release()
            throw error
        }
    }

    private func write(_ plan: BackupPlan, _ progress: (_ bytes: Int) -> Void) async throws -> BackupReport {
        let before = try await backups()
        guard before.count < Self.mostBackups else { throw Failure.tooManyBackups(before.count) }
        let index = try await ChunkIndex(store, keys)
        for orphan in index.orphans { try await store.remove(try ChunkIndex.blobName(ChunkIndex.packsFolder, orphan)) }
        let source = try await plan.source()
        let writer = ChunkWriter(store, keys, index, world: world)
        let ids: [ChunkID]
        var byteCount = 0
        do {
            ids = try await Self.add(source, to: writer) { count in
                byteCount += count
                progress(byteCount)
            }
            try await writer.finish()
        } catch {
            await writer.abandon()
            throw error
        }
        let facts = try await plan.facts()
        // No older than the one that stands there, though another kit sealed it.
        let standing = try? await Self.archive(in: store, opening: plan.kit).number
        let archive = try await plan.keys(1 + max(standing ?? 0, before.compactMap(\.manifest?.archive).max() ?? 0))
        try await store.put(try archive.sealed(for: plan.kit, random: world.random), at: Self.archive)
        let manifest = Manifest(
            id: world.id(), madeAt: world.now(), installation: plan.installation, program: plan.program, engine: plan.engine,
            archive: archive.number, journalSize: facts.journalSize, checkpoint: facts.checkpoint, byteCount: byteCount,
            tables: facts.tables, chunks: ids)
        try await put(manifest)
        return BackupReport(
            manifest: manifest, chunks: ids.count, newChunks: writer.storedChunks, storedBytes: writer.storedBytes)
    }

    private static func add(
        _ source: any ChunkSource, to writer: ChunkWriter, _ progress: (_ count: Int) -> Void
    ) async throws -> [ChunkID] {
        var ids: [ChunkID] = []
        var batch: [[UInt8]] = []
        while true {
            let chunk = try await source.next()
            if let chunk { batch.append(chunk) }
            if batch.count == ChunkWriter.batch || chunk == nil {
                try Task.checkCancellation()
                ids += try await writer.add(batch)
                progress(batch.reduce(0) { $0 + $1.count })
                batch.removeAll(keepingCapacity: true)
            }
            if chunk == nil { return ids }
        }
    }
}
