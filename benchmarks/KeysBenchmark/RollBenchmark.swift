import Base
import Glibc
import Keys
import PostgresEngine
import SQLiteEngine
import Store
import Synchronization

/// A million subjects moved to a new epoch while somebody goes on writing about new and old ones.
enum RollBenchmark {
    static func run(subjects: Int, in path: String, on url: String?) async throws {
        let world = World.live
        let database = try open(url, path, world)
        try await database.write { tx in
            for statement in KeysSchema.migrations.migrations.flatMap({ $0.statements(tx.dialect) }) { try tx.execute(statement) }
        }
        let folder = try KeyFolder("\(path)/keys")
        let root = FileRootKey(in: folder, random: world.random)
        try await root.create()
        let keyring = Keyring(folder: folder, root: root, database: database, world: world)
        try await keyring.establish(organisation)

        let filling = ContinuousClock().now
        try await fill(subjects, keyring, world)
        print("filled \(subjects) subjects in \(ContinuousClock().now - filling)")

        let isOver = Mutex(false)
        async let writing = write(keyring, world) { isOver.withLock { $0 } }
        let start = (ContinuousClock().now, cpuSeconds())
        var roll = EpochRoll(keyring, organisation: organisation)
        let summary = try await roll.run()
        let (seconds, cpu) = (ContinuousClock().now - start.0, cpuSeconds() - start.1)
        isOver.withLock { $0 = true }
        let writes = try await writing
        print("rolled to epoch \(summary.epoch): \(summary.rewrapped) keys in \(seconds), \(cpu) s of CPU; \(writes) keys made meanwhile")
        let behind =
            try await database.within(organisation: organisation).first(
                "SELECT count(*) AS n FROM subject_keys WHERE epoch < \(summary.epoch)"
            ) { try $0["n"] as Int } ?? -1
        print("rows behind: \(behind); epochs: \(try folder.epochs(of: organisation))")
        await database.close()
    }

    /// PostgreSQL as the owner of an empty database, or SQLite in the folder.
    private static func open(_ url: String?, _ path: String, _ world: World) throws -> Database {
        if let url { return Database(try PostgresDatabase(PostgresConfiguration(url: try DatabaseURL(url)), world: world)) }
        return Database(try SQLiteDatabase.openEngine(SQLiteConfiguration(path: "\(path)/zancada.db"), world: world))
    }

    private static let organisation = "org-1"

    private static func fill(_ count: Int, _ keyring: Keyring, _ world: World) async throws {
        for start in stride(from: 0, to: count, by: 10_000) {
            let subjects = (start..<min(start + 10_000, count)).map { _ in world.id(of: Int.self).description }
            _ = try await keyring.sealingKeys(of: subjects, in: organisation)
        }
    }

    /// New subjects' keys, one after the other.
    private static func write(_ keyring: Keyring, _ world: World, until isOver: @Sendable () -> Bool) async throws -> Int {
        var count = 0
        while !isOver() {
            _ = try await keyring.sealingKey(of: world.id(of: Int.self).description, in: organisation)
            count += 1
        }
        return count
    }

    private static func cpuSeconds() -> Double {
        var usage = rusage()
        getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        return Double(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) + Double(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6
    }
}
