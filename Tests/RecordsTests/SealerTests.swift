import Base
import Records
import Store
import Synchronization
import TestKit
import Testing
import Transparency

/// On PostgreSQL commits come in another order than numbers are drawn; readers must not notice.
@Suite(.timeLimit(.minutes(2)))
struct SealerTests {
    private static let schema = JournalTables.migrations.migrations.flatMap { $0.statements(.postgres) }

    private static func entry(_ number: Int) -> JournalEntry {
        JournalEntry(
            EntryMetadata(
                entry: World.live.id(of: JournalEntry.self).description, tenant: "clinic", time: World.live.now(), actor: "writer",
                verb: "created", kind: "note", version: number, shape: 1, subjects: ["patient-\(number % 7)"]),
            salt: LeafSalt(World.live.random))
    }

    @Test(
        "whoever has seen a position never sees a new entry at or below it, with many writers and sealers", arguments: EngineMatrix.servers)
    func gapFree(_ engine: EngineMatrix) async throws {
        try await engine.withStore(Self.schema) { store in
            let database = store.database.within(organisation: "clinic")
            let (writers, each) = (8, 40)
            let end = End()
            let seen = try await withThrowingTaskGroup(of: [Int].self) { group in
                for writer in 0..<writers {
                    group.addTask {
                        for number in 0..<each {
                            let entry = Self.entry(writer * each + number)
                            // Some hold their transaction open for a while after they drew their number.
                            let isSlow = number % 5 == writer % 5
                            try await database.write { tx in
                                try JournalWriter.append(entry, tx)
                                if isSlow { try tx.execute("SELECT pg_sleep(0.02)") }
                            }
                        }
                        return []
                    }
                }
                for _ in 0..<2 {
                    group.addTask {
                        let sealer = JournalSealer(store.database)
                        while !end.isReached.load(ordering: .relaxed) { _ = try await sealer.step() }
                        return []
                    }
                }
                group.addTask {
                    let reader = JournalReader(store.database)
                    var seen: [Int] = []
                    var next: Int64 = 0
                    while seen.count < writers * each {
                        let entries = try await reader.entries(of: "clinic", from: next)
                        for standing in entries {
                            #expect(standing.position == next, "a position was passed over")
                            next += 1
                            seen.append(standing.entry.metadata.version)
                        }
                    }
                    end.isReached.store(true, ordering: .relaxed)
                    return seen
                }
                return try await group.reduce(into: []) { $0 += $1 }
            }
            #expect(seen.sorted() == Array(0..<writers * each))
            #expect(try await JournalTree(store.database).catchUp() == writers * each)
        }
    }
}

private final class End: Sendable {
    let isReached = Atomic(false)
}
