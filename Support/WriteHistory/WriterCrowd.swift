import Base
import Store

/// Many writers at one database at the same time, each making its writes one after the other until there is no going on.
package struct WriterCrowd: Sendable {
    let database: Database
    let seed: UInt64
    let round: Int
    let writers: Int
    let largestBody: Int

    package init(_ database: Database, seed: UInt64, round: Int, writers: Int, largestBody: Int = 20_000) {
        self.database = database
        self.seed = seed
        self.round = round
        self.writers = writers
        self.largestBody = largestBody
    }

    /// Returns once every writer has stopped: asked to, or because the database no longer answers. `note` hears `.unknown`
    /// before each write and what came of it afterwards, from any thread.
    package func write(
        until isStopped: @escaping @Sendable () -> Bool, note: @escaping @Sendable (WriteNumber, WriteLedger.Answer) -> Void
    ) async {
        await withTaskGroup(of: Void.self) { group in
            for writer in 0..<writers {
                group.addTask {
                    var step = 1
                    while !isStopped(), await takeStep(writer, step, note) { step += 1 }
                }
            }
        }
    }

    /// False where there is no point in going on.
    private func takeStep(_ writer: Int, _ step: Int, _ note: @Sendable (WriteNumber, WriteLedger.Answer) -> Void) async -> Bool {
        let number = WriteNumber(round: round, writer: writer, step: step)
        let write = Write(seed: seed, number, largestBody: largestBody)
        note(number, .unknown)
        do {
            try await database.write { tx in try write.apply(tx) }
            note(number, .acknowledged)
            return true
        } catch {
            note(number, .init(thrown: error))
            guard let failure = error as? Failure else { return true }
            return [.conflict, .overloaded, .invalid].contains(failure.kind)
        }
    }
}
