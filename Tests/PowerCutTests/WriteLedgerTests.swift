import Base
import PowerCut
import SQLiteEngine
import Store
import Testing
import WriteHistory

/// The judge of all histories, given what it must condemn.
@Suite("The verdict over what is left")
struct WriteLedgerTests {
    private static let seed: UInt64 = 11

    /// Twelve writes of which ten are acknowledged at most, done to a database, then `tampering`, then the verdict.
    private func verdict(on tampering: SQL?, ledger change: (inout WriteLedger) -> Void = { _ in }) throws -> [String] {
        let rig = try Rig(FixedWorldSeed(1))
        defer { rig.vfs.unregister() }
        var configuration = SQLiteConfiguration(path: "db")
        configuration.vfs = rig.vfs.name
        let writer = try SQLiteWriter(configuration, elapsed: FixedWorld(seed: 1).world.elapsed)
        _ = Batch.run([(0, WriteTables.create)], on: writer)
        var ledger = WriteLedger(seed: Self.seed)
        for step in 1...12 {
            let number = WriteNumber(round: 1, writer: step % 2, step: (step + 1) / 2)
            let write = Write(seed: Self.seed, number)
            let answers = Batch.run([(1, { tx in try write.apply(tx) })], on: writer)
            ledger.note(number, answers[1] ?? .unknown)
        }
        let found = Found()
        if let tampering { _ = Batch.run([(2, { tx in try tx.execute(tampering) })], on: writer) }
        _ = Batch.run([(3, { tx in found.state = try WrittenState.read(tx) })], on: writer)
        change(&ledger)
        let state = try #require(found.state)
        return ledger.faults(in: state)
    }

    @Test("is clean where everything is as it was told")
    func clean() throws {
        #expect(try verdict(on: nil) == [])
    }

    @Test(
        "names what is half there, altered or left over",
        arguments: [
            "DELETE FROM parts WHERE write = (SELECT max(write) FROM parts)",
            "UPDATE parts SET body = zeroblob(length(body) + 1) WHERE rowid = (SELECT max(rowid) FROM parts)",
            "UPDATE accounts SET balance = balance + 1 WHERE id = 3",
            "UPDATE counters SET value = value - 1",
            "UPDATE slots SET write = write - 1",
            "INSERT INTO parts (write, part, body) SELECT max(id), 999, x'00' FROM entries",
        ] as [SQL])
    func tampered(_ tampering: SQL) throws {
        #expect(try verdict(on: tampering).count == 1)
    }

    @Test("names an acknowledged write that is lost, a refused one that is there and one that nobody asked for")
    func answers() throws {
        let there = WriteNumber(round: 1, writer: 1, step: 1)
        let absent = WriteNumber(round: 1, writer: 1, step: 60)
        #expect(try verdict(on: nil) { $0.note(absent, .acknowledged) } == ["\(absent) was acknowledged and is lost"])
        #expect(try verdict(on: nil) { $0.note(absent, .unknown) } == [])
        let refused = try verdict(on: nil) { ledger in
            for (number, answer) in ledger.answers where answer == .acknowledged { ledger.note(number, .refused) }
        }
        #expect(refused.contains("\(there) was refused and is there"))
        let unasked = try verdict(on: "INSERT INTO entries (id, line) VALUES (\(absent.rawValue), \(absent.rawValue >> 24))")
        #expect(unasked.contains("\(absent) is there and nobody asked for it"))
    }
}
