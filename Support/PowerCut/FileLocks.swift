import CSQLite

/// Who holds which of SQLite's five locks on one database file (NONE, SHARED, RESERVED, PENDING, EXCLUSIVE), among the
/// connections of one machine. SQLite's "File Locking And Concurrency", section 3.
final class FileLocks {
    private var levels: [ObjectIdentifier: Int32] = [:]

    func level(of holder: AnyObject) -> Int32 { levels[ObjectIdentifier(holder)] ?? SQLITE_LOCK_NONE }

    /// SQLITE_OK or SQLITE_BUSY. On the way to EXCLUSIVE a PENDING lock may be left, which keeps new readers out.
    func raise(_ holder: AnyObject, to wanted: Int32) -> Int32 {
        let mine = level(of: holder)
        guard mine < wanted else { return SQLITE_OK }
        let others = levels.filter { $0.key != ObjectIdentifier(holder) }.values
        let highest = others.max() ?? SQLITE_LOCK_NONE
        if highest >= SQLITE_LOCK_PENDING || (wanted > SQLITE_LOCK_SHARED && highest >= SQLITE_LOCK_RESERVED) { return SQLITE_BUSY }
        if wanted == SQLITE_LOCK_EXCLUSIVE, highest >= SQLITE_LOCK_SHARED {
            levels[ObjectIdentifier(holder)] = SQLITE_LOCK_PENDING
            return SQLITE_BUSY
        }
        levels[ObjectIdentifier(holder)] = wanted
        return SQLITE_OK
    }

    func lower(_ holder: AnyObject, to wanted: Int32) {
        guard level(of: holder) > wanted else { return }
        levels[ObjectIdentifier(holder)] = wanted == SQLITE_LOCK_NONE ? nil : wanted
    }

    var isReserved: Bool { levels.values.contains { $0 >= SQLITE_LOCK_RESERVED } }
}
