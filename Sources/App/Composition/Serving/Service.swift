import Access
import Base
import Gateway
import Identity
import Keys
import Records
import Resources
import Runtime
import Store
import Web

/// A program that serves in a role, from its first look at the database to the last thing it puts away.
struct Service: Sendable {
    let role: ServiceRole
    let host: FeatureHost
    let office: RecordOffice
    let features: [any Feature]
    /// nil where the role listens to nobody.
    let door: FrontDoor?
    private let clock: Scheduler
    private let mail: MailSending
    /// nil where the role listens to nobody.
    private let identity: IdentityParts?

    /// Throws what a feature throws that cannot be made.
    init(_ role: ServiceRole, office: RecordOffice, log: Log) throws {
        self.role = role
        self.office = office
        host = try office.host(log: log)
        features = try Roster.assembled(for: host)
        // Settings of mail that do not fit each other, and a time zone that nobody knows, are said at start.
        mail = MailSending(host, try MailDriver.mailer(host.settings, log: log))
        clock = try Scheduler(
            features.flatMap(\.schedules) + [RepeatTidying(host).schedule, mail.schedule], zone: host.settings[JobSettings.zoneKey],
            host.database, log,
            host.world)
        guard role.faces.contains(.routes) else {
            door = nil
            identity = nil
            return
        }
        let parts = features.lazy.compactMap { ($0 as? IdentityFeature)?.parts }.first
        identity = parts
        let tokens = try TokenOffice(
            TokenKeys(in: office.root.folder, random: host.world.random), settings: host.settings,
            revocations: parts?.revocations ?? .none, log: log, world: host.world)
        door = try FrontDoor(
            features, authenticator: parts?.authenticator(tokens.authenticator).authenticator ?? tokens.authenticator, office, host)
    }

    /// What goes on while it serves.
    var daemons: [Daemon] {
        // Whoever writes seals: on PostgreSQL nobody else hears of it at once.
        var daemons = [JournalSealing(host.database).daemon]
        if role.faces.contains(.daemons) { daemons += features.flatMap(\.daemons) + [checkpoints] }
        if role.faces.contains(.jobs) { daemons.append(worker) }
        if role.faces.contains(.subscriptions), features.contains(where: { !$0.subscriptions.isEmpty }) { daemons.append(subscriber) }
        if role.faces.contains(.schedules) { daemons.append(scheduler) }
        // Whoever lets people in hears at once whom another process let out.
        if let identity { daemons.append(identity.listening) }
        return daemons
    }

    private var worker: Daemon {
        let own = features.filter { role.features?.contains(type(of: $0).manifest.name) ?? true }.flatMap(\.jobs)
        let worker = JobWorker(
            own + (role.features == nil ? [RepeatTidying(host).job] + mail.jobs : []), host.database, JobSettings(host.settings), host.log,
            host.world)
        return Daemon("jobs") { await worker.run() }
    }

    private var scheduler: Daemon { Daemon("schedules") { [clock] in await clock.run() } }

    private var subscriber: Daemon {
        let runner = SubscriptionRunner(host: host, kinds: Roster.kinds, subscriptions: features.flatMap(\.subscriptions))
        return Daemon("subscriptions") { try await runner.run() }
    }

    private var checkpoints: Daemon {
        CheckpointDaemon(host.database, log: host.log) { [office] in
            // Without an organisation there is no key to sign with, and nothing to sign.
            guard try office.root.folder.organisations().isEmpty == false else { return }
            _ = try await office.checkpoints().sign()
        }.daemon
    }

    /// The path, with its code, by which the first account is made, where the installation has none yet and this program listens.
    func setUpLink() async throws -> String? {
        guard let identity else { return nil }
        return try await AdminDesk(identity).setUpLink()
    }

    /// Serves until the task is cancelled. `whenReady` is called once everything has begun, with where it listens.
    func run(whenReady: ([ListenAddress]) throws -> Void) async throws {
        let supervisor = Supervisor(log: host.log, world: host.world)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for daemon in daemons { group.addTask { await supervisor.keep(daemon) } }
            if let door {
                try await door.run(whenReady: whenReady)
            } else {
                group.addTask { await Task.untilCancelled() }
                try whenReady([])
            }
            // Where nothing listens any more, nothing goes on.
            if door != nil { group.cancelAll() }
            try await group.waitForAll()
        }
        await office.reads.flush()
    }
}
