import Base
import Keys
import Runtime

/// What a prune came to.
package struct PruneReport: Sendable {
    package var removed: [String] = []
    package var kept: [String] = []
    package var freedBytes = 0
}

extension BackupFolder {
    /// A pack of which less than this share is still named is written anew without the rest.
    private static let leastLiveShare = 0.5

    /// Keeps the newest backups and removes the others, then the chunks that nobody names. `forgetting`: backups to be removed whatever
    /// their age; the only way to remove one whose manifest is damaged.
    ///
    /// Killed anywhere, it leaves each backup whole or gone, and at most chunks that nobody names, which the next prune removes. Throws
    /// `Failure`: as `hold`; `.invalid, "backup_damaged"` where a manifest that would stay does not open, because nobody knows then which
    /// chunks it names.
    package func prune(keeping count: Int, forgetting: Set<String> = [], installation: String) async throws -> PruneReport {
        let hold = try await hold(installation: installation)
        do {
            let report = try await prune(keeping: count, forgetting)
            await hold.release()
            return report
        } catch {
            await hold.release()
            throw error
        }
    }

    private func prune(keeping count: Int, _ forgotten: Set<String>) async throws -> PruneReport {
        let listed = try await backups()
        for id in forgotten where !listed.contains(where: { $0.id == id }) { throw Failure.noSuchBackup(id, store.place) }
        let candidates = listed.filter { !forgotten.contains($0.id) }
        let staying = candidates.suffix(max(1, count))
        if let damaged = staying.first(where: { $0.manifest == nil }) { throw Failure.backupUnreadable(damaged.id) }
        var report = PruneReport()
        report.kept = staying.map(\.id)
        let kept = Set(report.kept)
        for backup in listed where !kept.contains(backup.id) {
            try await store.remove(try ChunkIndex.blobName(Self.manifestsFolder, backup.id))
            report.removed.append(backup.id)
        }
        var live: Set<ChunkID> = []
        for backup in staying { for id in backup.manifest?.chunks ?? [] { live.insert(id) } }
        try await sweepChunks(live, &report)
        return report
    }

    private func sweepChunks(_ live: Set<ChunkID>, _ report: inout PruneReport) async throws {
        let index = try await ChunkIndex(store, keys)
        for orphan in index.orphans { try await remove(pack: orphan) }
        var keepers: [ChunkIndex.Pack] = []
        var thin: [ChunkIndex.Pack] = []
        for (number, pack) in index.packs.enumerated() {
            // Of a chunk that lies in two packs, the one that the index does not name is superfluous.
            let entries = pack.entries.filter { live.contains($0.id) && index.places[$0.id]?.pack == Int32(number) }
            let liveBytes = entries.reduce(0) { $0 + Int($1.length) }
            if entries.isEmpty {
                try await remove(pack: pack.name)
                report.freedBytes += pack.byteCount
            } else if Double(liveBytes) < Self.leastLiveShare * Double(pack.byteCount) {
                thin.append(pack)
                report.freedBytes += pack.byteCount - liveBytes
            } else {
                keepers.append(pack)
            }
        }
        guard !thin.isEmpty else { return }
        // The new packs are durable before the old ones go.
        var rest = ChunkIndex()
        for pack in keepers { rest.add(pack) }
        let writer = ChunkWriter(store, keys, rest, world: world)
        var moved: Set<ChunkID> = []
        do {
            for pack in thin {
                for entry in pack.entries where live.contains(entry.id) && rest.places[entry.id] == nil && moved.insert(entry.id).inserted {
                    guard let sealed = try await Self.sealed(entry.id, in: index, store) else {
                        throw Failure.packUnreadable(pack.name)
                    }
                    try await writer.append(sealed, entry.id)
                }
            }
            try await writer.finish()
        } catch {
            await writer.abandon()
            throw error
        }
        for pack in thin { try await remove(pack: pack.name) }
    }

    /// The list first: a pack without one is nobody's.
    private func remove(pack: String) async throws {
        try await store.remove(try ChunkIndex.blobName(ChunkIndex.indexFolder, pack))
        try await store.remove(try ChunkIndex.blobName(ChunkIndex.packsFolder, pack))
    }
}

extension Failure {
    static func packUnreadable(_ name: String) -> Failure {
        Failure(
            .invalid, "backup_pack_damaged",
            Text(
                es: "El paquete de bloques \(name) no se puede leer; no se quitó: «zancada backup verify» dice qué copias lo usan.",
                en: "The pack of blocks \(name) cannot be read and was left: 'zancada backup verify' says which backups use it."))
    }
}
