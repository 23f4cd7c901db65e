import Access
import Base
import Keys
import Store
import Synchronization

/// The words of one organisation's records of a kind, in memory, kept current by following the journal.
///
/// Everything is loaded by one task at a time, each time the rows as they are now: whatever is told twice, late or out of order
/// ends in the same index.
final class OrganisationWords: Sendable {
    private struct State {
        var index = WordIndex()
        /// Every entry of the journal below it was looked at; nil before everything was read once.
        var position: Int64?
        /// Records to be looked at though no entry with a position tells of them yet.
        var asked: Set<String> = []
        /// Counts what was forgotten, so that rows that were read before are not put back after.
        var forgettings = 0
        /// Records that did not open when they were read.
        var unreadable: Set<String> = []
        /// The task that loads, and the one that will once it is done.
        var running: Task<Void, any Error>?
        var waiting: Task<Void, any Error>?
    }

    private let kind: KindShape
    private let store: RecordStore
    private let tenant: Identifier
    private let state = Mutex(State())

    /// Rows opened at once.
    private static let page = 1_000
    /// Entries of the journal looked at in one statement.
    private static let batch = 2_000
    private static let mostTries = 10

    init(_ kind: KindShape, of tenant: Identifier, in store: RecordStore) {
        self.kind = kind
        self.store = store
        self.tenant = tenant
    }

    deinit { state.withLock { $0.index.clear() } }

    /// Returns once everything was read that had a position, or was asked for, when this was called. Whoever calls while another
    /// waits, waits with them.
    func refresh(_ record: String? = nil) async throws {
        let task = state.withLock { state in
            if let record { state.asked.insert(record) }
            if let waiting = state.waiting { return waiting }
            let before = state.running
            let task = Task {
                _ = await before?.result
                self.state.withLock { state in
                    state.running = state.waiting
                    state.waiting = nil
                }
                try await self.load()
            }
            state.waiting = task
            return task
        }
        try await task.value
    }

    /// Reads everything where nothing was read yet.
    func prepare() async throws {
        if state.withLock({ $0.position == nil }) { try await refresh() }
    }

    func forget(_ subject: Identifier) {
        state.withLock { state in
            state.forgettings += 1
            // What is about others as well is looked at again, as it stays theirs.
            state.asked.formUnion(state.index.forget(subject).map(\.description))
        }
    }

    func best(_ query: SearchWords, atMost most: Int) -> (ids: [ID<Record>], total: Int) {
        state.withLock { $0.index.best(query, atMost: most) }
    }

    func matches(_ query: SearchWords, among ids: [ID<Record>]) -> [ID<Record>] {
        state.withLock { $0.index.matches(query, among: ids) }
    }

    /// For metrics and tests.
    func figures() -> WordIndexFigures {
        state.withLock { state in
            WordIndexFigures(
                records: state.index.recordCount, words: state.index.wordCount, bytes: state.index.byteCount,
                unreadable: state.unreadable.count)
        }
    }

    func holds(_ word: [UInt8]) -> Bool { state.withLock { $0.index.holds(word) } }
}

/// Loading: by one task at a time.
extension OrganisationWords {
    private var database: Database { store.database.within(organisation: tenant.text).under { $0.staleness = .zero } }

    private func load() async throws {
        var position: Int64
        if let reached = state.withLock({ $0.position }) { position = reached } else { position = try await readEverything() }
        while true {
            let told = try await ToldChange.told(of: kind, in: tenant, from: position, atMost: Self.batch, database)
            if told.isEmpty, try await JournalReader(store.database).size() < position {
                // Another journal than the one that was followed: a backup was put back.
                state.withLock { $0.position = nil }
                position = try await readEverything()
                continue
            }
            for subject in told.flatMap(\.erased) { forget(subject) }
            let asked = state.withLock { $0.asked }
            try await look(at: Array(asked.union(told.compactMap(\.record))))
            if let last = told.last { position = last.position + 1 }
            let reached = position
            state.withLock { state in
                state.position = reached
                state.asked.subtract(asked)
            }
            if told.count < Self.batch { return }
        }
    }

    /// Reads all rows that stand, and returns the position before them.
    private func readEverything() async throws -> Int64 {
        let position = try await JournalReader(store.database).size()
        state.withLock { state in
            state.forgettings += 1
            state.index.clear()
            state.unreadable = []
        }
        let table = RecordTable(kind)
        var after: SQL = ""
        while true {
            let condition = after
            let read = try await loading {
                try await self.database.rows(
                    """
                    SELECT \(table.selected(self.database.dialect)) FROM \(name: self.kind.table)
                    WHERE tenant = \(self.tenant) AND deleted_at IS NULL\(condition) ORDER BY created_at, id LIMIT \(Self.page)
                    """
                ) { try StoredRecord($0) }
            }
            guard let last = read.last, read.count == Self.page else { return position }
            after = " AND (created_at, id) > (\(last.createdAt), \(last.id))"
        }
    }

    /// Puts records as they are now in the place of what was known of them.
    private func look(at ids: [String]) async throws {
        let table = RecordTable(kind)
        for start in stride(from: 0, to: ids.count, by: Self.page) {
            let piece = ids[start..<min(start + Self.page, ids.count)]
            _ = try await loading(replacing: Array(piece)) {
                let rows = try await self.database.rows(table.selection(of: piece, self.database.dialect)) { try StoredRecord($0) }
                return rows.filter { $0.stands(in: self.tenant) }
            }
        }
    }

    /// Reads rows, opens them and puts their words down; again where somebody was forgotten meanwhile, for it may be one of these.
    private func loading(
        replacing ids: [String] = [], _ read: @Sendable () async throws -> [StoredRecord]
    ) async throws -> [StoredRecord] {
        for _ in 0..<Self.mostTries {
            let forgettings = state.withLock { $0.forgettings }
            let rows = try await read()
            let (found, unreadable) = try await opened(rows)
            let isDone = state.withLock { state in
                guard state.forgettings == forgettings else { return false }
                for id in ids.compactMap({ ID<Record>($0) }) { state.index.remove(id) }
                for record in found { state.index.put(record.id, of: record.owners, record.words) }
                state.unreadable = state.unreadable.subtracting(ids).union(unreadable)
                return true
            }
            if isDone { return rows }
        }
        throw Failure.searchBusy
    }

    private struct Opened: Sendable {
        let id: ID<Record>
        let owners: [Identifier]
        let words: [[UInt8]]
    }

    /// The words of rows, and those that do not open (altered, erased this moment, of a newer shape): whoever reads one is told, and
    /// all others must be found.
    private func opened(_ rows: [StoredRecord]) async throws -> (found: [Opened], unreadable: [String]) {
        do {
            // All keys at once, so that opening finds them kept.
            _ = try await store.keyring.keys(of: kind.keyNames(of: rows), in: tenant.text)
        } catch let failure as Failure where failure.isAboutOneRecord {}
        var (found, unreadable): ([Opened], [String]) = ([], [])
        found.reserveCapacity(rows.count)
        for row in rows {
            do {
                guard let id = ID<Record>(row.id) else { continue }
                let words = try kind.words(in: try await store.opened(kind, row))
                let owners = try row.subjects.filter { $0 != row.id }.map { try Identifier($0) }
                found.append(Opened(id: id, owners: owners, words: words))
            } catch is JSONError {
                unreadable.append(row.id)
            } catch let failure as Failure where failure.isAboutOneRecord {
                unreadable.append(row.id)
            }
        }
        return (found, unreadable)
    }
}

extension Failure {
    /// Whether it says that a record does not open, and nothing of the others.
    fileprivate var isAboutOneRecord: Bool { kind == .invalid || kind == .notFound || code == "newer_shape" }
}

/// How large an index is.
package struct WordIndexFigures: Sendable, Hashable {
    package let records: Int
    package let words: Int
    /// Without what the allocator adds.
    package let bytes: Int
    /// Records that did not open when they were read, and so are not found.
    package let unreadable: Int
}

extension Failure {
    fileprivate static let searchBusy = Failure(
        .overloaded, "search_busy",
        Text(
            es: "La búsqueda no alcanza a seguir los borrados de estos momentos: repita en unos segundos.",
            en: "The search cannot keep up with the erasures of this moment: repeat in a few seconds."))
}
