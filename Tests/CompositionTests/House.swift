import Access
import Base
import Composition
import Foundation
import Keys
import Records
import Runtime
import Store
import TestKit

/// A whole installation with everyone's tables and one organisation, on a database of its own, without a program at work.
struct House: Sendable {
    let host: FeatureHost
    let reads: ReadLog

    static let tenant: Identifier = "clinic"

    static func with(_ engine: EngineMatrix, _ body: (House) async throws -> Void) async throws {
        let folder = NSTemporaryDirectory() + "zancada-house-" + UUID().uuidString
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let schema = Roster.manifests.flatMap(\.migrations).flatMap { $0.statements(engine.dialect) }
        try await engine.withStore(schema) { store in
            let world = World.live
            let keys = try KeyFolder(folder + "/keys")
            let root = FileRootKey(in: keys, random: world.random)
            try await root.create()
            let keyring = Keyring(folder: keys, root: root, database: store.database, world: world)
            try await keyring.establish(tenant.text)
            let reads = ReadLog(database: store.database, world: world) { _ in }
            let host = FeatureHost(
                database: store.database, keyring: keyring,
                store: RecordStore(database: store.database, keyring: keyring, world: world, reads: reads), roles: try Roster.roles,
                settings: try Config(Roster.settings), log: Log(to: LogSink { _ in }, now: world.now), world: world)
            try await body(House(host: host, reads: reads))
            await reads.flush()
        }
    }

    /// Whoever may everything cares for somebody who agrees to everything that rules ask for.
    func befriend(_ person: Identifier) async throws {
        let relation = try Relation(
            id: host.world.id(), tenant: Self.tenant, subject: person, grantee: everyone.caller.actor, role: "therapist",
            from: host.world.now(), reason: .careTeam)
        try await Relations(host.database, host.keyring, book: host.roles, world: host.world).grant(relation, by: everyone)
        try await host.database.within(organisation: Self.tenant.text).write { tx in
            _ = try ConsentTable.give("evaluation", of: person, in: Self.tenant, tx)
        }
    }

    /// Somebody who may everything that any role gives.
    var everyone: Standing {
        let caller = Caller(actor: "operator", tenant: Self.tenant, roles: Set(host.roles.names), assurance: .passkey)
        return Standing(caller, by: host.roles, at: host.world.now())
    }

    var database: Database { host.database.within(organisation: Self.tenant.text) }

    func count(_ table: String) async throws -> Int {
        try await database.first("SELECT count(*) AS many FROM \(name: table)") { try $0["many"] } ?? -1
    }
}
