import Base
import CSQLite
import PowerCut
import SQLiteEngine
import Store
import Synchronization
import Testing
import WriteHistory

@Suite("The SQLite engine and its disk")
struct EngineFaultTests {
    private static func writer(_ rig: Rig) throws -> SQLiteWriter {
        var configuration = SQLiteConfiguration(path: "db")
        configuration.vfs = rig.vfs.name
        return try SQLiteWriter(configuration, elapsed: FixedWorld(seed: 1).world.elapsed)
    }

    private static func inserting(_ number: Int64, _ bytes: Int = 9_000) -> Batch.Closure {
        (number, { tx in _ = try tx.execute("INSERT INTO t (a, b) VALUES (\(number), \([UInt8](repeating: 7, count: bytes)))") })
    }

    private static let creating: Batch.Closure = (
        0, { tx in _ = try tx.execute("CREATE TABLE t (a INTEGER PRIMARY KEY, b BLOB NOT NULL) STRICT") }
    )

    /// The program that begins finds a commit in the log that looks whole and never reached the disk, and cannot empty the log,
    /// because somebody reads from it.
    @Test("what is acknowledged while another program looks on stays, even behind a commit that never reached the disk")
    func beginningBesideOnlooker() throws {
        var foundUnsynced = 0
        for seed in UInt64(1)...40 {
            let rig = try Rig(FixedWorldSeed(seed), promise: .powersafeOverwrite)
            defer { rig.vfs.unregister() }
            let first = try Self.writer(rig)
            #expect(Batch.run([Self.creating], on: first) == [0: .acknowledged])
            // Bare SQLite leaves it there, as the engine does where it is killed at that moment.
            let careless = try RawConnection(rig.vfs)
            try careless.execute("PRAGMA synchronous = FULL")
            rig.disk.arm(.failedSync, after: 0)
            #expect(throws: RawConnection.Problem.self) { try careless.execute("INSERT INTO t VALUES (1, zeroblob(9000))") }
            rig.disk.killPrograms()
            let onlooker = try RawConnection(rig.vfs)
            try onlooker.execute("BEGIN")
            let before = try onlooker.texts("SELECT a FROM t")
            if before == ["1"] { foundUnsynced += 1 }
            let second = try Self.writer(rig)
            #expect(Batch.run([Self.inserting(2)], on: second) == [2: .acknowledged])
            #expect(try onlooker.texts("SELECT a FROM t") == before)
            rig.disk.reboot()
            let after = try RawConnection(rig.vfs)
            #expect(try after.texts("PRAGMA integrity_check") == ["ok"])
            #expect(try after.texts("SELECT a FROM t ORDER BY a") == before + ["2"], "seed \(seed)")
        }
        #expect(foundUnsynced > 0, "the case was to be seen")
    }

    @Test("a full disk is said by its name, and what fits is saved again afterwards")
    func fullDisk() throws {
        let rig = try Rig(FixedWorldSeed(1))
        defer { rig.vfs.unregister() }
        let writer = try Self.writer(rig)
        #expect(Batch.run([Self.creating], on: writer) == [0: .acknowledged])
        rig.disk.arm(.fullDisk, after: 0, lasting: 1)
        let code = Mutex<String?>(nil)
        writer.runBatch([
            SQLiteWrite(Self.inserting(1, 100_000).body) { result in
                if case .failure(let error) = result { code.withLock { $0 = (error as? Failure)?.code } }
            }
        ])
        #expect(code.withLock { $0 } == "disk_full")
        #expect(rig.disk.strikes(of: .fullDisk) == 1)
        #expect(Batch.run([Self.inserting(2)], on: writer) == [2: .acknowledged])
        #expect(try RawConnection(rig.vfs).texts("SELECT a FROM t") == ["2"])
    }
}
