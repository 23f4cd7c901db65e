import Base
import Keys
import Runtime

/// Where the chunks of a folder lie: in packs of some 16 MiB, each with an index blob beside it that lists them.
struct ChunkIndex: Sendable {
    /// A sealed chunk in a pack.
    struct Place: Sendable, Hashable {
        let pack: Int32
        let offset: UInt32
        let length: UInt32
    }

    struct Entry: Sendable, Hashable {
        let id: ChunkID
        let length: UInt32
    }

    /// One pack and its chunks in order.
    struct Pack: Sendable {
        let name: String
        let entries: [Entry]

        var byteCount: Int { entries.reduce(0) { $0 + Int($1.length) } }
    }

    static let packsFolder = "packs"
    static let indexFolder = "index"
    private static let kind = "zancada backup index"

    private(set) var packs: [Pack] = []
    private(set) var places: [ChunkID: Place] = [:]
    /// Packs that are not there, or not as long as their index says: nothing of them is taken for stored.
    private(set) var broken: [String] = []
    /// Index blobs that do not open.
    private(set) var unreadable: [String] = []
    /// Packs without an index: a crash came between the two, and nobody names what they hold.
    private(set) var orphans: [String] = []

    init() {}

    /// Reads all index blobs. Cost: some 100 µs and 36 bytes a chunk for each pack.
    init(_ store: any BlobStore, _ keys: BackupKeys) async throws {
        var sizes: [String: Int] = [:]
        for blob in try await store.blobs(in: Self.packsFolder) { sizes[blob.name.last] = blob.byteCount }
        for blob in try await store.blobs(in: Self.indexFolder) {
            let name = blob.name.last
            guard let bytes = try await store.bytes(of: blob.name), let pack = Self.read(bytes, of: name, keys) else {
                unreadable.append(name)
                continue
            }
            if sizes[name] != pack.byteCount { broken.append(name) } else { add(pack) }
        }
        let indexed = Set(packs.map(\.name) + unreadable + broken)
        orphans = sizes.keys.filter { !indexed.contains($0) }.sorted()
    }

    mutating func add(_ pack: Pack) {
        let number = Int32(packs.count)
        packs.append(pack)
        var offset: UInt32 = 0
        for entry in pack.entries {
            places[entry.id] = Place(pack: number, offset: offset, length: entry.length)
            offset += entry.length
        }
    }

    /// For each chunk its id and, in four bytes, its sealed length.
    static func bytes(of pack: Pack, _ keys: BackupKeys, random: Randomness) throws -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(pack.entries.count * 36)
        for entry in pack.entries {
            entry.id.append(to: &bytes)
            withUnsafeBytes(of: entry.length.bigEndian) { bytes.append(contentsOf: $0) }
        }
        return try Sealing.seal(bytes, under: keys.manifests, as: context(pack.name), random: random)
    }

    /// nil for anything but what `bytes` gives.
    static func read(_ sealed: [UInt8], of name: String, _ keys: BackupKeys) -> Pack? {
        guard let bytes = try? Sealing.open(sealed, under: keys.manifests, as: context(name)), bytes.count % 36 == 0 else { return nil }
        let entries = bytes.withUnsafeBytes { bytes in
            stride(from: 0, to: bytes.count, by: 36).map { start in
                Entry(
                    id: ChunkID(UnsafeRawBufferPointer(rebasing: bytes[start..<start + 32])),
                    length: UInt32(bigEndian: bytes.loadUnaligned(fromByteOffset: start + 32, as: UInt32.self)))
            }
        }
        return Pack(name: name, entries: entries)
    }

    private static func context(_ name: String) -> EntryContext { EntryContext(tenant: "", kind: kind, record: name, version: 1) }

    static func blobName(_ folder: String, _ name: String) throws(Failure) -> BlobName {
        guard let name = BlobName(name, in: folder) else { throw .backupUnreadable(name) }
        return name
    }
}

/// One chunk as it lies in a pack.
enum SealedChunk {
    private static let kind = "zancada backup chunk"

    static func seal(_ bytes: [UInt8], _ id: ChunkID, _ keys: BackupKeys, random: Randomness) throws -> [UInt8] {
        try Sealing.seal(bytes, under: keys.chunks, as: context(id), random: random)
    }

    /// nil where it is damaged, or is not the chunk of that id.
    static func open(_ sealed: [UInt8], _ id: ChunkID, _ keys: BackupKeys) -> [UInt8]? {
        guard let bytes = try? Sealing.open(sealed, under: keys.chunks, as: context(id)) else { return nil }
        return bytes.withUnsafeBytes { keys.id(of: $0) } == id ? bytes : nil
    }

    private static func context(_ id: ChunkID) -> EntryContext {
        EntryContext(tenant: "", kind: kind, record: id.hexadecimal, version: 1)
    }
}
