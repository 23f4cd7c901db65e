import Base
import Keys
import Runtime

/// Stores chunks that are not there yet, in packs. Hashing and sealing go on two cores, while the pack before is written.
///
/// Belongs to one task. A pack is durable before its index, and its index before any backup names what is in it.
final class ChunkWriter {
    /// What was stored anew.
    private(set) var storedChunks = 0
    private(set) var storedBytes = 0
    private(set) var index: ChunkIndex

    private let store: any BlobStore
    private let keys: BackupKeys
    private let world: World
    private var pack: [UInt8] = []
    private var entries: [ChunkIndex.Entry] = []
    private var inPack: Set<ChunkID> = []
    private var writing: Task<Void, any Error>?

    static let packBytes = 16 << 20
    /// Chunks that are hashed and sealed together.
    static let batch = 64
    private static let workers = 2

    init(_ store: any BlobStore, _ keys: BackupKeys, _ index: ChunkIndex, world: World) {
        self.store = store
        self.keys = keys
        self.index = index
        self.world = world
    }

    /// Stores what is new among these, and returns the ids of all in order.
    func add(_ chunks: [[UInt8]]) async throws -> [ChunkID] {
        let (keys, random) = (keys, world.random)
        let ids = try await Self.concurrently(chunks) { chunk in chunk.withUnsafeBytes { keys.id(of: $0) } }
        var new: [(ChunkID, [UInt8])] = []
        for (id, chunk) in zip(ids, chunks) where index.places[id] == nil && inPack.insert(id).inserted { new.append((id, chunk)) }
        let sealed = try await Self.concurrently(new) { id, chunk in try SealedChunk.seal(chunk, id, keys, random: random) }
        for ((id, _), bytes) in zip(new, sealed) { try await append(bytes, id) }
        return ids
    }

    /// A chunk as it lies in another pack.
    func append(_ sealed: [UInt8], _ id: ChunkID) async throws {
        pack += sealed
        entries.append(ChunkIndex.Entry(id: id, length: UInt32(sealed.count)))
        inPack.insert(id)
        storedChunks += 1
        storedBytes += sealed.count
        if pack.count >= Self.packBytes { try await endPack() }
    }

    /// Everything is durable when it returns.
    func finish() async throws {
        try await endPack()
        try await awaitWriting()
    }

    /// To be called where `finish` is not: nothing goes on writing afterwards.
    func abandon() async {
        writing?.cancel()
        _ = await writing?.result
    }

    private func awaitWriting() async throws {
        defer { writing = nil }
        try await writing?.value
    }

    private func endPack() async throws {
        guard !entries.isEmpty else { return }
        try await awaitWriting()
        let finished = ChunkIndex.Pack(name: Hexadecimal.string(world.random.bytes(16)), entries: entries)
        let (store, bytes) = (store, pack)
        let list = try ChunkIndex.bytes(of: finished, keys, random: world.random)
        let packName = try ChunkIndex.blobName(ChunkIndex.packsFolder, finished.name)
        let listName = try ChunkIndex.blobName(ChunkIndex.indexFolder, finished.name)
        writing = Task {
            try await store.put(bytes, at: packName)
            try await store.put(list, at: listName)
        }
        index.add(finished)
        pack = []
        pack.reserveCapacity(Self.packBytes + (1 << 20))
        entries = []
        inPack = []
    }

    /// In order, on as many cores as there are workers.
    static func concurrently<Input: Sendable, Output: Sendable>(
        _ inputs: [Input], _ body: @escaping @Sendable (Input) throws -> Output
    ) async throws -> [Output] {
        guard inputs.count > 1 else { return try inputs.map(body) }
        let size = (inputs.count + workers - 1) / workers
        return try await withThrowingTaskGroup(of: (Int, [Output]).self) { group in
            for (number, start) in stride(from: 0, to: inputs.count, by: size).enumerated() {
                let part = Array(inputs[start..<min(start + size, inputs.count)])
                group.addTask { (number, try part.map(body)) }
            }
            var parts = [[Output]](repeating: [], count: workers)
            for try await (number, outputs) in group { parts[number] = outputs }
            return parts.flatMap { $0 }
        }
    }
}
