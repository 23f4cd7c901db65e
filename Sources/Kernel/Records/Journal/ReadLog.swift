import Access
import Base
import Store
import Synchronization
import Transparency

/// Tells the journal who read what, and who was refused: gathered in memory and written together within a second, because a read
/// must not wait for a disk. A crash loses at most that second.
package final class ReadLog: Sendable {
    private struct Waiting {
        var entries: [JournalEntry] = []
        var isFlushing = false
    }

    private let database: Database
    private let world: World
    private let interval: Duration
    private let waiting = Mutex(Waiting())
    private let report: @Sendable (Failure) -> Void

    /// The most that wait; whoever would add more writes them first.
    static let most = 4_096

    /// `report` hears why entries could not be written; they wait and are tried again.
    package init(database: Database, world: World, interval: Duration = .seconds(1), report: @escaping @Sendable (Failure) -> Void) {
        self.database = database
        self.world = world
        self.interval = interval
        self.report = report
    }

    func read(_ kind: KindShape, _ record: Record, by standing: Standing) async throws {
        guard !record.subjects.isEmpty else { return }
        await add(
            try JournalEntry(
                .read, kind.name, record: record.id, version: Int(record.version), about: record.subjects, by: standing, in: world))
    }

    /// A list is one entry that names its subjects.
    func listed(_ kind: KindShape, _ records: [Record], by standing: Standing) async throws {
        let subjects = Set(records.flatMap(\.subjects))
        guard !subjects.isEmpty else { return }
        await add(try JournalEntry(.listed, kind.name, about: Array(subjects), by: standing, in: world))
    }

    func refused(_ kind: KindShape, _ record: String?, about subjects: Set<Identifier>, by standing: Standing) async throws {
        await add(
            try JournalEntry(.denied, kind.name, record: record, about: subjects.map(\.text), by: standing, in: world))
    }

    private func add(_ entry: JournalEntry) async {
        let (starts, isFull) = waiting.withLock { waiting in
            waiting.entries.append(entry)
            let starts = !waiting.isFlushing
            waiting.isFlushing = true
            return (starts, waiting.entries.count >= Self.most)
        }
        if starts { Task { await flushUntilEmpty() } }
        if isFull { await flush() }
    }

    private func flushUntilEmpty() async {
        repeat {
            try? await Task.sleep(for: interval)
            await flush()
        } while waiting.withLock { waiting in
            waiting.isFlushing = !waiting.entries.isEmpty
            return waiting.isFlushing
        }
    }

    /// Writes what waits. Called before closing.
    package func flush() async {
        let entries = waiting.withLock { waiting in
            defer { waiting.entries = [] }
            return waiting.entries
        }
        for (tenant, entries) in Dictionary(grouping: entries, by: \.metadata.tenant) {
            let journal = JournalWriter(entries, database.dialect)
            do {
                try await database.within(organisation: tenant).write { tx in try journal.append(tx) }
            } catch {
                waiting.withLock { $0.entries.insert(contentsOf: entries, at: 0) }
                report(error as? Failure ?? Failure.databaseUnavailable(Text(verbatim: "\(error)")))
            }
        }
    }
}
