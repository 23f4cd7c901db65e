import Base
import Records
import Store

/// Gives entries their positions on PostgreSQL as they are written, as long as the program serves; several programs may do it at
/// once. On SQLite there is nothing to do.
package struct JournalSealing: Sendable {
    private let database: Database
    private let look: Duration

    /// The first pause, and the longest, while entries wait for a transaction that began before theirs.
    private static let pauses = (first: Duration.milliseconds(1), longest: Duration.milliseconds(500))

    /// `look`: how often it looks for what a program wrote that ended before it could seal.
    package init(_ database: Database, look: Duration = .seconds(5)) {
        self.database = database
        self.look = look
    }

    package var daemon: Daemon { Daemon("journal.sealer") { try await run() } }

    /// Until the task is cancelled, or the database closed. Throws what the database throws.
    package func run() async throws {
        let alarm = Alarm()
        try await withThrowingTaskGroup(of: Void.self) { group in
            let channels = database.dialect == .postgres ? [Channel.written] : []
            group.addTask { await alarm.run(on: channels, each: look, of: database) }
            group.addTask { try await seal(alarm) }
            defer { group.cancelAll() }
            try await group.next()
        }
        try Task.checkCancellation()
    }

    /// Where entries wait for a transaction of this program, its end is told; for another's, the alarm is set.
    private func seal(_ alarm: Alarm) async throws {
        let sealer = JournalSealer(database)
        var pause = Self.pauses.first
        for await _ in alarm.rings {
            var rest = try await sealer.rest()
            while rest == .ready {
                if try await sealer.step() > 0 { pause = Self.pauses.first }
                rest = try await sealer.rest()
            }
            guard rest == .waits else { continue }
            alarm.ring(after: pause)
            pause = min(pause * 2, Self.pauses.longest)
        }
    }
}
