import Access
import Base
import Foundation
import Keys
import PostgresEngine
import Records
import SQLiteEngine
import Store

/// What a record costs, whole: validated, allowed, sealed, journalled, stored; and read again.
enum RecordBenchmarks {
    static let commands: [String: @Sendable ([String]) async throws -> [Measurement]] = [
        "record-sqlite-read": read, "record-sqlite-create": create, "record-postgres-setup": setUp,
        "record-postgres-create": createOnServer,
        "record-postgres-follow": follow,
    ]

    private static let runs = 5
    private static let people = 1_000
    private static let tenant: Identifier = "clinic"

    /// `record-sqlite-read FOLDER ROWS READS [plan|remark]`: one record by its id, decrypted, about nobody (no entry of reading) and about people
    /// (each reading entered).
    @Sendable private static func read(_ arguments: [String]) async throws -> [Measurement] {
        let (count, reads) = (Int(arguments[1]) ?? 100_000, Int(arguments[2]) ?? 50_000)
        let office = try await Office(sqlite: arguments[0])
        var found: [Measurement] = []
        for (name, kind) in [("record read", Office.plan), ("record read with its entry", Office.remark)]
        where arguments.count < 4 || kind.name == arguments[3] {
            let ids = try await office.fill(kind, count, callers: 500)
            let chosen = Benchmarks.positions(reads, among: count).map { ids[$0] }
            var cpu: [Double] = []
            for run in 0...runs {
                let before = Benchmarks.cpuSeconds()
                var bytes = 0
                for id in chosen { bytes += try await office.store.read(kind, id, by: office.standing).body.count }
                await office.reads.flush()
                precondition(bytes == reads * Office.body.count)
                // The first run warms the caches.
                if run > 0 { cpu.append((Benchmarks.cpuSeconds() - before) / Double(reads) * 1e6) }
            }
            found.append(Measurement(name: name, figures: ["cpu_us": Benchmarks.median(cpu), "rows": Double(count)]))
        }
        await office.database.close()
        return found
    }

    /// `record-sqlite-create FOLDER CALLERS COUNT`: each caller waits until its record is durable.
    @Sendable private static func create(_ arguments: [String]) async throws -> [Measurement] {
        let (callers, count) = (Int(arguments[1]) ?? 500, Int(arguments[2]) ?? 30_000)
        var rates: [Double] = []
        var cpu: [Double] = []
        for _ in 0..<runs {
            let office = try await Office(sqlite: arguments[0])
            let (before, start) = (Benchmarks.cpuSeconds(), ContinuousClock.now)
            _ = try await office.fill(Office.remark, count, callers: callers)
            rates.append(Double(count) / Benchmarks.seconds(ContinuousClock.now - start))
            cpu.append((Benchmarks.cpuSeconds() - before) / Double(count) * 1e6)
            await office.database.close()
        }
        return [
            Measurement(
                name: "record create, SQLite",
                figures: ["per_second": Benchmarks.median(rates), "cpu_us": Benchmarks.median(cpu), "callers": Double(callers)])
        ]
    }

    /// `record-postgres-setup OWNER-URL FOLDER`: an empty journal, an organisation, its people and their keys.
    @Sendable private static func setUp(_ arguments: [String]) async throws -> [Measurement] {
        let database = try Office.open(arguments[0])
        for table in try await database.rows(
            "SELECT tablename FROM pg_tables WHERE schemaname = 'public'", { try $0["tablename"] as String })
        {
            try await database.write { tx in try tx.execute("DROP TABLE \(name: table) CASCADE") }
        }
        let office = try await Office(database, folder: arguments[1], isNew: true)
        await office.database.close()
        return []
    }

    /// `record-postgres-create URL FOLDER CALLERS SECONDS one|general`: run it in two processes at once.
    @Sendable private static func createOnServer(_ arguments: [String]) async throws -> [Measurement] {
        let (callers, seconds) = (Int(arguments[2]) ?? 32, Double(arguments[3]) ?? 5)
        let kind = arguments[4] == "general" ? Office.chart : Office.remark
        let office = try await Office(try Office.open(arguments[0], connections: callers), folder: arguments[1], isNew: false)
        // The first of each person find their keys.
        _ = try await office.fill(kind, people, callers: callers)
        let (before, start) = (Benchmarks.cpuSeconds(), ContinuousClock.now)
        let end = start + .seconds(seconds)
        let written = try await withThrowingTaskGroup(of: Int.self) { group in
            for caller in 0..<callers {
                group.addTask {
                    var count = 0
                    while ContinuousClock.now < end {
                        try await office.create(kind, caller &+ count &* callers)
                        count += 1
                    }
                    return count
                }
            }
            return try await group.reduce(0, +)
        }
        let rate = Double(written) / Benchmarks.seconds(ContinuousClock.now - start)
        let cpu = (Benchmarks.cpuSeconds() - before) / Double(written) * 1e6
        await office.database.close()
        return [Measurement(name: "record create, PostgreSQL, \(arguments[4])", figures: ["per_second": rate, "cpu_us": cpu])]
    }

    /// `record-postgres-follow URL SECONDS`: seals and follows meanwhile; a position that is passed over ends it with an error.
    @Sendable private static func follow(_ arguments: [String]) async throws -> [Measurement] {
        let database = try Office.open(arguments[0])
        let end = ContinuousClock.now + .seconds(Double(arguments[1]) ?? 5)
        let (sealer, reader) = (JournalSealer(database), JournalReader(database))
        var next: Int64 = 0
        while true {
            let isOver = ContinuousClock.now >= end
            try await sealer.catchUp()
            while true {
                let entries = try await reader.entries(of: tenant.text, from: next)
                if entries.isEmpty { break }
                for standing in entries {
                    guard standing.position == next else { throw Failure.missingColumn("position \(next)") }
                    next += 1
                }
            }
            if isOver { break }
            try await Task.sleep(for: .milliseconds(20))
        }
        await database.close()
        return [Measurement(name: "journal followed without a gap", figures: ["entries": Double(next)])]
    }

    /// An organisation with people and keys.
    private struct Office: Sendable {
        let database: Database
        let store: RecordStore
        let reads: ReadLog
        let standing: Standing
        let people: [Identifier]

        private static let access = RecordAccess(
            read: AccessRule(.grant(to: .all(.sameOrganisation, .holds("note.read")), upTo: .secret)),
            create: AccessRule(.grant(to: .all(.sameOrganisation, .holds("note.read")), upTo: .secret)),
            change: AccessRule(.grant(to: .all(.sameOrganisation, .holds("note.read")), upTo: .secret)))
        private static let fields = [FieldShape("text", .text(1...10_000), isRequired: true)]
        static let plan = KindShape("plan", about: .organisation, access: access, fields: fields)
        static let remark = KindShape("remark", about: .given, access: access, fields: fields)
        /// Asks for two keys, so that its create is no single statement.
        static let chart = KindShape(
            "chart", about: .given, access: access, fields: fields, retention: Retention(years: 5, reason: Text(es: "–", en: "–")))
        static let kinds = [plan, remark, chart]
        static let body = [UInt8](#"{"text":""#.utf8) + [UInt8](repeating: UInt8(ascii: "x"), count: 800) + [UInt8](#""}"#.utf8)

        static func open(_ url: String, connections: Int = 4) throws -> Database {
            var configuration = PostgresConfiguration(url: try DatabaseURL(url))
            configuration.mostConnections = connections
            return Database(try PostgresDatabase(configuration, world: .live)).under { $0.deadline = .seconds(60) }
        }

        init(sqlite folder: String) async throws {
            try? FileManager.default.removeItem(atPath: folder)
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            let engine = try SQLiteDatabase.openEngine(SQLiteConfiguration(path: folder + "/bench.db"), world: .live)
            try await self.init(Database(engine).under { $0.deadline = .seconds(600) }, folder: folder, isNew: true)
        }

        init(_ database: Database, folder: String, isNew: Bool) async throws {
            let world = World.live
            let (keys, tenant) = (try KeyFolder(folder + "/keys"), RecordBenchmarks.tenant)
            let root = FileRootKey(in: keys, random: world.random)
            let keyring = Keyring(folder: keys, root: root, database: database, world: world)
            people = try (0..<RecordBenchmarks.people).map { try Identifier("person-\($0)") }
            if isNew {
                let series = [KeysSchema.migrations, RelationTable.migrations, JournalTables.migrations, Subjects.migrations]
                let dialect = database.dialect
                let schema =
                    series.flatMap(\.migrations).flatMap { $0.statements(dialect) }
                    + Self.kinds.flatMap { RecordTable($0).creation(dialect) }
                try await database.write { tx in for statement in schema { try tx.execute(statement) } }
                try await root.create()
                try await keyring.establish(tenant.text)
                _ = try await keyring.sealingKeys(of: people.map(\.text), in: tenant.text)
            }
            self.database = database
            reads = ReadLog(database: database, world: world) { print("\($0)") }
            store = RecordStore(database: database, keyring: keyring, world: world, reads: reads)
            let book = try RoleBook(extending: [RoleExtension("organisation_admin", permissions: ["note.read"])])
            standing = Standing(Caller(actor: "admin", tenant: tenant, roles: ["organisation_admin"]), by: book, at: world.now())
        }

        @discardableResult
        func create(_ kind: KindShape, _ number: Int) async throws -> String {
            let subject = kind.subject == .organisation ? nil : people[number % people.count]
            return try await store.create(kind, Self.body, about: subject, by: standing).id
        }

        func fill(_ kind: KindShape, _ count: Int, callers: Int) async throws -> [String] {
            try await withThrowingTaskGroup(of: [String].self) { group in
                for caller in 0..<callers {
                    group.addTask {
                        var ids: [String] = []
                        for number in stride(from: caller, to: count, by: callers) { ids.append(try await create(kind, number)) }
                        return ids
                    }
                }
                return try await group.reduce(into: []) { $0 += $1 }
            }
        }
    }
}
