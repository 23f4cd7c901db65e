import Base
import Records
import Runtime
import Store

/// A program that serves in a role, from its first look at the database to the last thing it puts away.
struct Service: Sendable {
    let role: ServiceRole
    let host: Host
    let office: RecordOffice
    let features: [any Feature]

    /// Throws what a feature throws that cannot be made.
    init(_ role: ServiceRole, office: RecordOffice, settings: Config, log: Log) throws {
        self.role = role
        self.office = office
        host = Host(
            database: office.database, keyring: office.keyring, store: office.store, roles: try Roster.roles, settings: settings, log: log,
            world: office.world)
        features = try Roster.assembled(for: host)
    }

    /// What goes on while it serves.
    var daemons: [Daemon] {
        var daemons: [Daemon] = []
        if role.faces.contains(.daemons) { daemons += features.flatMap(\.daemons) }
        return daemons
    }

    /// Serves until the task is cancelled. `whenReady` is called once everything has begun.
    func run(whenReady: () throws -> Void) async throws {
        let supervisor = Supervisor(log: host.log, world: host.world)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for daemon in daemons { group.addTask { await supervisor.keep(daemon) } }
            group.addTask { await Self.untilCancelled() }
            try whenReady()
            try await group.waitForAll()
        }
        await office.reads.flush()
    }

    private static func untilCancelled() async {
        let (stream, continuation) = AsyncStream<Void>.makeStream()
        await withTaskCancellationHandler {
            for await _ in stream {}
        } onCancel: {
            continuation.finish()
        }
    }
}
