import Base
import SQLiteEngine
import Store
import Synchronization
import Testing

@Suite("SQLite: many closures, one commit")
struct SQLiteGroupCommitTests {
    /// Inserts one row after another, and throws for the ids in `bad` once it has inserted them.
    private static func items(_ ids: Range<Int>, bad: Set<Int> = [], _ answers: Answers) -> [SQLiteWriteItem] {
        ids.map { id in
            SQLiteWrite(
                { tx in
                    answers.ran(id)
                    try tx.execute("INSERT INTO notes (id, body) VALUES (\(id), 'x')")
                    if bad.contains(id) { throw Refused() }
                }, answer: { answers.take(id, $0) })
        }
    }

    private static func writer(_ folder: Folder, _ change: (inout SQLiteConfiguration) -> Void = { _ in }) throws -> SQLiteWriter {
        let writer = try SQLiteWriter(
            folder.configuration {
                $0.longestBatch = .seconds(60)
                change(&$0)
            }, elapsed: World.live.elapsed)
        run(writer) { tx in try tx.execute("CREATE TABLE notes (id INTEGER PRIMARY KEY, body TEXT NOT NULL) STRICT") }
        return writer
    }

    private static func run(_ writer: SQLiteWriter, _ body: @escaping @Sendable (borrowing Transaction) throws -> Int) {
        writer.runBatch([SQLiteWrite(body, answer: { if case .failure(let error) = $0 { Issue.record(error) } })])
    }

    /// Makes SQLite roll back the whole batch, where there is a note 1000. Its number is 500.
    private static func ruining(_ answers: Answers) -> SQLiteWriteItem {
        SQLiteWrite(
            { (tx: borrowing Transaction) in try tx.execute("INSERT OR ROLLBACK INTO notes VALUES (1000, 'again')") },
            answer: { answers.take(500, $0) })
    }

    private static func count(_ writer: SQLiteWriter) -> Int {
        let count = Mutex(-1)
        writer.runBatch([
            SQLiteWrite({ tx in try tx.first("SELECT count(*) AS count FROM notes") { try $0["count"] as Int } ?? -1 }) { result in
                count.withLock { $0 = (try? result.get()) ?? -1 }
            }
        ])
        return count.withLock { $0 }
    }

    @Test("those that throw are undone alone, wherever they stand", arguments: [[], [0], [3], [9], [0, 1, 5], Set(0..<10)] as [Set<Int>])
    func throwingAmongGood(_ bad: Set<Int>) throws {
        let writer = try Self.writer(Folder())
        let answers = Answers()
        writer.runBatch(Self.items(0..<10, bad: bad, answers))
        #expect(answers.failed == bad)
        #expect(answers.succeeded == Set(0..<10).subtracting(bad))
        #expect(Self.count(writer) == 10 - bad.count)
    }

    @Test("a statement that failed undoes its closure even where the error was caught, and nobody else's")
    func doomed() throws {
        let writer = try Self.writer(Folder())
        let answers = Answers()
        let doomed = SQLiteWrite(
            { (tx: borrowing Transaction) in
                try tx.execute("INSERT INTO notes VALUES (100, 'x')")
                do { try tx.execute("INSERT INTO notes VALUES (0, 'twice')") } catch {}
                #expect(throws: Failure.violated(.unique, "notes.id")) { try tx.execute("INSERT INTO notes VALUES (101, 'x')") }
            }, answer: { answers.take(100, $0) })
        writer.runBatch(Self.items(0..<1, answers) + [doomed] + Self.items(1..<2, answers))
        #expect(answers.failed == [100])
        #expect(answers.error(100) as? Failure == .violated(.unique, "notes.id"))
        #expect(Self.count(writer) == 2)
    }

    @Test("a batch that SQLite rolls back runs again one by one, and each closure counts once")
    func rolledBack() throws {
        let folder = try Folder()
        let writer = try Self.writer(folder)
        Self.run(writer) { tx in try tx.execute("INSERT INTO notes VALUES (1000, 'x')") }
        let answers = Answers()
        writer.runBatch(Self.items(0..<5, answers) + [Self.ruining(answers)] + Self.items(5..<10, answers))
        #expect(answers.succeeded == Set(0..<10))
        #expect(answers.error(500) as? Failure == .violated(.unique, "notes.id"))
        #expect(answers.runs(0) == 2)
        #expect(Self.count(writer) == 11)
    }

    @Test("a broken deferred reference is told at the commit, to the one that broke it")
    func deferredReference() throws {
        let folder = try Folder()
        let writer = try Self.writer(folder)
        Self.run(writer) { tx in
            try tx.execute(
                "CREATE TABLE parts (id INTEGER PRIMARY KEY, note INTEGER REFERENCES notes (id) DEFERRABLE INITIALLY DEFERRED) STRICT")
        }
        let answers = Answers()
        let broken = SQLiteWrite(
            { (tx: borrowing Transaction) in try tx.execute("INSERT INTO parts VALUES (1, 77)") }, answer: { answers.take(100, $0) })
        writer.runBatch(Self.items(0..<3, answers) + [broken] + Self.items(3..<6, answers))
        #expect((answers.error(100) as? Failure)?.code == "foreign_key_violated")
        #expect(answers.succeeded == Set(0..<6))
        #expect(Self.count(writer) == 6)
    }

    @Test("an error that was seen beside others' unsaved rows is told only if they were saved")
    func errorsWaitForTheCommit() throws {
        let folder = try Folder()
        let writer = try Self.writer(folder)
        Self.run(writer) { tx in try tx.execute("INSERT INTO notes VALUES (1000, 'x')") }
        let answers = Answers()
        // The first is what makes the batch fail, later; alone it fails too, so that the second finds no row in its way.
        let first = SQLiteWrite(
            { (tx: borrowing Transaction) in
                answers.ran(1)
                try tx.execute("INSERT INTO notes VALUES (7, 'x')")
                if answers.runs(1) > 1 { throw Refused() }
            }, answer: { (result: Result<Void, any Error>) in answers.take(1, result) })
        let second = SQLiteWrite(
            { (tx: borrowing Transaction) in try tx.execute("INSERT INTO notes VALUES (7, 'mine')") }, answer: { answers.take(2, $0) })
        writer.runBatch([first, second, Self.ruining(answers)])
        #expect(answers.failed == [1, 500])
        #expect(answers.succeeded == [2])
    }

    @Test("a batch ends after so many closures, and a long one shares with nobody")
    func bounds() throws {
        let folder = try Folder()
        let writer = try Self.writer(folder) { $0.mostWritesPerCommit = 4 }
        let answers = Answers()
        let before = writer.commitCount
        writer.runBatch(Self.items(0..<10, answers))
        #expect(writer.commitCount - before == 3)
        let long = SQLiteWrite(
            isLong: true, { (tx: borrowing Transaction) in try tx.execute("INSERT INTO notes VALUES (100, 'x')") },
            answer: { answers.take(100, $0) })
        writer.runBatch(Self.items(10..<12, answers) + [long] + Self.items(12..<14, answers))
        #expect(writer.commitCount - before == 6)
        #expect(answers.failed.isEmpty)
    }
}

struct Refused: Error {}

/// What the items of a batch were answered, and how often each ran.
final class Answers: Sendable {
    private let state = Mutex<(answers: [Int: (any Error)?], runs: [Int: Int])>(([:], [:]))

    func ran(_ id: Int) { state.withLock { $0.runs[id, default: 0] += 1 } }

    func take<Value>(_ id: Int, _ result: Result<Value, any Error>) {
        state.withLock { state in
            #expect(state.answers[id] == nil, "answered twice")
            if case .failure(let error) = result { state.answers[id] = .some(error) } else { state.answers[id] = .some(nil) }
        }
    }

    func runs(_ id: Int) -> Int { state.withLock { $0.runs[id] ?? 0 } }
    func error(_ id: Int) -> (any Error)? { state.withLock { $0.answers[id] ?? nil } }
    var failed: Set<Int> { state.withLock { Set($0.answers.filter { $0.value != nil }.keys) } }
    var succeeded: Set<Int> { state.withLock { Set($0.answers.filter { $0.value == nil }.keys) } }
}
