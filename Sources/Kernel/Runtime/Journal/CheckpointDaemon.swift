import Base
import Records
import Store

/// Signs a checkpoint every so often where the journal grew, and once more when the program stops.
package struct CheckpointDaemon: Sendable {
    private let database: Database
    private let pause: Duration
    private let log: Log
    private let sign: @Sendable () async throws -> Void

    /// How long the last signature may hold up the end.
    private static let lastSignature: Duration = .seconds(5)

    /// `sign` takes the journal into the tree, signs and stores (`Checkpoints.sign`).
    package init(_ database: Database, each pause: Duration = .seconds(300), log: Log, sign: @escaping @Sendable () async throws -> Void) {
        self.database = database
        self.pause = pause
        self.log = log
        self.sign = sign
    }

    package var daemon: Daemon { Daemon("journal.checkpoints") { try await run() } }

    /// Until the task is cancelled. Throws what signing throws while it runs; at the end that is logged.
    package func run() async throws {
        var signed: Int64?
        do {
            while true {
                signed = try await signIfGrown(since: signed)
                try await Task.sleep(for: pause)
            }
        } catch {
            guard Task.isCancelled else { throw error }
            await signAtEnd(since: signed)
            throw error
        }
    }

    /// Returns the size up to which the journal is signed.
    private func signIfGrown(since signed: Int64?) async throws -> Int64 {
        let size = try await JournalReader(database).size()
        if size > 0, size != signed { try await sign() }
        return size
    }

    /// In a task of its own, since this one is cancelled.
    private func signAtEnd(since signed: Int64?) async {
        let last = Task { _ = try await signIfGrown(since: signed) }
        let clock = Task {
            if (try? await Task.sleep(for: Self.lastSignature)) != nil { last.cancel() }
        }
        defer { clock.cancel() }
        do { try await last.value } catch { log.warning("checkpoint_not_signed_at_end", ["error": .error(error)]) }
    }
}
