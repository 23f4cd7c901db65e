import Base
import Foundation
import SQLiteEngine
import Store
import Synchronization
import Testing

@Suite("SQLite: many callers, deadlines, cancellation")
struct SQLiteConcurrencyTests {
    @Test("ten thousand callers at once write, each is there once, in far fewer commits")
    func manyWriters() async throws {
        let folder = try Folder()
        let (engine, database) = try folder.open()
        try await database.makeNotes()
        let patient = database.under { $0.deadline = .seconds(300) }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for id in 0..<10_000 {
                group.addTask { try await patient.write { tx in _ = try tx.execute("INSERT INTO notes VALUES (\(id), 'x')") } }
            }
            try await group.waitForAll()
        }
        #expect(try await database.noteCount() == 10_000)
        let commits = engine.gauges.first { $0.name == "writer_commits" }?.value ?? 0
        #expect(commits > 0 && commits < 5_000)
        await database.close()
    }

    @Test("ten thousand callers at once read by one statement and over a snapshot")
    func manyReaders() async throws {
        let folder = try Folder()
        let (_, database) = try folder.open { $0.mostReaders = 2 }
        try await database.makeNotes(100)
        let patient = database.under { $0.deadline = .seconds(300) }
        let sum = try await withThrowingTaskGroup(of: Int.self) { group in
            for id in 0..<10_000 {
                group.addTask {
                    if id % 2 == 0 {
                        return try await patient.first("SELECT id FROM notes WHERE id = \(id % 100)") { try $0["id"] as Int } ?? -1
                    }
                    return try await patient.read { tx in
                        try tx.first("SELECT id FROM notes WHERE id = \(id % 100)") { try $0["id"] as Int } ?? -1
                    }
                }
            }
            return try await group.reduce(0, +)
        }
        #expect(sum == 495_000)
        await database.close()
    }

    @Test("beyond the bound of the line, writes are refused at once and nothing is done")
    func overloaded() async throws {
        let folder = try Folder()
        let (_, database) = try folder.open { $0.mostWaitingWrites = 3 }
        try await database.makeNotes()
        let gate = Gate()
        try await withThrowingTaskGroup(of: Failure.Kind?.self) { group in
            group.addTask { try await failure { try await database.write { _ in gate.pass() } }?.kind }
            await gate.reached()
            for id in 0..<10 {
                group.addTask {
                    try await failure { try await database.write { tx in try tx.execute("INSERT INTO notes VALUES (\(id), 'x')") } }?.kind
                }
            }
            var refused = 0
            // Seven are refused while the first still holds the writer; only then is it let go.
            for _ in 0..<7 { if try await group.next() == .some(.overloaded) { refused += 1 } }
            #expect(refused == 7)
            gate.open()
            try await group.waitForAll()
        }
        #expect(try await database.noteCount() == 3)
        await database.close()
    }

    @Test("a write that waits is cancelled at once, and never runs")
    func cancelledWaiting() async throws {
        let folder = try Folder()
        let (_, database) = try folder.open()
        try await database.makeNotes()
        let gate = Gate()
        let holder = Task { try await database.write { _ in gate.pass() } }
        await gate.reached()
        let waiting = Task { try await failure { try await database.write { tx in try tx.execute("INSERT INTO notes VALUES (1, 'x')") } } }
        waiting.cancel()
        // Answered while the writer is still held.
        #expect(try await waiting.value == .databaseCancelled)
        gate.open()
        try await holder.value
        #expect(try await database.noteCount() == 0)
        await database.close()
    }

    @Test("a running statement is stopped when its caller is cancelled; its companions are saved")
    func cancelledRunning() async throws {
        let folder = try Folder()
        let (_, database) = try folder.open { $0.longestBatch = .seconds(60) }
        try await database.makeNotes()
        let (gate, running) = (Gate(), Gate())
        running.open()
        let holder = Task { try await database.write { _ in gate.pass() } }
        await gate.reached()
        let early = Task { try await database.write { tx in try tx.execute("INSERT INTO notes VALUES (1, 'x')") } }
        let endless = Task {
            try await failure {
                try await database.write { tx in
                    running.pass()
                    try tx.execute("INSERT INTO notes SELECT value, 'x' FROM (\(Self.counting)) AS endless")
                }
            }
        }
        gate.open()
        await running.reached()
        endless.cancel()
        #expect(try await endless.value == .databaseCancelled)
        try await holder.value
        _ = try await early.value
        #expect(try await database.noteCount() == 1)
        await database.close()
    }

    /// Never ends.
    private static let counting: SQL =
        "WITH RECURSIVE numbers (value) AS (SELECT 10 UNION ALL SELECT value + 1 FROM numbers) SELECT value FROM numbers WHERE value < 0"

    @Test("a statement is stopped at its deadline: in a write, in a read, and on the caller")
    func deadlines() async throws {
        let folder = try Folder()
        let (_, database) = try folder.open()
        try await database.makeNotes()
        let hasty = database.under { $0.deadline = .milliseconds(50) }
        let endless = Self.counting
        #expect(try await failure { try await hasty.write { tx in try tx.execute(endless) } } == .databaseDeadlineExceeded)
        #expect(try await failure { try await hasty.read { tx in try tx.execute(endless) } } == .databaseDeadlineExceeded)
        #expect(try await failure { try await hasty.rows(endless) { _ in 0 } } == .databaseDeadlineExceeded)
        #expect(try await database.noteCount() == 0)
        await database.close()
    }

    @Test("a running read is stopped when its caller is cancelled, on a thread and on the caller")
    func cancelledReads() async throws {
        let folder = try Folder()
        let (_, database) = try folder.open()
        let endless = Self.counting
        let running = Gate()
        running.open()
        let thread = Task {
            try await failure {
                try await database.read { tx in
                    running.pass()
                    return try tx.execute(endless)
                }
            }
        }
        await running.reached()
        thread.cancel()
        #expect(try await thread.value == .databaseCancelled)
        let caller = Task { try await failure { try await database.rows(endless) { _ in 0 } } }
        caller.cancel()
        #expect(try await caller.value == .databaseCancelled)
        await database.close()
    }

    @Test("whoever waits for the writer leaves when the time is over")
    func deadlineWaiting() async throws {
        let folder = try Folder()
        let (_, database) = try folder.open()
        let gate = Gate()
        let holder = Task { try await database.write { _ in gate.pass() } }
        await gate.reached()
        let hasty = database.under { $0.deadline = .milliseconds(20) }
        #expect(try await failure { try await hasty.write { _ in } } == .databaseDeadlineExceeded)
        gate.open()
        try await holder.value
        await database.close()
    }

    @Test("a wall clock that jumps an hour either way changes nothing", arguments: [-3600, 3600])
    func clockJumps(_ seconds: Int) async throws {
        let folder = try Folder()
        let fixed = FixedWorld(seed: 1)
        let engine = try SQLiteDatabase.openEngine(folder.configuration(), world: fixed.world)
        let database = Database(engine)
        try await database.makeNotes(1)
        fixed.setClock(to: fixed.world.now() + .seconds(seconds))
        #expect(try await database.noteCount() == 1)
        try await database.write { tx in try tx.execute("INSERT INTO notes VALUES (7, 'x')") }
        #expect(try await database.noteCount() == 2)
        await database.close()
    }

    @Test("those who listen hear of what was committed, once for several, and not of what was undone")
    func notifications() async throws {
        let folder = try Folder()
        let (_, database) = try folder.open()
        let channel = Channel("journal")
        var heard = database.notifications(on: channel).makeAsyncIterator()
        await heard.next()
        _ = try await failure {
            try await database.write { tx in
                try tx.notify(channel)
                throw Failure.databaseCancelled
            }
        }
        for _ in 0..<3 { try await database.write { tx in try tx.notify(channel) } }
        await heard.next()
        await database.close()
        #expect(await heard.next() == nil)
    }

    @Test("a lease has one holder until it is released or forgotten")
    func leases() async throws {
        let folder = try Folder()
        let (_, database) = try folder.open()
        let first = try await database.lease("sealer")
        #expect(first?.isHeld == true)
        #expect(try await database.lease("sealer") == nil)
        await first?.release()
        #expect(first?.isHeld == false)
        #expect(try await database.lease("sealer") != nil)
        #expect(try await database.lease("sealer") != nil)
        await database.close()
    }

    @Test("closing finishes what was accepted and refuses what comes later")
    func closing() async throws {
        let folder = try Folder()
        let (_, database) = try folder.open()
        try await database.makeNotes()
        let gate = Gate()
        let holder = Task {
            try await database.write { tx in
                gate.pass(); try tx.execute("INSERT INTO notes VALUES (1, 'x')")
            }
        }
        await gate.reached()
        let closing = Task { await database.close() }
        gate.open()
        _ = try await holder.value
        await closing.value
        #expect(try await failure { try await database.write { _ in } } == .databaseClosed)
        #expect(try await failure { try await database.read { _ in } } == .databaseClosed)
        #expect(try await failure { try await database.noteCount() } == .databaseClosed)
        let (_, again) = try folder.open()
        #expect(try await again.noteCount() == 1)
        await again.close()
    }

    @Test("the log stays bounded while readers overlap without a gap")
    func logStaysBounded() async throws {
        let folder = try Folder()
        let (engine, database) = try folder.open()
        try await database.makeNotes()
        let stop = Flag()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<2 {
                group.addTask {
                    while !stop.isRaised {
                        _ = try await database.read { tx in
                            try tx.rows("SELECT id FROM notes ORDER BY id DESC LIMIT 200") { try $0["id"] as Int }
                        }
                    }
                }
            }
            var most = 0.0
            for round in 0..<60 {
                try await database.write { tx in
                    try tx.load(
                        into: "notes", columns: ["id", "body"],
                        rows: (0..<1_000).map { [.integer(Int64(round * 1_000 + $0)), .text(String(repeating: "x", count: 4_000))] })
                }
                most = max(most, engine.gauges.first { $0.name == "wal_bytes" }?.value ?? 0)
            }
            stop.raise()
            try await group.waitForAll()
            // 240 MB were written.
            #expect(most < 120_000_000)
        }
        await database.close()
    }
}

/// Set once, seen by all.
final class Flag: Sendable {
    private let raised = Atomic<Bool>(false)
    var isRaised: Bool { raised.load(ordering: .relaxed) }
    func raise() { raised.store(true, ordering: .relaxed) }
}

/// A place in a closure where it stops until the test lets it pass.
final class Gate: @unchecked Sendable {
    // Safe to share: semaphores are.
    private let opening = DispatchSemaphore(value: 0)
    private let arrivals = AsyncStream<Void>.makeStream()

    /// Called inside a closure: says that it is there, and waits, ten seconds at most.
    func pass() {
        arrivals.continuation.yield()
        if opening.wait(timeout: .now() + 10) == .success { opening.signal() }
    }

    func open() { opening.signal() }

    func reached() async {
        for await _ in arrivals.stream { return }
    }
}
