import Base
import PowerCut
import SQLiteEngine
import Store
import Testing
import WriteHistory

/// Real threads: what happens first is not the seed's to decide, so these histories cannot be replayed.
@Suite("The SQLite engine with many writers under power cuts")
struct ConcurrentHistoryTests {
    @Test("what was acknowledged is whole and there, and readers see whole transactions", arguments: [false, true])
    func cuts(hasFaults: Bool) async throws {
        var unknown = 0
        for _ in 0..<25 {
            let seed = UInt64.random(in: 1...1_000_000)
            var chance = FixedWorldSeed(seed)
            let rig = try Rig(chance, promise: hasFaults ? .powersafeOverwrite : .nothing, sectorBytes: 4096)
            let ledger = SharedLedger(seed: seed, largestBody: 8_000)
            for round in 1...3 {
                rig.disk.arm(.powerCut, after: chance.below(600))
                if hasFaults {
                    rig.disk.arm(.failedSync, after: chance.below(40), lasting: 1 + chance.below(2))
                    rig.disk.arm(.fullDisk, after: chance.below(200), lasting: chance.below(20))
                }
                try await write(rig, ledger, seed: seed, round: round)
                rig.disk.reboot()
                unknown += ledger.count(of: .unknown)
                let database = try await open(rig)
                try await database.write { tx in try WriteTables.create(tx) }
                let faults = try await ledger.look(into: database)
                await database.close()
                #expect(faults == [], "seed \(seed), round \(round)")
                guard faults.isEmpty else { return }
            }
            rig.vfs.unregister()
        }
        #expect(unknown > 0, "no cut came while a write was under way")
    }

    private func open(_ rig: Rig) async throws -> Database {
        var configuration = SQLiteConfiguration(path: "zancada.sqlite")
        configuration.vfs = rig.vfs.name
        return try await SQLiteDatabase.open(configuration, world: .live)
    }

    private func write(_ rig: Rig, _ ledger: SharedLedger, seed: UInt64, round: Int) async throws {
        // The power may fail, or the disk, before the tables are there.
        guard let database = try? await open(rig) else { return }
        guard (try? await database.write { tx in try WriteTables.create(tx) }) != nil else { return await database.close() }
        let isOver = Flag()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                // A reader beside them: the transfers always sum to nothing.
                while !isOver.isUp {
                    let sum: Int?? = try? await database.read { tx in
                        try tx.first("SELECT sum(balance) AS sum FROM accounts") { try $0["sum"] }
                    }
                    if let found = sum ?? nil { #expect(found == 0, "seed \(seed): a reader saw half a transfer") }
                }
            }
            let crowd = WriterCrowd(database, seed: seed, round: round, writers: 8, largestBody: 8_000)
            await crowd.write(until: { !rig.disk.isOn }) { ledger.note($0, $1) }
            isOver.raise()
            try await group.waitForAll()
        }
        rig.disk.cutPower()
        await database.close()
    }
}
