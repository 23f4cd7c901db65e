import Base
import Store
import Synchronization
import TestKit
import Testing

/// Somebody sets the clock of the day while the program runs.
@Suite(.timeLimit(.minutes(2)))
struct ClockTests {
    /// Each look at the clock of the day is ten years before or after the last one; the clock that only goes forward goes on.
    private static func leaping() -> World {
        let live = World.live
        let looks = Tally()
        let decade = Duration.seconds(315_576_000)
        return World(
            now: { looks.next() % 2 == 0 ? live.now() + decade : live.now() - decade }, elapsed: live.elapsed, random: live.random)
    }

    @Test("no answer, deadline, signal or lease depends on it", arguments: EngineMatrix.all)
    func leaps(_ engine: EngineMatrix) async throws {
        try await engine.withStore(Counters.schema(engine), EngineSettings { $0.world = Self.leaping() }) { store in
            let database = store.database
            let channel = Channel("plans")
            let lease = try #require(try await database.lease("sealer"))
            try await listen(to: database.notifications(on: channel)) { heard in
                try await heard.next()
                for number in 0..<20 {
                    try await database.write { tx in
                        try Counters.add("\(number)", number, tx)
                        try tx.notify(channel)
                    }
                    let amount = try await database.read { tx in try Counters.amount("\(number)", tx) }
                    #expect(amount == number)
                    try await heard.next()
                }
            }
            let hasty = database.under { $0.deadline = .milliseconds(300) }
            let late = await failure { try await hasty.write { tx in _ = try tx.first(engine.longStatement) { _ in 0 } } }
            #expect(late == Failure.databaseDeadlineExceeded)
            #expect(lease.isHeld)
            await lease.release()
            let found = try await Counters.all(database)
            #expect(found.count == 20)
        }
    }
}
