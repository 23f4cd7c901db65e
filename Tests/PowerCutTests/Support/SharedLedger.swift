import Base
import Store
import Synchronization
import WriteHistory

/// A ledger that many writers note in, and the looks at the database after each round.
final class SharedLedger: Sendable {
    private let ledger: Mutex<WriteLedger>

    init(seed: UInt64, largestBody: Int = 20_000) {
        ledger = Mutex(WriteLedger(seed: seed, largestBody: largestBody))
    }

    func note(_ number: WriteNumber, _ answer: WriteLedger.Answer) { ledger.withLock { $0.note(number, answer) } }

    func count(of answer: WriteLedger.Answer) -> Int { ledger.withLock { $0.count(of: answer) } }

    /// Compares what is there with what was told, and takes it for settled. Returns the faults.
    func look(into database: Database) async throws -> [String] {
        let state = try await database.read { tx in try WrittenState.read(tx) }
        return ledger.withLock { ledger in
            let faults = ledger.faults(in: state)
            ledger.settle(state)
            return faults
        }
    }
}

/// Raised once, seen by everybody.
final class Flag: Sendable {
    private let state = Atomic<Bool>(false)

    var isUp: Bool { state.load(ordering: .acquiring) }
    func raise() { state.store(true, ordering: .releasing) }
}
