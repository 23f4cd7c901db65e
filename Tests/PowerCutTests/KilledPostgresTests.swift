import Base
import Foundation
import PostgresEngine
import Store
import Synchronization
import Testing
import WriteHistory

@Suite("PostgreSQL is killed under many writers")
struct KilledPostgresTests {
    /// The seed chooses the writes; when the kill strikes is left to the machine.
    @Test("what was acknowledged is whole and there, what was refused is not, and nothing is half there")
    func killed() async throws {
        let server = try PostgresServer()
        let seed = UInt64.random(in: 1...1_000_000)
        var chance = FixedWorldSeed(seed)
        let ledger = SharedLedger(seed: seed)
        let database = Database(try PostgresDatabase(PostgresConfiguration(url: server.url), world: .live)).under {
            $0.deadline = .seconds(30)
        }
        try await database.write { tx in try WriteTables.create(tx) }
        var unknown = 0
        for round in 1...8 {
            try await write(
                database, ledger, seed: seed, round: round, kill: server, after: 10 + chance.below(250), microseconds: chance.below(4_000))
            unknown += ledger.count(of: .unknown)
            let faults = try await ledger.look(into: database)
            #expect(faults == [], "seed \(seed), round \(round)")
            guard faults.isEmpty else { break }
        }
        await database.close()
        #expect(ledger.count(of: .acknowledged) >= 80)
        #expect(ledger.count(of: .refused) > 0)
        print("killed PostgreSQL: \(ledger.count(of: .acknowledged)) acknowledged, \(unknown) unknown")
    }

    private func write(
        _ database: Database, _ ledger: SharedLedger, seed: UInt64, round: Int, kill server: PostgresServer, after count: Int,
        microseconds: Int
    ) async throws {
        let (isKilled, goal) = (Flag(), Goal(count))
        let crowd = WriterCrowd(database, seed: seed, round: round, writers: 12)
        async let writing: Void = crowd.write(until: { isKilled.isUp }) { number, answer in
            ledger.note(number, answer)
            if answer == .acknowledged { goal.count() }
        }
        await goal.reached()
        usleep(UInt32(microseconds))
        try server.kill()
        isKilled.raise()
        try server.start()
        await writing
    }
}

/// Lets one task wait until something has happened so many times.
private final class Goal: Sendable {
    private let state: Mutex<(left: Int, waiting: CheckedContinuation<Void, Never>?)>

    init(_ count: Int) {
        state = Mutex((count, nil))
    }

    func count() {
        state.withLock { state in
            state.left -= 1
            if state.left <= 0 { state.waiting.take()?.resume() }
        }
    }

    func reached() async {
        await withCheckedContinuation { continuation in
            state.withLock { state in
                if state.left <= 0 { continuation.resume() } else { state.waiting = continuation }
            }
        }
    }
}
