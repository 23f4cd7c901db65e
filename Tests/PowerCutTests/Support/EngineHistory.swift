import Base
import CSQLite
import PowerCut
import SQLiteEngine
import Store
import WriteHistory

/// A machine that writes through the SQLite engine, whose power fails again and again: everything follows from the seed.
///
/// One thread, so that the same seed gives the same operations of the disk in the same order.
struct EngineHistory {
    struct Settings: Sendable {
        /// Cuts in one history; the machine starts again after each.
        var cuts = 3
        /// Faults of the disk beside the cuts.
        var hasFaults = false
        /// Acknowledges a closure as soon as it ran: a fault of the checked program that the check must find.
        var acknowledgesEarly = false
        /// Syncs are left out: likewise.
        var ignoresSyncs = false
        var promise: DiskPromise?
    }

    struct Outcome: Sendable, Equatable {
        var faults: [String] = []
        var acknowledged = 0
        var refused = 0
        var unknown = 0
        var boots = 0
        var operations = 0
        var strikes = 0
        var trace: UInt64 = 0
    }

    private let settings: Settings
    private var world: FixedWorldSeed
    private let fixed: FixedWorld
    private let rig: Rig
    private var ledger: WriteLedger
    private var outcome = Outcome()
    private var round = 0
    private var steps: [Int: Int] = [:]
    private static let path = "zancada.sqlite"
    private static let largestBody = 12_000

    static func run(seed: UInt64, _ settings: Settings = Settings()) throws -> Outcome {
        var history = try EngineHistory(seed: seed, settings)
        defer { history.rig.vfs.unregister() }
        return history.run()
    }

    private init(seed: UInt64, _ settings: Settings) throws {
        self.settings = settings
        var world = FixedWorldSeed(seed)
        fixed = FixedWorld(seed: world.random.next())
        let promises = DiskPromise.allCases
        let drawn = promises[world.below(promises.count)]
        let sectorBytes = world.chance(oneIn: 2) ? 512 : 4096
        rig = try Rig(FixedWorldSeed(world.random.next()), promise: settings.promise ?? drawn, sectorBytes: sectorBytes)
        if settings.ignoresSyncs { rig.disk.ignoreSyncs() }
        ledger = WriteLedger(seed: seed, largestBody: Self.largestBody)
        self.world = world
    }

    private mutating func run() -> Outcome {
        for cut in 0..<settings.cuts where outcome.faults.isEmpty {
            round += 1
            steps = [:]
            arm(isFirst: cut == 0)
            work()
            rig.disk.reboot()
            recoverInterrupted()
            look()
        }
        outcome.acknowledged = ledger.count(of: .acknowledged)
        outcome.refused = ledger.count(of: .refused)
        outcome.boots = rig.disk.strikes(of: .powerCut)
        outcome.operations = rig.disk.operations
        outcome.trace = rig.disk.traceDigest
        for fault in DiskFault.allCases where fault != .powerCut { outcome.strikes += rig.disk.strikes(of: fault) }
        return outcome
    }

    /// Early cuts strike while the database is made or recovered, late ones between commits and checkpoints.
    private mutating func arm(isFirst: Bool) {
        let far = world.chance(oneIn: 4) ? 30 : 500
        rig.disk.arm(.powerCut, after: world.below(far))
        guard settings.hasFaults, !isFirst || world.chance(oneIn: 2) else { return }
        if world.chance(oneIn: 2) { rig.disk.arm(.failedSync, after: world.below(30), lasting: 1 + world.below(3)) }
        if world.chance(oneIn: 2) { rig.disk.arm(.fullDisk, after: world.below(60), lasting: 1 + world.below(30)) }
        if world.chance(oneIn: 3) { rig.disk.arm(.failedRead, after: world.below(30), lasting: 1 + world.below(2)) }
    }

    private func open() throws -> SQLiteWriter {
        var configuration = SQLiteConfiguration(path: Self.path)
        configuration.vfs = rig.vfs.name
        return try SQLiteWriter(configuration, elapsed: fixed.world.elapsed)
    }

    /// Batches, checkpoints and reopenings until the power fails.
    private mutating func work() {
        var writer: SQLiteWriter?
        for _ in 0..<400 where rig.disk.isOn {
            if writer == nil {
                // Opening may fail for the faults' sake; there is another turn.
                writer = try? open()
                if let writer { _ = Batch.run([(0, WriteTables.create)], on: writer) }
            }
            guard let open = writer else { continue }
            switch world.below(14) {
            case 0: checkpoint()
            case 1: writer = nil
            default: runBatch(on: open)
            }
        }
        rig.disk.cutPower()
    }

    private mutating func runBatch(on writer: SQLiteWriter) {
        var batch: [(WriteNumber, Write)] = []
        for _ in 0...world.below(world.chance(oneIn: 3) ? 20 : 4) {
            let line = world.below(5)
            steps[line, default: 0] += 1
            let number = WriteNumber(round: round, writer: line, step: steps[line, default: 0])
            batch.append((number, Write(seed: ledger.seed, number, largestBody: Self.largestBody)))
        }
        // Until it is answered, only looking would tell.
        for (number, _) in batch { ledger.note(number, .unknown) }
        let early = Ran()
        let answers = Batch.run(
            batch.map { number, write in
                (
                    number.rawValue,
                    { tx in
                        try write.apply(tx)
                        early.note(number)
                    }
                )
            }, on: writer)
        for (number, write) in batch {
            guard let answer = answers[number.rawValue] else { continue }
            ledger.note(number, settings.acknowledgesEarly && early.has(number) ? .acknowledged : answer)
            if answer == .acknowledged, write.ending != .returns { outcome.faults.append("\(number) threw and was acknowledged") }
        }
        if answers.count != batch.count { outcome.faults.append("of \(batch.count) closures \(answers.count) were answered") }
    }

    /// As another program on the file would, between two batches.
    private mutating func checkpoint() {
        let kinds = ["PASSIVE", "FULL", "RESTART", "TRUNCATE"]
        let kind = kinds[world.below(kinds.count)]
        _ = try? RawConnection(rig.vfs, Self.path).texts("PRAGMA wal_checkpoint(\(kind))")
    }

    /// The power may fail again, and again, while the log is read after a cut.
    private mutating func recoverInterrupted() {
        while world.chance(oneIn: 3) {
            rig.disk.arm(.powerCut, after: world.below(16))
            if let writer = try? open() { _ = Batch.run([(0, WriteTables.create)], on: writer) }
            rig.disk.reboot()
        }
    }

    private mutating func look() {
        do {
            let writer = try open()
            let integrity = try RawConnection(rig.vfs, Self.path).texts("PRAGMA integrity_check")
            if integrity != ["ok"] { outcome.faults.append("integrity_check: \(integrity.prefix(3))") }
            let found = Found()
            _ = Batch.run(
                [
                    (0, WriteTables.create),
                    (1, { tx in found.state = try WrittenState.read(tx) }),
                ], on: writer)
            guard let state = found.state else {
                outcome.faults.append("the tables cannot be read")
                return
            }
            outcome.faults += ledger.faults(in: state)
            outcome.unknown += ledger.count(of: .unknown)
            ledger.settle(state)
        } catch {
            outcome.faults.append("the database does not open after the cut: \(error)")
        }
    }
}
