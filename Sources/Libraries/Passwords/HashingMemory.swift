import CArgon2
import Glibc

/// The block that a thread keeps for hashing, so that 19 MiB are not mapped, faulted in and given back for each password (a twentieth of the
/// time, and a lock that every thread of the program shares). It is in no core dump.
///
/// libargon2 asks for memory by functions without context, so the block hangs on the thread (POSIX thread-specific data).
enum HashingMemory {
    /// Gives the calling thread a block of its own until it ends. Larger requests are mapped and given back each time.
    static func keepHere(kibibytes: Int) {
        guard let key else { return }
        let block = Unmanaged.passRetained(Block(kept: kibibytes * 1_024))
        if pthread_setspecific(key, block.toOpaque()) != 0 { block.release() }
    }

    static var isKeptHere: Bool { block != nil }

    /// What libargon2 calls for memory.
    static func lend(_ place: UnsafeMutablePointer<UnsafeMutablePointer<UInt8>?>?, _ count: Int) -> Int32 {
        guard let place, let start = block?.lend(count) else { return ARGON2_MEMORY_ALLOCATION_ERROR.rawValue }
        place.pointee = start.assumingMemoryBound(to: UInt8.self)
        return ARGON2_OK.rawValue
    }

    /// What libargon2 calls once it has wiped the memory.
    static func takeBack(_ start: UnsafeMutablePointer<UInt8>?, _ count: Int) {
        guard let start else { return }
        block?.takeBack(UnsafeMutableRawPointer(start), count)
    }

    private static var block: Block? {
        guard let key, let found = pthread_getspecific(key) else { return nil }
        return Unmanaged<Block>.fromOpaque(found).takeUnretainedValue()
    }

    /// nil where the system has no more of them: then each hash asks for memory of its own.
    private static let key: pthread_key_t? = {
        var key = pthread_key_t()
        let result = pthread_key_create(&key) { found in
            guard let found else { return }
            Unmanaged<Block>.fromOpaque(found).release()
        }
        return result == 0 ? key : nil
    }()
}

/// Touched by the thread that it hangs on, alone.
private final class Block {
    private let kept: Int
    private var start: UnsafeMutableRawPointer?
    private var isLent = false

    init(kept: Int) { self.kept = kept }

    func lend(_ count: Int) -> UnsafeMutableRawPointer? {
        guard count <= kept, !isLent else { return Self.map(count) }
        if start == nil { start = Self.map(kept) }
        isLent = start != nil
        return start
    }

    func takeBack(_ memory: UnsafeMutableRawPointer, _ count: Int) {
        if memory == start { isLent = false } else { munmap(memory, count) }
    }

    private static func map(_ count: Int) -> UnsafeMutableRawPointer? {
        guard let start = mmap(nil, count, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0), start != MAP_FAILED else {
            return nil
        }
        // A wish: where it is not granted the hash is the same. Huge pages won nothing that could be measured.
        madvise(start, count, MADV_DONTDUMP)
        return start
    }

    deinit {
        if let start { munmap(start, kept) }
    }
}
