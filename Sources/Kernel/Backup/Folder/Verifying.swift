import Base
import Keys
import Runtime

/// What a verification of a whole folder found.
package struct VerificationReport: Sendable {
    /// A block of a backup that cannot be read.
    package struct LostBlock: Sendable {
        package let backup: String
        /// From 0.
        package let chunk: Int
        /// Of the database's stream; the last one's end is not known where it is the end.
        package let offset: Int
        package let byteCount: Int
    }

    package var backups: [BackupFolder.Listed] = []
    package var packs = 0
    package var chunks = 0
    package var bytes = 0
    /// Manifests that do not open.
    package var damagedManifests: [String] = []
    /// Index blobs that do not open, packs that are gone or have another length: by name.
    package var damagedPacks: [String] = []
    /// At most `mostLost` of them; `lostCount` counts all.
    package var lost: [LostBlock] = []
    package var lostCount = 0
    /// Backups that need a newer key archive than is there.
    package var withoutKeys: [String] = []
    package var keyArchiveFault: Failure?

    package static let mostLost = 1_000

    package var isWhole: Bool {
        damagedManifests.isEmpty && damagedPacks.isEmpty && lostCount == 0 && withoutKeys.isEmpty && keyArchiveFault == nil
    }

    package func isDamaged(_ backup: String) -> Bool {
        damagedManifests.contains(backup) || withoutKeys.contains(backup) || lost.contains { $0.backup == backup }
    }
}

extension BackupFolder {
    /// Reads everything: each chunk is opened and held against its name. `kit` opens the key archive. Cost: the disk's.
    package func verify(
        opening kit: RecoveryKit?, _ progress: (_ done: Int, _ of: Int) -> Void = { _, _ in }
    ) async throws -> VerificationReport {
        var report = VerificationReport()
        report.backups = try await backups()
        report.damagedManifests = report.backups.filter { $0.manifest == nil }.map(\.id)
        try await verifyArchive(opening: kit, &report)
        let index = try await ChunkIndex(store, keys)
        report.damagedPacks = (index.unreadable + index.broken).sorted()
        report.packs = index.packs.count
        var good: [ChunkID: Int] = [:]
        let (store, keys) = (store, keys)
        let total = index.packs.reduce(0) { $0 + $1.byteCount }
        for pack in index.packs {
            let name = try ChunkIndex.blobName(ChunkIndex.packsFolder, pack.name)
            let bytes = try? await store.bytes(of: name)
            var offset = 0
            var sealed: [(ChunkID, [UInt8])] = []
            for entry in pack.entries {
                let end = offset + Int(entry.length)
                if let bytes, end <= bytes.count { sealed.append((entry.id, Array(bytes[offset..<end]))) }
                offset = end
            }
            let counts = try await ChunkWriter.concurrently(sealed) { id, bytes in SealedChunk.open(bytes, id, keys)?.count }
            for ((id, _), count) in zip(sealed, counts) { if let count { good[id] = count } }
            if counts.contains(nil) || sealed.count < pack.entries.count { report.damagedPacks.append(pack.name) }
            report.chunks += pack.entries.count
            report.bytes += pack.byteCount
            progress(report.bytes, total)
        }
        report.damagedPacks = Set(report.damagedPacks).sorted()
        for listed in report.backups { if let manifest = listed.manifest { Self.findLost(manifest, good, &report) } }
        return report
    }

    private func verifyArchive(opening kit: RecoveryKit?, _ report: inout VerificationReport) async throws {
        guard let kit else { return }
        do {
            let archive = try await Self.archive(in: store, opening: kit)
            report.withoutKeys = report.backups.compactMap(\.manifest).filter { $0.archive > archive.number }.map(\.id.description)
        } catch let failure as Failure {
            if failure.code != "no_backups" || !report.backups.isEmpty { report.keyArchiveFault = failure }
        }
    }

    /// A lost chunk's length is not known where it is damaged; those of blocks are all the same but the last.
    private static func findLost(_ manifest: Manifest, _ good: [ChunkID: Int], _ report: inout VerificationReport) {
        let isLost = manifest.chunks.map { good[$0] == nil }
        guard isLost.contains(true) else { return }
        let known = zip(manifest.chunks, isLost).reduce(0) { $0 + ($1.1 ? 0 : good[$1.0] ?? 0) }
        let lostCount = isLost.count { $0 }
        let each = max(1, (manifest.byteCount - known + lostCount - 1) / lostCount)
        var offset = 0
        for (number, id) in manifest.chunks.enumerated() {
            let count = good[id] ?? min(manifest.engine == "sqlite" ? Chunking.blockBytes : each, max(0, manifest.byteCount - offset))
            if isLost[number] {
                report.lostCount += 1
                if report.lost.count < VerificationReport.mostLost {
                    report.lost.append(
                        .init(backup: manifest.id.description, chunk: number, offset: offset, byteCount: count))
                }
            }
            offset += count
        }
    }
}
