import PowerCut

/// Transactions over bare SQLite until the power fails, then a look at what is left.
struct RawHistory {
    struct Settings {
        var journal = "WAL"
        var synchronous = "FULL"
        var promise = DiskPromise.nothing
        var sectorBytes = 512
        /// What SQLite is told, where that is not the truth.
        var claims: DiskPromise?
    }

    struct Outcome: Equatable {
        /// The database is damaged, or a transaction is half there.
        var isBroken = false
        /// A transaction that was acknowledged is not there.
        var hasLost = false
        var acknowledged = 0
        var operations = 0
        var trace: UInt64 = 0
    }

    static func run(seed: UInt64, _ settings: Settings) throws -> Outcome {
        var world = FixedWorldSeed(seed)
        let rig = try Rig(world, promise: settings.promise, sectorBytes: settings.sectorBytes, claims: settings.claims)
        defer { rig.vfs.unregister() }
        var acknowledged: [Int] = []
        var next = 1
        var outcome = Outcome()
        for _ in 0..<2 {
            rig.disk.arm(.powerCut, after: world.below(120))
            try? write(rig, settings, &world, &next, &acknowledged)
            rig.disk.cutPower()
            rig.disk.reboot()
            // The power may fail again while SQLite recovers.
            if world.chance(oneIn: 3) {
                rig.disk.arm(.powerCut, after: world.below(12))
                _ = try? open(rig, settings).texts("SELECT count(*) FROM one")
                rig.disk.reboot()
            }
            look(rig, settings, acknowledged, &outcome)
            if outcome.isBroken { break }
        }
        outcome.acknowledged = acknowledged.count
        outcome.operations = rig.disk.operations
        outcome.trace = rig.disk.traceDigest
        return outcome
    }

    private static func open(_ rig: Rig, _ settings: Settings) throws -> RawConnection {
        let connection = try RawConnection(rig.vfs)
        try connection.execute("PRAGMA journal_mode=\(settings.journal); PRAGMA synchronous=\(settings.synchronous)")
        return connection
    }

    private static func write(
        _ rig: Rig, _ settings: Settings, _ world: inout FixedWorldSeed, _ next: inout Int, _ acknowledged: inout [Int]
    ) throws {
        let connection = try open(rig, settings)
        try connection.execute("PRAGMA wal_autocheckpoint=20")
        try connection.execute(
            "CREATE TABLE IF NOT EXISTS one (id INTEGER PRIMARY KEY, body BLOB); CREATE TABLE IF NOT EXISTS two (id INTEGER PRIMARY KEY)")
        for _ in 0..<60 {
            let id = next
            next += 1
            let size = world.chance(oneIn: 5) ? world.below(20_000) : world.below(300)
            try connection.execute(
                "BEGIN; INSERT INTO one VALUES (\(id), zeroblob(\(size))); INSERT INTO two VALUES (\(id)); COMMIT")
            acknowledged.append(id)
        }
    }

    private static func look(_ rig: Rig, _ settings: Settings, _ acknowledged: [Int], _ outcome: inout Outcome) {
        do {
            let connection = try open(rig, settings)
            if try connection.texts("PRAGMA integrity_check") != ["ok"] { outcome.isBroken = true }
            guard try connection.texts("SELECT name FROM sqlite_schema WHERE name = 'two'") == ["two"] else {
                if !acknowledged.isEmpty { outcome.hasLost = true }
                return
            }
            let (one, two) = (try connection.texts("SELECT id FROM one"), try connection.texts("SELECT id FROM two"))
            if one != two { outcome.isBroken = true }
            if !Set(acknowledged).isSubset(of: one.compactMap { Int($0) }) { outcome.hasLost = true }
        } catch {
            outcome.isBroken = true
        }
    }
}
