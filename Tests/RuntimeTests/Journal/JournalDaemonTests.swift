import Base
import Records
import Runtime
import Store
import Synchronization
import TestKit
import Testing
import Transparency

/// What keeps the journal in order while the program serves.
@Suite(.timeLimit(.minutes(2)))
struct JournalDaemonTests {
    private static func schema(_ dialect: Dialect) -> [SQL] { JournalTables.migrations.migrations.flatMap { $0.statements(dialect) } }

    private static func entry(_ number: Int) -> JournalEntry {
        JournalEntry(
            EntryMetadata(
                entry: World.live.id(of: JournalEntry.self).description, tenant: "clinic", time: World.live.now(), actor: "writer",
                verb: "created", kind: "note", version: number, shape: 1),
            salt: LeafSalt(World.live.random))
    }

    private func append(_ number: Int, _ database: Database, waiting: Occurrence? = nil, written: Occurrence? = nil) async throws {
        let entry = Self.entry(number)
        try await database.within(organisation: "clinic").write { tx in
            try JournalWriter.append(entry, tx)
            written?.happen()
            try waiting?.block()
        }
    }

    @Test("entries get their positions as they are written, and once an older transaction is over", arguments: EngineMatrix.all)
    func sealing(_ engine: EngineMatrix) async throws {
        try await engine.withStore(Self.schema(engine.dialect)) { store in
            let database = store.database
            // Only what is told wakes it: the slow look never comes.
            let daemon = Task { try await JournalSealing(database, look: .seconds(600)).run() }
            try await append(1, database)
            let reader = JournalReader(database)
            try await eventually { try await reader.size() == 1 }
            if engine != .sqlite {
                let (mayEnd, hasWritten) = (Occurrence(), Occurrence())
                async let older: Void = append(2, database, waiting: mayEnd, written: hasWritten)
                try await hasWritten.wait()
                try await append(3, database)
                #expect(try await JournalSealer(database).rest() == .waits)
                #expect(try await reader.size() == 1)
                mayEnd.happen()
                try await older
                try await eventually { try await reader.size() == 3 }
                #expect(try await JournalSealer(database).rest() == .nothing)
                #expect(try await reader.entries(of: "clinic", from: 0).map(\.entry.metadata.version).sorted() == [1, 2, 3])
            }
            daemon.cancel()
            await #expect(throws: CancellationError.self) { try await daemon.value }
        }
    }

    @Test("on PostgreSQL each leaf says whose it is, those of before the step too", arguments: EngineMatrix.servers)
    func tenants(_ engine: EngineMatrix) async throws {
        let steps = JournalTables.migrations.migrations
        try await engine.withStore(steps[0].statements(.postgres), EngineSettings { $0.isOwner = true }) { store in
            try await append(1, store.database)
            try await store.database.under { $0.refusesHiddenRows = true }.write { tx in
                for statement in steps[1].statements(.postgres) { try tx.execute(statement) }
            }
            try await append(2, store.database)
            let tenants: [String] = try await store.database.rows("SELECT tenant FROM journal_leaves") { try $0["tenant"] }
            #expect(tenants == ["clinic", "clinic"])
            #expect(try await store.database.rows("SELECT id FROM journal_entries") { try $0["id"] as String }.isEmpty, "the wall stands")
        }
    }

    @Test("checkpoints are signed where the journal grew, and once more at the end", arguments: EngineMatrix.all)
    func checkpoints(_ engine: EngineMatrix) async throws {
        try await engine.withStore(Self.schema(engine.dialect)) { store in
            let signatures = SignatureCount()
            let log = Log(to: LogSink { _ in }, from: .critical, now: World.live.now)
            func start(_ pause: Duration) -> Task<Void, any Error> {
                Task {
                    try await CheckpointDaemon(store.database, each: pause, log: log) { signatures.add() }.run()
                }
            }
            let frequent = start(.milliseconds(5))
            try await append(1, store.database)
            try await JournalSealer(store.database).catchUp()
            try await eventually { signatures.count == 1 }
            frequent.cancel()
            _ = await frequent.result
            #expect(signatures.count == 1, "nothing was added since")
            let rare = start(.seconds(600))
            try await eventually { signatures.count == 2 }
            try await append(2, store.database)
            try await JournalSealer(store.database).catchUp()
            rare.cancel()
            await #expect(throws: CancellationError.self) { try await rare.value }
            #expect(signatures.count == 3)
        }
    }
}

private final class SignatureCount: Sendable {
    private let state = Mutex(0)
    var count: Int { state.withLock { $0 } }
    func add() { state.withLock { $0 += 1 } }
}
