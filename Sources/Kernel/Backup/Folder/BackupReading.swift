import Base
import Keys
import Runtime

extension BackupFolder {
    /// Gives the bytes of a backup in order, piece by piece.
    ///
    /// Throws `Failure(.invalid, "backup_chunk_damaged")` with the place of the first chunk that is missing or damaged.
    package func read(_ manifest: Manifest, _ body: (_ bytes: [UInt8]) async throws -> Void) async throws {
        let index = try await ChunkIndex(store, keys)
        let (store, keys) = (store, keys)
        var offset = 0
        for start in stride(from: 0, to: manifest.chunks.count, by: ChunkWriter.batch) {
            let ids = manifest.chunks[start..<min(start + ChunkWriter.batch, manifest.chunks.count)]
            var sealed: [(ChunkID, [UInt8])] = []
            for (number, id) in zip(start..., ids) {
                guard let bytes = try await Self.sealed(id, in: index, store) else {
                    throw Failure.backupChunkDamaged(manifest.id.description, chunk: number, offset: offset)
                }
                sealed.append((id, bytes))
            }
            let opened = try await ChunkWriter.concurrently(sealed) { id, bytes in SealedChunk.open(bytes, id, keys) }
            for (number, bytes) in zip(start..., opened) {
                guard let bytes else { throw Failure.backupChunkDamaged(manifest.id.description, chunk: number, offset: offset) }
                offset += bytes.count
                try await body(bytes)
            }
        }
        guard offset == manifest.byteCount else { throw Failure.backupUnreadable(manifest.id.description) }
    }

    static func sealed(_ id: ChunkID, in index: ChunkIndex, _ store: any BlobStore) async throws -> [UInt8]? {
        guard let place = index.places[id] else { return nil }
        let name = try ChunkIndex.blobName(ChunkIndex.packsFolder, index.packs[Int(place.pack)].name)
        let start = Int(place.offset)
        return try await store.bytes(of: name, in: start..<start + Int(place.length))
    }
}
