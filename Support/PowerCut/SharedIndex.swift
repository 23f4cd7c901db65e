import CSQLite

/// The memory that the connections of one machine to one database share, and its eight locks: SQLite keeps the index of
/// the write-ahead log in it. It is gone when the last of them leaves, and when the power is.
final class SharedIndex {
    private var regions: [UnsafeMutableRawPointer] = []
    private var users: Set<ObjectIdentifier> = []
    private var shared = [Set<ObjectIdentifier>](repeating: [], count: Int(SQLITE_SHM_NLOCK))
    private var exclusive = [ObjectIdentifier?](repeating: nil, count: Int(SQLITE_SHM_NLOCK))

    func enter(_ user: AnyObject) { users.insert(ObjectIdentifier(user)) }

    /// True if nobody is left.
    func leave(_ user: AnyObject) -> Bool {
        users.remove(ObjectIdentifier(user))
        unlock(user, 0..<Int(SQLITE_SHM_NLOCK))
        return users.isEmpty
    }

    /// Zeroed memory; nil where it is not there and shall not be made. A region keeps its address.
    func region(_ number: Int, bytes: Int, extending: Bool) -> UnsafeMutableRawPointer? {
        guard number < regions.count || extending else { return nil }
        while regions.count <= number {
            let region = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: 16)
            region.initializeMemory(as: UInt8.self, repeating: 0, count: bytes)
            regions.append(region)
        }
        return regions[number]
    }

    /// All of `slots` or, where another holds one, none.
    func lockShared(_ user: AnyObject, _ slots: Range<Int>) -> Bool {
        let user = ObjectIdentifier(user)
        guard slots.allSatisfy({ exclusive[$0] == nil || exclusive[$0] == user }) else { return false }
        for slot in slots { shared[slot].insert(user) }
        return true
    }

    /// All of `slots` or, where another holds one, none.
    func lockExclusive(_ user: AnyObject, _ slots: Range<Int>) -> Bool {
        let user = ObjectIdentifier(user)
        let isFree = slots.allSatisfy { slot in
            (exclusive[slot] == nil || exclusive[slot] == user) && shared[slot].allSatisfy { $0 == user }
        }
        guard isFree else { return false }
        for slot in slots { exclusive[slot] = user }
        return true
    }

    func unlock(_ user: AnyObject, _ slots: Range<Int>) {
        let user = ObjectIdentifier(user)
        for slot in slots {
            shared[slot].remove(user)
            if exclusive[slot] == user { exclusive[slot] = nil }
        }
    }

    deinit {
        for region in regions { region.deallocate() }
    }
}
