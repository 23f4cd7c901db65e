import Access
import Base
import Foundation
import Keys
import PowerCut
import Records
import Runtime
import SQLiteEngine
import Store
import Testing
import Transparency

/// The power fails at any operation of the disk while subscriptions follow the journal.
@Suite("Subscriptions under power cuts", .timeLimit(.minutes(5)))
struct SubscriptionCutTests {
    private static let tenants = ["clinic", "hospital"]

    @Test("what a subscription did and its position are never apart")
    func cuts() async throws {
        var (cutMidway, applied) = (0, 0)
        for _ in 0..<40 {
            let seed = UInt64.random(in: 1...1_000_000)
            var chance = FixedWorldSeed(seed)
            let rig = try Rig(chance, promise: .nothing, sectorBytes: 4096)
            for round in 1...3 {
                rig.disk.arm(.powerCut, after: 40 + chance.below(300))
                try await live(rig, entries: 60, until: { !rig.disk.isOn })
                rig.disk.reboot()
                let (heard, journal) = try await look(rig, seed: seed, round: round)
                applied += heard
                if heard > 0, heard < journal { cutMidway += 1 }
            }
            // Without a cut everything is heard.
            try await live(rig, entries: 5, until: nil)
            let (heard, journal) = try await look(rig, seed: seed, round: 4)
            #expect(heard == journal, "seed \(seed)")
            rig.disk.reboot()
            rig.vfs.unregister()
        }
        #expect(applied > 0 && cutMidway > 0, "no cut came while entries were applied")
    }

    private func open(_ rig: Rig) async throws -> Database {
        var configuration = SQLiteConfiguration(path: "zancada.sqlite")
        configuration.vfs = rig.vfs.name
        return try await SQLiteDatabase.open(configuration, world: .live)
    }

    /// A program from its start to the cut, or until all is heard.
    private func live(_ rig: Rig, entries: Int, until isOver: (@Sendable () -> Bool)?) async throws {
        // The power may fail before the tables are there.
        guard let database = try? await open(rig) else { return rig.disk.cutPower() }
        if await prepare(database) {
            let runner = try runner(database)
            let running = Task { try await runner.run() }
            for number in 0..<entries where !(isOver?() ?? false) {
                let entry = Self.entry(number)
                _ = try? await database.within(organisation: entry.metadata.tenant).write { tx in try JournalWriter.append(entry, tx) }
            }
            try await waiting {
                if let isOver { return isOver() }
                let lag = try await SubscriptionLag.all(in: database, at: World.live.now()).first
                return lag?.entriesBehind == 0
            }
            running.cancel()
            _ = await running.result
        }
        if isOver != nil { rig.disk.cutPower() }
        await database.close()
    }

    /// Until it is so, or for a second: a cut that was not reached by then comes at once.
    private func waiting(_ isSo: () async throws -> Bool) async throws {
        for _ in 0..<100 {
            if try await isSo() { return }
            try await Task.sleep(for: .milliseconds(10))
        }
    }

    private func prepare(_ database: Database) async -> Bool {
        do {
            try await database.write { tx in
                let isThere = try tx.first("SELECT 1 AS one FROM sqlite_master WHERE name = 'heard'") { _ in true } ?? false
                if isThere { return }
                for series in [JournalTables.migrations, SubscriptionTables.migrations] {
                    for statement in series.migrations.flatMap({ $0.statements(.sqlite) }) { try tx.execute(statement) }
                }
                try tx.execute("CREATE TABLE heard (number INTEGER PRIMARY KEY, tenant TEXT NOT NULL, position INTEGER NOT NULL) STRICT")
            }
            return true
        } catch { return false }
    }

    private func runner(_ database: Database) throws -> SubscriptionRunner {
        let world = World.live
        // No body is opened, so no key is asked for.
        let keys = try KeyFolder(NSTemporaryDirectory() + "zancada-no-keys-\(UUID().uuidString)")
        let keyring = Keyring(folder: keys, root: FileRootKey(in: keys, random: world.random), database: database, world: world)
        let reads = ReadLog(database: database, world: world) { _ in }
        let host = FeatureHost(
            database: database, keyring: keyring,
            store: RecordStore(database: database, keyring: keyring, world: world, reads: reads),
            roles: try RoleBook(extending: []), settings: try Config([]),
            log: Log(to: LogSink { _ in }, from: .critical, now: world.now), world: world)
        let subscription = Subscription(
            "cut.listener", Text(es: "Escucha", en: "Listens"), from: .beginning,
            to: .changes(of: ["note"], openingBodies: false)
        ) { heard, tx in
            try tx.execute("INSERT INTO heard (tenant, position) VALUES (\(heard.metadata.tenant), \(heard.position))")
        }
        var pace = SubscriptionRunner.Pace()
        pace.longestPause = .milliseconds(20)
        return SubscriptionRunner(host: host, kinds: [], subscriptions: [subscription], pace: pace)
    }

    private static func entry(_ number: Int) -> JournalEntry {
        JournalEntry(
            EntryMetadata(
                entry: World.live.id(of: JournalEntry.self).description, tenant: tenants[number % 3 / 2], time: World.live.now(),
                actor: "writer", verb: "created", kind: "note", record: World.live.id(of: Int.self).description, version: 1, shape: 1),
            salt: LeafSalt(World.live.random))
    }

    /// What is on the disk: each organisation's effects are those of its entries up to its position, once and in order.
    private func look(_ rig: Rig, seed: UInt64, round: Int) async throws -> (heard: Int, journal: Int) {
        let database = try await open(rig)
        guard await prepare(database) else { throw Failure.missingColumn("heard") }
        var (all, entries) = (0, 0)
        for tenant in Self.tenants {
            let heard: [Int64] = try await database.rows("SELECT position FROM heard WHERE tenant = \(tenant) ORDER BY number") {
                try $0["position"]
            }
            let journal = try await JournalReader(database).entries(of: tenant, from: 0).compactMap(\.position)
            let position: Int64? = try await database.first("SELECT position FROM subscription_positions WHERE tenant = \(tenant)") {
                try $0["position"]
            }
            #expect(heard == journal.filter { $0 < position ?? 0 }, "seed \(seed), round \(round), \(tenant)")
            all += heard.count
            entries += journal.count
        }
        await database.close()
        return (all, entries)
    }
}
