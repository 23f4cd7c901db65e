/// What the disk promises beyond keeping what was synced.
package enum DiskPromise: Sendable, Hashable, CaseIterable {
    /// Nothing: a write that was under way when the power failed may leave anything in the sectors it touched, beside its
    /// own bytes too. `xDeviceCharacteristics` is 0.
    case nothing
    /// What SQLite takes for granted of every disk on Linux (`SQLITE_IOCAP_POWERSAFE_OVERWRITE`): bytes outside of the range
    /// that was being written stay as they were. Inside it anything may stand.
    case powersafeOverwrite
}

/// What can go wrong with a disk, once, at a chosen moment.
package enum DiskFault: Sendable, Hashable, CaseIterable {
    /// Counted in operations that change something (write, truncate, sync, create, delete). The one that it strikes was
    /// begun: what it did may be there afterwards or not.
    case powerCut
    /// Counted in writes that make a file longer. That one and those that follow, as many as `lasting` says, are refused
    /// with `SQLITE_FULL`; a part of each may have been written. Writing over what is there goes on working.
    case fullDisk
    /// Counted in syncs. What was waiting to be synced survives, is lost or is torn then and there, the sync says that it
    /// failed, and the next one has nothing left to do: what Linux does after a write-back error. What programs then read is
    /// either what they wrote, still cached, or what the disk holds.
    case failedSync
    /// Counted in reads: one answers `SQLITE_IOERR_READ` after giving a part. A read that is silently short is not among the
    /// faults, since to SQLite it means the end of the file and zeros, as it does to every program.
    case failedRead
}

/// When a fault comes: after `remaining` more of what it is counted in.
struct ArmedFault {
    var remaining: Int
    /// How many of these fail, one after the other.
    var lasting: Int

    /// Counts one; true if this one fails.
    mutating func strikes() -> Bool {
        remaining -= 1
        guard remaining < 0, lasting > 0 else { return false }
        lasting -= 1
        return true
    }
}
