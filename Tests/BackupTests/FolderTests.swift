import Backup
import Base
import Disk
import Foundation
import Runtime
import Testing

@Suite("a folder of backups")
struct FolderTests {
    private static let block = Chunking.blockBytes

    @Test("each backup is whole by itself, and only what changed is stored again")
    func incremental() async throws {
        let vault = Vault()
        var bytes = madeUp(40 * Self.block + 100, seed: 1)
        let first = try await vault.backUp(bytes)
        #expect(first.chunks == 41 && first.newChunks == 41)
        bytes[7 * Self.block + 5] ^= 1
        let second = try await vault.backUp(bytes)
        #expect(second.chunks == 41 && second.newChunks == 1 && second.storedBytes < 2 * Self.block)
        #expect(try await vault.restored() == bytes)
        bytes[7 * Self.block + 5] ^= 1
        #expect(try await vault.restored(first.manifest.id.description) == bytes)
        #expect(try await vault.folder.verify(opening: vault.kit).isWhole)
        let empty = try await vault.backUp([])
        #expect(try await vault.restored(empty.manifest.id.description) == [])
    }

    @Test("nothing of what is backed up, nor any key, stands in a blob in clear, and equal blocks look alike to nobody else")
    func sealed() async throws {
        let (store, other) = (MemoryBlobs(), MemoryBlobs())
        let text = Array(repeating: "Ana García, rodilla derecha. ", count: 10_000).joined()
        let (vault, second) = (Vault(store), Vault(other, seed: 2))
        try await vault.backUp(Array(text.utf8))
        try await second.backUp(Array(text.utf8))
        let needles = [Array("García".utf8), [UInt8](repeating: 1, count: 32), Array(Vault.installation.utf8), Array("sqlite".utf8)]
        let (mine, theirs) = (try await Self.all(store), try await Self.all(other))
        for (name, bytes) in mine { for needle in needles { #expect(!Self.contains(bytes, needle), "\(name)") } }
        // Not even whether two installations hold the same: no piece of 16 bytes of the packs and lists is in both.
        let pieces = Set(mine.filter { $0.key.folder != nil }.values.flatMap { Self.pieces($0) })
        for bytes in theirs.filter({ $0.key.folder != nil }).values { #expect(pieces.isDisjoint(with: Self.pieces(bytes))) }
    }

    private static func pieces(_ bytes: [UInt8]) -> [[UInt8]] {
        stride(from: 0, to: bytes.count - 16, by: 16).map { Array(bytes[$0..<$0 + 16]) }
    }

    private static func contains(_ bytes: [UInt8], _ needle: [UInt8]) -> Bool { Data(bytes).range(of: Data(needle)) != nil }

    private static func all(_ store: any BlobStore) async throws -> [BlobName: [UInt8]] {
        var all: [BlobName: [UInt8]] = [:]
        for folder in [nil, "backups", "packs", "index"] {
            for blob in try await store.blobs(in: folder) { all[blob.name] = try await store.bytes(of: blob.name) }
        }
        return all
    }

    @Test("every blob damaged in turn, at several places, cut and removed: verification says which backups are lost, and restores refuse")
    func damage() async throws {
        let store = MemoryBlobs()
        let vault = Vault(store)
        var bytes = madeUp(6 * Self.block, seed: 3)
        let first = try await vault.backUp(bytes)
        bytes[3 * Self.block] ^= 1
        let second = try await vault.backUp(bytes)
        let whole = try await Self.all(store)
        for (name, blob) in whole where name.description != "about" {
            for place in stride(from: 0, to: blob.count, by: max(1, blob.count / 9)) + [blob.count - 1] {
                var damaged = blob
                damaged[place] ^= 0x10
                try await store.put(damaged, at: name)
                try await Self.expectNoticed(vault, name, place, bytes)
            }
            try await store.put(Array(blob.dropLast(3)), at: name)
            try await Self.expectNoticed(vault, name, -1, bytes)
            try await store.remove(name)
            if name.folder != "backups" { try await Self.expectNoticed(vault, name, -2, bytes) }
            try await store.put(blob, at: name)
        }
        #expect(try await vault.folder.verify(opening: vault.kit).isWhole)

        // Which part: the one block that the two do not share.
        let index = try #require(whole.keys.filter { $0.folder == "packs" }.min { whole[$0]?.count ?? 0 < whole[$1]?.count ?? 0 })
        var damaged = try #require(whole[index])
        damaged[1_000] ^= 1
        try await store.put(damaged, at: index)
        let report = try await vault.folder.verify(opening: vault.kit)
        #expect(report.lost.map(\.backup) == [second.manifest.id.description] && report.lost[0].chunk == 3)
        #expect(report.lost[0].offset == 3 * Self.block && report.lost[0].byteCount == Self.block && report.damagedPacks == [index.last])
        #expect(!report.isDamaged(first.manifest.id.description))
        let said = await code { _ = try await vault.restored() }
        #expect(said == "backup_chunk_damaged")
    }

    private static func expectNoticed(_ vault: Vault, _ name: BlobName, _ place: Int, _ bytes: [UInt8]) async throws {
        let report = try await vault.folder.verify(opening: vault.kit)
        #expect(!report.isWhole, "\(name) at \(place)")
        // A restore gives the right bytes or refuses.
        if let restored = try? await vault.restored() { #expect(restored == bytes, "\(name) at \(place)") }
    }

    @Test("blobs that changed places are refused, and so are another installation's")
    func exchanged() async throws {
        let store = MemoryBlobs()
        let vault = Vault(store)
        let first = try await vault.backUp(madeUp(3 * Self.block, seed: 1))
        let second = try await vault.backUp(madeUp(3 * Self.block, seed: 2))
        for folder in ["backups", "packs", "index"] {
            let names = try await store.blobs(in: folder).map(\.name)
            let blobs = [try #require(try await store.bytes(of: names[0])), try #require(try await store.bytes(of: names[1]))]
            for (name, blob) in zip(names, blobs.reversed()) { try await store.put(blob, at: name) }
            for id in [first.manifest.id, second.manifest.id] {
                #expect(await code { _ = try await vault.restored(id.description) } != nil, "\(folder)")
            }
            #expect(try await !vault.folder.verify(opening: vault.kit).isWhole)
            for (name, blob) in zip(names, blobs) { try await store.put(blob, at: name) }
        }
        #expect(try await vault.folder.verify(opening: vault.kit).isWhole)
        let other = Vault(store, seed: 9)
        #expect(await code { try await other.backUp([1]) } == "backup_folder_foreign")
        #expect(await code { _ = try await other.folder.prune(keeping: 1, installation: Vault.installation) } == "backup_folder_foreign")
        #expect(await code { _ = try await BackupFolder.archive(in: store, opening: other.kit) } == "recovery_kit_wrong")
        #expect(try await vault.restored() == madeUp(3 * Self.block, seed: 2))
    }

    @Test("an older key archive than the data need is refused; a newer one serves older data; a new kit opens what came before")
    func archives() async throws {
        let store = MemoryBlobs()
        let vault = Vault(store)
        let old = try await vault.backUp(madeUp(100, seed: 1))
        let name = try #require(BlobName("keys"))
        let former = try #require(try await store.bytes(of: name))
        try await vault.backUp(madeUp(100, seed: 2))
        #expect(try await vault.restored(old.manifest.id.description) == madeUp(100, seed: 1))
        let newest = try #require(try await store.bytes(of: name))
        try await store.put(former, at: name)
        #expect(await code { _ = try await vault.restored() } == "key_archive_too_old")
        #expect(try await vault.folder.verify(opening: vault.kit).withoutKeys.count == 1)
        try await store.put(newest, at: name)
        let renewed = Vault(store, kitNumber: 2)
        try await renewed.backUp(madeUp(100, seed: 3))
        #expect(try await renewed.restored(old.manifest.id.description) == madeUp(100, seed: 1))
        #expect(await code { _ = try await vault.restored() } == "recovery_kit_wrong")
    }

    @Test("prune keeps the newest and what they need, writes thin packs anew, and leaves nothing that nobody names")
    func pruning() async throws {
        let store = MemoryBlobs()
        let vault = Vault(store)
        var bytes = madeUp(30 * Self.block, seed: 1)
        for round in 0..<6 {
            for place in 0..<5 { bytes[(round * 5 + place) * Self.block] ^= 0xff }
            try await vault.backUp(bytes)
        }
        let before = try await Self.all(store).values.reduce(0) { $0 + $1.count }
        let report = try await vault.folder.prune(keeping: 2, installation: Vault.installation)
        #expect(report.removed.count == 4 && report.kept.count == 2 && report.freedBytes > 10 * Self.block)
        let after = try await Self.all(store).values.reduce(0) { $0 + $1.count }
        #expect(after < before - 10 * Self.block && after < 50 * Self.block)
        #expect(try await vault.restored() == bytes)
        for place in 25..<30 { bytes[place * Self.block] ^= 0xff }
        #expect(try await vault.restored(report.kept[0]) == bytes)
        #expect(try await vault.folder.verify(opening: vault.kit).isWhole)
        #expect(
            await code { _ = try await vault.folder.prune(keeping: 1, forgetting: ["none"], installation: Vault.installation) }
                == "no_such_backup")
        let newest = try await vault.folder.prune(keeping: 1, forgetting: [report.kept[1]], installation: Vault.installation)
        #expect(newest.kept == [report.kept[0]])
        #expect(try await vault.restored() == bytes)
    }

    @Test("a damaged list stops a prune that would keep it, unless it is to be forgotten")
    func damagedManifest() async throws {
        let store = MemoryBlobs()
        let vault = Vault(store)
        try await vault.backUp(madeUp(100, seed: 1))
        let second = try await vault.backUp(madeUp(100, seed: 2)).manifest.id.description
        let name = try #require(BlobName(second, in: "backups"))
        try await store.put([1, 2, 3], at: name)
        #expect(await code { _ = try await vault.folder.prune(keeping: 2, installation: Vault.installation) } == "backup_damaged")
        let report = try await vault.folder.prune(keeping: 2, forgetting: [second], installation: Vault.installation)
        #expect(report.removed == [second])
        #expect(try await vault.restored() == madeUp(100, seed: 1))
    }

    @Test("a backup that breaks off leaves the ones before whole and does not count; a second at once is refused")
    func breakingOff() async throws {
        let vault = Vault()
        try await vault.backUp(madeUp(3 * Self.block, seed: 1))
        #expect(await code { try await vault.backUp(madeUp(5 * Self.block, seed: 2), failing: true) } == "Broken()")
        #expect(try await vault.folder.backups().count == 1)
        #expect(try await vault.restored() == madeUp(3 * Self.block, seed: 1))
        let hold = try #require(try await vault.store.hold())
        #expect(await code { try await vault.backUp([1]) } == "backup_running")
        await hold.release()
        try await vault.backUp([1])
    }

    @Test("a lost pack is stored again by the next backup")
    func healing() async throws {
        let store = MemoryBlobs()
        let vault = Vault(store)
        let bytes = madeUp(5 * Self.block, seed: 1)
        try await vault.backUp(bytes)
        try await store.remove(try #require(try await store.blobs(in: "packs").first?.name))
        #expect(await code { _ = try await vault.restored() } == "backup_chunk_damaged")
        try await vault.backUp(bytes)
        #expect(try await vault.restored() == bytes)
    }
}
