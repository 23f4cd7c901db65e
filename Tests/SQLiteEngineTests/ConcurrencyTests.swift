import Base
import Foundation
import SQLiteEngine
import Store
import Synchronization
import Testing

@Suite("SQLite: many callers, deadlines, cancellation")
struct SQLiteConcurrencyTests {
    @Test("a running statement is stopped when its caller is cancelled; those who shared its commit are saved")
    func cancelledRunning() async throws {
        let folder = try Folder()
        let (engine, database) = try folder.open { $0.longestBatch = .seconds(60) }
        try await database.makeNotes()
        let (gate, running) = (Gate(), Gate())
        running.open()
        let ran = Answers()
        let holder = Task {
            try await database.write { _ in
                ran.ran(0)
                gate.pass()
            }
        }
        await gate.reached()
        let early = Task {
            try await database.write { tx in
                ran.ran(1)
                try tx.execute("INSERT INTO notes VALUES (1, 'x')")
            }
        }
        while engine.gauges.first(where: { $0.name == "writer_queue_depth" })?.value != 1 { await Task.yield() }
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
        try await early.value
        #expect(try await database.noteCount() == 1)
        // Once beside the endless one, whose end undid them all, and once alone.
        #expect(ran.runs(0) == 2 && ran.runs(1) == 2)
        await database.close()
    }

    /// Never ends.
    private static let counting: SQL =
        "WITH RECURSIVE numbers (value) AS (SELECT 10 UNION ALL SELECT value + 1 FROM numbers) SELECT value FROM numbers WHERE value < 0"

    @Test("the engine never asks what time of day it is, so that a clock that jumps changes nothing")
    func wallClock() async throws {
        let folder = try Folder()
        let asked = Flag()
        let world = World(
            now: {
                asked.raise()
                return .epoch
            }, elapsed: World.live.elapsed, random: World.live.random)
        let engine = try SQLiteDatabase.openEngine(folder.configuration(), world: world)
        let database = Database(engine)
        try await database.makeNotes(1)
        try await database.write { tx in try tx.execute("INSERT INTO notes VALUES (7, 'x')") }
        #expect(try await database.read { tx in try tx.rows("SELECT id FROM notes") { try $0["id"] as Int } } == [0, 7])
        #expect(try await database.noteCount() == 2)
        _ = try await database.check()
        try await engine.backup(to: folder.path + "/copy.db")
        await database.close()
        #expect(!asked.isRaised)
    }

    @Test("a read whose time ends while its snapshot begins leaves the thread as good as before", arguments: 1...8)
    func lateBeginning(_ readings: Int) async throws {
        let folder = try Folder()
        // A clock that leaps with each look at it: the time ends at another place for each deadline.
        let looks = Atomic<Int64>(0)
        let world = World(
            now: { .epoch }, elapsed: { .seconds(looks.add(1, ordering: .relaxed).newValue) }, random: World.live.random)
        let engine = try SQLiteDatabase.openEngine(folder.configuration { $0.readingThreads = 1 }, world: world)
        let database = Database(engine).under { $0.deadline = .seconds(1_000_000) }
        try await database.makeNotes(1)
        let hasty = database.under { $0.deadline = .seconds(readings) }
        // SQLite looks at the time every thousand steps of its machine, and BEGIN has few.
        for _ in 0..<1_000 {
            let found = try await failure { try await hasty.read { tx in try tx.execute("SELECT 1") } }
            #expect(found == nil || found == .databaseDeadlineExceeded)
        }
        #expect(try await database.read { tx in try tx.rows("SELECT id FROM notes") { try $0["id"] as Int } } == [0])
        await database.close()
    }

    @Test("a write of a task that was cancelled before never runs, however busy the writer is")
    func cancelledBefore() async throws {
        let folder = try Folder()
        let (_, database) = try folder.open()
        let (ran, over) = (Flag(), Flag())
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { while !over.isRaised { try await database.write { _ in } } }
            for _ in 0..<20_000 {
                let late = Task {
                    withUnsafeCurrentTask { $0?.cancel() }
                    return try await failure { try await database.write { _ in ran.raise() } }
                }
                #expect(try await late.value == .databaseCancelled)
            }
            over.raise()
            try await group.waitForAll()
        }
        #expect(!ran.isRaised)
        await database.close()
    }

    @Test("where no connection can be opened, everyone who waits for one is told so")
    func readersWithoutFile() async throws {
        let folder = try Folder()
        let (_, database) = try folder.open { $0.mostReaders = 1 }
        try await database.makeNotes(1)
        try FileManager.default.moveItem(atPath: folder.file, toPath: folder.file + "-away")
        let found = try await withThrowingTaskGroup(of: Failure?.self) { group in
            for _ in 0..<2_000 { group.addTask { try await failure { try await database.noteCount() } } }
            return try await group.reduce(into: Set<String>()) { $0.insert($1?.code ?? "none") }
        }
        #expect(found == ["database_unavailable"])
        try FileManager.default.moveItem(atPath: folder.file + "-away", toPath: folder.file)
        #expect(try await database.noteCount() == 1)
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

    @Test("closing finishes what was accepted, and lets go of the file")
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
            for round in 0..<40 {
                try await database.write { tx in
                    try tx.load(
                        into: "notes", columns: ["id", "body"],
                        rows: (0..<1_000).map { [.integer(Int64(round * 1_000 + $0)), .text(String(repeating: "x", count: 4_000))] })
                }
                most = max(most, engine.gauges.first { $0.name == "wal_bytes" }?.value ?? 0)
            }
            stop.raise()
            try await group.waitForAll()
            // 160 MB were written.
            #expect(most < 100_000_000)
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
