import Base
import CSQLite
import PowerCut
import Testing

@Suite("A disk whose power can be cut, under bare SQLite")
struct SimulatedDiskTests {
    /// What SQLite itself says of its settings: "Pragma statements", synchronous and journal_mode. DELETE with FULL may take
    /// the last transaction back, because the folder is not synced after the journal was deleted; EXTRA is for that.
    @Test(
        "what SQLite promises to keep, it keeps on every disk",
        arguments: [("WAL", "FULL"), ("TRUNCATE", "FULL"), ("PERSIST", "FULL"), ("DELETE", "EXTRA")])
    func kept(journal: String, synchronous: String) throws {
        for promise in DiskPromise.allCases {
            for sectorBytes in [512, 4096] {
                let settings = RawHistory.Settings(
                    journal: journal, synchronous: synchronous, promise: promise, sectorBytes: sectorBytes)
                for seed in UInt64(1)...60 {
                    let outcome = try RawHistory.run(seed: seed, settings)
                    #expect(!outcome.isBroken && !outcome.hasLost, "seed \(seed), \(settings): \(outcome)")
                }
            }
        }
    }

    @Test("without syncs data is lost and the database damaged", arguments: ["WAL", "DELETE"])
    func unsynced(journal: String) throws {
        let outcomes = try (UInt64(1)...60).map { try RawHistory.run(seed: $0, .init(journal: journal, synchronous: "OFF")) }
        #expect(outcomes.contains { $0.hasLost })
        #expect(outcomes.contains { $0.isBroken })
    }

    @Test("a log that is not synced at each commit loses the last ones, and nothing else")
    func normal() throws {
        let outcomes = try (UInt64(1)...60).map { try RawHistory.run(seed: $0, .init(journal: "WAL", synchronous: "NORMAL")) }
        #expect(outcomes.contains { $0.hasLost })
        #expect(!outcomes.contains { $0.isBroken })
    }

    @Test("a journal that is deleted without syncing the folder may come back, and takes the transaction with it")
    func deleted() throws {
        let outcomes = try (UInt64(1)...200).map { try RawHistory.run(seed: $0, .init(journal: "DELETE", synchronous: "FULL")) }
        #expect(outcomes.contains { $0.hasLost })
        #expect(!outcomes.contains { $0.isBroken })
    }

    @Test("a disk that keeps less than SQLite is told loses data: the promise of powersafe overwrite carries weight")
    func lyingDisk() throws {
        let outcomes = try (UInt64(1)...400).map {
            try RawHistory.run(seed: $0, .init(sectorBytes: 4096, claims: .powersafeOverwrite))
        }
        #expect(outcomes.contains { $0.hasLost || $0.isBroken })
    }

    @Test("the same seed gives the same history")
    func replay() throws {
        for seed in UInt64(1)...20 {
            let (one, two) = (try RawHistory.run(seed: seed, .init()), try RawHistory.run(seed: seed, .init()))
            #expect(one == two)
            #expect(one.operations > 0)
        }
        let traces = try Set((UInt64(1)...20).map { try RawHistory.run(seed: $0, .init()).trace })
        #expect(traces.count == 20)
    }

    @Test("after a cut every call fails until the machine starts again, and old connections stay dead")
    func dead() throws {
        let rig = try Rig(FixedWorldSeed(1))
        let connection = try RawConnection(rig.vfs)
        try connection.execute("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; CREATE TABLE t (a); INSERT INTO t VALUES (1)")
        rig.disk.cutPower()
        #expect(throws: RawConnection.Problem.self) { try connection.texts("SELECT a FROM t") }
        #expect(throws: RawConnection.Problem.self) { try connection.execute("INSERT INTO t VALUES (2)") }
        #expect(throws: RawConnection.Problem.self) { try RawConnection(rig.vfs).texts("SELECT 1 FROM sqlite_schema") }
        rig.disk.reboot()
        #expect(throws: RawConnection.Problem.self) { try connection.execute("INSERT INTO t VALUES (3)") }
        #expect(try RawConnection(rig.vfs).texts("SELECT a FROM t") == ["1"])
        connection.close()
        #expect(try RawConnection(rig.vfs).texts("SELECT a FROM t") == ["1"])
    }

    @Test("connections see each other's commits, keep their snapshots and respect the one writer")
    func connections() throws {
        let rig = try Rig(FixedWorldSeed(1))
        let (writer, other) = (try RawConnection(rig.vfs), try RawConnection(rig.vfs))
        try writer.execute("PRAGMA journal_mode=WAL; CREATE TABLE t (a)")
        try other.execute("BEGIN")
        #expect(try other.texts("SELECT count(*) FROM t") == ["0"])
        try writer.execute("BEGIN IMMEDIATE; INSERT INTO t VALUES (1)")
        #expect(throws: RawConnection.Problem(code: SQLITE_BUSY, message: "database is locked")) {
            try RawConnection(rig.vfs).execute("BEGIN IMMEDIATE")
        }
        try writer.execute("COMMIT")
        #expect(try other.texts("SELECT count(*) FROM t") == ["0"])
        try other.execute("COMMIT")
        #expect(try other.texts("SELECT count(*) FROM t") == ["1"])
    }

    @Test("connections with a rollback journal wait for each other's locks")
    func rollbackLocks() throws {
        let rig = try Rig(FixedWorldSeed(1))
        let (writer, reader) = (try RawConnection(rig.vfs), try RawConnection(rig.vfs))
        try writer.execute("CREATE TABLE t (a)")
        try reader.execute("BEGIN")
        #expect(try reader.texts("SELECT count(*) FROM t") == ["0"])
        try writer.execute("BEGIN; INSERT INTO t VALUES (1)")
        #expect(throws: RawConnection.Problem.self) { try writer.execute("COMMIT") }
        // The writer waits for the readers there are, and keeps new ones out.
        #expect(throws: RawConnection.Problem.self) { try RawConnection(rig.vfs).texts("SELECT a FROM t") }
        try reader.execute("COMMIT")
        try writer.execute("COMMIT")
        #expect(try reader.texts("SELECT a FROM t") == ["1"])
    }
}
