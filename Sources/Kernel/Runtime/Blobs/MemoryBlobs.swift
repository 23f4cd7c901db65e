import Base
import Synchronization

/// Blobs in memory: for tests, and for what a store's rules are compared with.
package final class MemoryBlobs: BlobStore {
    private let blobs = Mutex<[BlobName: [UInt8]]>([:])
    private let isHeld = Mutex(false)

    package init() {}

    package var place: String { "memory" }

    package func put(_ bytes: [UInt8], at name: BlobName) async throws { blobs.withLock { $0[name] = bytes } }

    package func bytes(of name: BlobName) async throws -> [UInt8]? { blobs.withLock { $0[name] } }

    package func bytes(of name: BlobName, in range: Range<Int>) async throws -> [UInt8]? {
        blobs.withLock { blobs in blobs[name].map { Array($0[range.clamped(to: 0..<$0.count)]) } }
    }

    /// Sorted by name.
    package func blobs(in folder: String?) async throws -> [Blob] {
        blobs.withLock { blobs in
            blobs.filter { $0.key.folder == folder }.map { Blob($0.key, byteCount: $0.value.count) }.sorted { $0.name < $1.name }
        }
    }

    package func remove(_ name: BlobName) async throws { blobs.withLock { $0[name] = nil } }

    package func sweep() async throws {}

    /// nil where it is held.
    package func hold() async throws -> (any BlobHold)? {
        let isFree = isHeld.withLock { isHeld in
            defer { isHeld = true }
            return !isHeld
        }
        return isFree ? Hold(self) : nil
    }

    private final class Hold: BlobHold {
        private let store: MemoryBlobs

        init(_ store: MemoryBlobs) { self.store = store }

        /// Nothing where it was given back already.
        func release() async { store.isHeld.withLock { $0 = false } }

        deinit { store.isHeld.withLock { $0 = false } }
    }
}
