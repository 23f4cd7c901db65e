import Base
import CSQLite
import PowerCut
import Testing

@Suite("Faults of the disk, under bare SQLite")
struct DiskFaultTests {
    private func prepared(seed: UInt64 = 1, _ promise: DiskPromise = .nothing) throws -> (Rig, RawConnection) {
        let rig = try Rig(FixedWorldSeed(seed), promise: promise)
        let connection = try RawConnection(rig.vfs)
        try connection.execute("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; CREATE TABLE t (a, b)")
        return (rig, connection)
    }

    @Test("a full disk refuses what makes a file longer, for as long as it lasts")
    func full() throws {
        let (rig, connection) = try prepared()
        rig.disk.arm(.fullDisk, after: 0, lasting: 2)
        #expect(throws: RawConnection.Problem(code: SQLITE_FULL, message: "database or disk is full")) {
            try connection.execute("INSERT INTO t VALUES (1, zeroblob(9000))")
        }
        #expect(throws: RawConnection.Problem.self) { try connection.execute("INSERT INTO t VALUES (2, zeroblob(9000))") }
        #expect(rig.disk.strikes(of: .fullDisk) == 2)
        try connection.execute("INSERT INTO t VALUES (3, zeroblob(9000))")
        #expect(try connection.texts("SELECT a FROM t") == ["3"])
        rig.disk.reboot()
        #expect(try RawConnection(rig.vfs).texts("SELECT a FROM t") == ["3"])
    }

    /// The commit that follows a failed sync may be lost on a disk without promises: SQLite pads the log to the sector then,
    /// the end of the padding is synced with the next commit only, and Linux does not try a failed sync again.
    @Test("a sync that fails leaves the commit whole or absent; what follows is safe where the disk keeps the usual promise")
    func failedSync() throws {
        let usual = try (UInt64(1)...80).map { try afterFailedSync(seed: $0, .powersafeOverwrite) }
        #expect(Set(usual) == [[], ["1"], ["2"]], "all three ends were to be seen, and no other")
        let strict = try (UInt64(1)...80).map { try afterFailedSync(seed: $0, .nothing, isFollowed: true) }
        #expect(Set(strict) == [[], ["2"]])
    }

    private func afterFailedSync(seed: UInt64, _ promise: DiskPromise, isFollowed: Bool? = nil) throws -> [String] {
        let isFollowed = isFollowed ?? seed.isMultiple(of: 2)
        let (rig, connection) = try prepared(seed: seed, promise)
        rig.disk.arm(.failedSync, after: 0)
        #expect(throws: RawConnection.Problem.self) { try connection.execute("INSERT INTO t VALUES (1, zeroblob(9000))") }
        #expect(rig.disk.strikes(of: .failedSync) == 1)
        if isFollowed { try connection.execute("INSERT INTO t VALUES (2, zeroblob(100))") }
        rig.disk.reboot()
        let after = try RawConnection(rig.vfs)
        #expect(try after.texts("PRAGMA integrity_check") == ["ok"])
        let rows = try after.texts("SELECT a FROM t ORDER BY a")
        if promise == .powersafeOverwrite, isFollowed { #expect(rows == ["2"]) }
        return rows
    }

    @Test("a read that fails is said, and the next one works")
    func failedRead() throws {
        let (rig, connection) = try prepared()
        try connection.execute("INSERT INTO t VALUES (1, zeroblob(9000)); PRAGMA wal_checkpoint(TRUNCATE)")
        let other = try RawConnection(rig.vfs)
        #expect(try other.texts("SELECT a FROM t") == ["1"])
        rig.disk.arm(.failedRead, after: 0)
        #expect(throws: RawConnection.Problem.self) { try other.texts("SELECT length(b) || b FROM t") }
        #expect(rig.disk.strikes(of: .failedRead) == 1)
        #expect(try other.texts("SELECT length(b) FROM t") == ["9000"])
    }

    @Test("faults that were disarmed do not come")
    func disarmed() throws {
        let (rig, connection) = try prepared()
        for fault in DiskFault.allCases { rig.disk.arm(fault, after: 0) }
        rig.disk.disarm()
        try connection.execute("INSERT INTO t VALUES (1, zeroblob(9000)); PRAGMA wal_checkpoint(TRUNCATE)")
        #expect(rig.disk.isOn)
    }
}
