import Access
import Base
import Foundation
import Keys
import Records
import Resources
import Runtime
import Store
import TestKit
import Transparency

/// What a feature's tests stand on: the organisations `clinic` and `hospital` on a fresh database with the tables of the kernel and of some
/// features, and people with roles. Everything is the real thing; only the worker and the runner of subscriptions are
/// replaced by calls (`deliver`, `perform`), so that a test says when what happens.
package struct FeatureGround: Sendable {
    package let host: FeatureHost

    /// Runs `body` on a ground of its own and clears it away.
    package static func with(
        _ engine: EngineMatrix = .sqlite, _ manifests: [Manifest], world: World = .live, _ body: (FeatureGround) async throws -> Void
    ) async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "zancada-feature-\(UUID().uuidString)").path
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let kernel = [
            Organisations.migrations, KeysSchema.migrations, RelationTable.migrations, JournalTables.migrations, Subjects.migrations,
            JobTables.migrations, RepeatTables.migrations, MailTables.migrations,
        ]
        let steps = (kernel + manifests.compactMap(\.series)).flatMap(\.migrations)
        try await engine.withStore(steps.flatMap { $0.statements(engine.dialect) }) { store in
            let keys = try KeyFolder(folder + "/keys")
            let root = FileRootKey(in: keys, random: world.random)
            try await root.create()
            let keyring = Keyring(folder: keys, root: root, database: store.database, world: world)
            let reads = ReadLog(database: store.database, world: world, interval: .milliseconds(20)) { _ in }
            let host = FeatureHost(
                database: store.database, keyring: keyring,
                store: RecordStore(database: store.database, keyring: keyring, world: world, reads: reads),
                roles: try RoleBook(Role.standard + manifests.flatMap(\.roles), extending: manifests.flatMap(\.roleExtensions)),
                settings: try Config(MailSettings.declared + manifests.flatMap(\.settings)), log: Log(to: LogSink { _ in }, now: world.now),
                world: world)
            let ground = FeatureGround(host: host)
            for kind in manifests.flatMap(\.kinds) { try RecordTable(kind).checkAccess(by: host.roles) }
            for organisation: Identifier in ["clinic", "hospital"] {
                try await keyring.establish(organisation.text)
                _ = try await Organisations.create(
                    organisation, by: ground.standing("operator-1", ["operator"], in: organisation), in: store.database, world: world)
            }
            try await body(ground)
            await reads.flush()
        }
    }

    /// Somebody who acts in an organisation.
    package func standing(_ actor: Identifier, _ roles: Set<RoleName> = [], in tenant: Identifier = "clinic") -> Standing {
        Standing(Caller(actor: actor, tenant: tenant, roles: roles), by: host.roles, at: host.world.now())
    }

    /// What the clinic sees of the database.
    package var rows: Database { host.database.within(organisation: "clinic") }

    /// Applies a subscription to what the clinic's journal holds from a position on, each entry in a transaction of its own. Returns
    /// the position after the last.
    @discardableResult
    package func deliver(_ subscription: Subscription, from position: Int64 = 0) async throws -> Int64 {
        try await seal()
        var next = position
        for standing in try await JournalReader(host.database).entries(of: "clinic", from: position) {
            let metadata = standing.entry.metadata
            next = (standing.position ?? next) + 1
            guard subscription.selection.kinds.contains(metadata.kind),
                subscription.selection.verbs.contains(where: { $0.rawValue == metadata.verb })
            else { continue }
            let body = subscription.selection.opensBodies ? try await opened(standing.entry) : .closed
            let heard = HeardEntry(position: next - 1, metadata: metadata, body: body)
            try await rows.write { tx in try subscription.apply(heard, tx) }
        }
        return next
    }

    /// Until every entry has its position: on PostgreSQL one waits while anybody's earlier transaction runs, the server's own included.
    private func seal() async throws {
        for _ in 0..<1_000 {
            try await JournalSealer(host.database).catchUp()
            let waiting = try await rows.first(
                """
                SELECT 1 AS one FROM journal_entries AS entries
                WHERE NOT EXISTS (SELECT 1 FROM journal_positions AS positions WHERE positions.entry = entries.entry) LIMIT 1
                """
            ) { _ in true }
            guard waiting == true else { return }
            try await Task.sleep(for: .milliseconds(10))
        }
        throw Unsealed()
    }

    private func opened(_ entry: JournalEntry) async throws -> HeardEntry.Body {
        let metadata = entry.metadata
        guard let subject = metadata.sealingSubject, let record = metadata.record else { return .none }
        guard let keys = try await host.keyring.keys(of: subject, in: metadata.tenant) else { return .erased }
        let context = EntryContext(tenant: metadata.tenant, kind: metadata.kind, record: record, version: Int64(metadata.version))
        return .open(try keys.open(entry.body, as: context))
    }

    /// Does every job that was asked for and takes it off the list; returns their kinds in the order of asking.
    @discardableResult
    package func perform(_ handlers: [JobHandler]) async throws -> [String] {
        let asked = try await host.database.rows("SELECT id, kind, tenant, payload FROM jobs ORDER BY id") { row in
            (
                id: try row["id"] as String, kind: try row["kind"] as String, tenant: try row["tenant"] as String,
                payload: try row["payload"] as String
            )
        }
        for job in asked {
            guard let handler = handlers.first(where: { $0.shape.name == job.kind }) else { throw Unhandled(kind: job.kind) }
            let tenant = job.tenant.isEmpty ? nil : try Identifier(job.tenant)
            try await handler.perform(Array(job.payload.utf8), in: tenant, on: host.database, world: host.world)
            try await host.database.write { tx in try tx.execute("DELETE FROM jobs WHERE id = \(job.id)") }
        }
        return asked.map(\.kind)
    }

    /// The verbs and kinds of the clinic's journal, as `created exercise`.
    package func told() async throws -> [String] {
        try await seal()
        return try await JournalReader(host.database).entries(of: "clinic", from: 0).map {
            "\($0.entry.metadata.verb) \($0.entry.metadata.kind)"
        }
    }

    /// The code of the `Failure` that is thrown; nil for nothing, and for what is no `Failure`.
    package func failure(_ body: () async throws -> some Any) async -> String? {
        do {
            _ = try await body()
            return nil
        } catch { return (error as? Failure)?.code ?? "\(error)" }
    }
}

/// Somebody's transaction went on for longer than ten seconds.
package struct Unsealed: Error {}

/// A job was asked for that nobody does.
package struct Unhandled: Error {
    package let kind: String
}
