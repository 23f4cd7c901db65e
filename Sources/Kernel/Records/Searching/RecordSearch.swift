import Access
import Base
import Keys
import Store
import Synchronization

/// Finds records by the beginnings of their words (`FieldSearch.words`), for whoever may read those words.
///
/// The words stand in this process's memory alone, made from the sealed records (docs/decisions/0010). The index only proposes:
/// each record that is shown was read, allowed, opened and compared with the search as the caller sees it, so that neither an index
/// that lags behind nor a hidden field shows anything.
package final class RecordSearch: Sendable {
    package let kind: KindShape
    private let store: RecordStore
    /// The rule of reading, without the grants that show none of the words.
    private let rule: AccessRule
    /// Whether each of these grants shows all fields with words. The order of the index is then that of what the caller sees.
    private let isUniform: Bool
    private let organisations = Mutex<[Identifier: OrganisationWords]>([:])

    package static let usualLimit = 20

    /// How many records a caller may see for which these are looked through one by one.
    private static let mostNarrow = 2_000

    /// Throws `Failure(.usage)` for a kind without words.
    package init(_ kind: KindShape, in store: RecordStore) throws(Failure) {
        let fields = kind.wordFields
        guard !fields.isEmpty else { throw .kindWithoutWords(kind.name) }
        func shows(_ grant: AccessRule.Grant, _ field: FieldShape) -> Bool {
            field.classification <= grant.limit && !grant.hidden.contains(field.name)
        }
        let grants = kind.access.read.grants.filter { grant in fields.contains { shows(grant, $0) } }
        self.kind = kind
        self.store = store
        rule = AccessRule(grants: grants)
        isUniform = grants.allSatisfy { grant in fields.allSatisfy { shows(grant, $0) } }
    }

    /// Records of the caller's organisation that stand and in whose words, as far as the caller may see them, each word of `text`
    /// begins one: whole words before beginnings, then by name, then by id. At most `limit`, 1 to 200. The journal is told whose
    /// were shown.
    ///
    /// The first search of an organisation reads all its records. Throws `Failure`: `.invalid` as `SearchWords`, `.forbidden` where
    /// the caller can see no such record, and what the database throws.
    package func search(_ text: String, limit: Int = usualLimit, by standing: Standing) async throws -> FoundRecords {
        let tenant = try standing.organisation()
        let request = try PageRequest(limit: limit)
        let query = try SearchWords(text)
        let predicate: SQL
        do {
            predicate = try rule.predicate(for: standing, over: RecordTable(kind).columns, store.database.dialect)
        } catch {
            try await store.reads.refused(kind, nil, about: [], by: standing)
            throw error
        }
        let words = words(of: tenant)
        try await words.prepare()
        var finding = Finding(query, atMost: request.rowsToFetch, stopsEarly: isUniform)
        let first = words.best(query, atMost: request.rowsToFetch)
        try await look(at: first.ids, for: &finding, by: standing)
        if first.total > first.ids.count, !finding.isDone {
            let seen = Set(first.ids)
            let others = try await candidates(query, words, where: predicate, in: tenant).filter { !seen.contains($0) }
            try await look(at: others, for: &finding, by: standing)
        }
        let found = FoundRecords(
            records: finding.found.prefix(request.limit).map(\.record), isAll: finding.found.count <= request.limit)
        try await store.reads.listed(kind, found.records, by: standing)
        return found
    }

    /// Reads an organisation's records before anybody searches: 100,000 in a few seconds.
    package func prepare(_ tenant: Identifier) async throws { try await words(of: tenant).prepare() }

    /// Returns once the index holds everything that had a position in the journal when this was called. `record`: one that was just
    /// written, whose entry may have none yet; it is looked at in any case.
    package func refresh(_ tenant: Identifier, record: String? = nil) async throws { try await words(of: tenant).refresh(record) }

    /// Overwrites the words of an erased person at once; else the journal's entry does, a moment later.
    package func forget(_ subject: Identifier, in tenant: Identifier) {
        organisations.withLock { $0[tenant] }?.forget(subject)
    }

    /// Overwrites and drops an organisation's index: after a restore, or where it is no longer searched.
    package func forgetAll(in tenant: Identifier) {
        _ = organisations.withLock { $0.removeValue(forKey: tenant) }
    }

    /// Keeps the indexes of all organisations that were prepared current until the task is cancelled or the database closed. What
    /// goes wrong is told to `report` and tried again a second later.
    package func follow(report: @Sendable (Failure) -> Void) async {
        for await _ in store.database.notifications(on: JournalWriter.channel) {
            while !Task.isCancelled {
                var isBehind = false
                for words in organisations.withLock({ Array($0.values) }) {
                    do {
                        try await words.refresh()
                    } catch {
                        isBehind = true
                        report(error as? Failure ?? Failure.databaseUnavailable(Text(verbatim: "\(error)")))
                    }
                }
                guard isBehind else { break }
                do { try await Task.sleep(for: .seconds(1)) } catch { return }
            }
        }
    }

    /// How large an organisation's index is.
    package func figures(_ tenant: Identifier) -> WordIndexFigures { words(of: tenant).figures() }

    /// Whether a folded word stands anywhere in an organisation's index. For tests.
    package func holds(_ word: [UInt8], in tenant: Identifier) -> Bool { words(of: tenant).holds(word) }

    private func words(of tenant: Identifier) -> OrganisationWords {
        organisations.withLock { organisations in
            if let words = organisations[tenant] { return words }
            let words = OrganisationWords(kind, of: tenant, in: store)
            organisations[tenant] = words
            return words
        }
    }
}

/// From proposals to what the caller sees.
extension RecordSearch {
    /// Relations are read for a page.
    private static let piece = PageRequest.limits.upperBound

    /// All records that have the words. A caller who may see few of many is not led past all others: theirs are asked for first.
    private func candidates(
        _ query: SearchWords, _ words: OrganisationWords, where predicate: SQL, in tenant: Identifier
    ) async throws -> [ID<Record>] {
        let own = try await store.database.within(organisation: tenant.text).rows(
            "SELECT id FROM \(name: kind.table) WHERE deleted_at IS NULL AND \(predicate) LIMIT \(Self.mostNarrow + 1)"
        ) { row in try row["id"] as ID<Record> }
        return own.count <= Self.mostNarrow ? words.matches(query, among: own) : words.best(query, atMost: .max).ids
    }

    /// Reads records in this order until it is done, and keeps those that the caller may see and that, as they see them, have the
    /// words.
    private func look(at ids: [ID<Record>], for finding: inout Finding, by standing: Standing) async throws {
        // Often the first are enough; where they are not, many are passed over.
        var (start, size) = (0, finding.most)
        while start < ids.count, !finding.isDone {
            let piece = ids[start..<min(start + min(size, Self.piece), ids.count)]
            for record in try await store.visible(kind, piece.map(\.description), by: standing) {
                try finding.add(record, named: try kind.words(in: record.body))
            }
            finding.settle()
            (start, size) = (piece.endIndex, 4 * size)
        }
    }
}

/// The best of the records that were looked at so far.
private struct Finding {
    private let query: SearchWords
    let most: Int
    private let stopsEarly: Bool
    private(set) var found: [(place: FoundPlace, record: Record)] = []

    init(_ query: SearchWords, atMost most: Int, stopsEarly: Bool) {
        self.query = query
        self.most = most
        self.stopsEarly = stopsEarly
    }

    /// Whether nothing that comes later can stand before what there is.
    var isDone: Bool { stopsEarly && found.count >= most }

    mutating func add(_ record: Record, named name: [[UInt8]]) throws {
        guard let beginnings = query.beginnings(in: name) else { return }
        found.append((FoundPlace(beginnings: beginnings, name: name, id: record.id), record))
    }

    mutating func settle() {
        found.sort { $0.place < $1.place }
        found.removeLast(max(0, found.count - most))
    }
}

/// What a search found.
package struct FoundRecords: Sendable {
    /// The best first.
    package let records: [Record]
    /// Whether there are no others; where there are, a longer search finds them.
    package let isAll: Bool
}

extension Failure {
    fileprivate static func kindWithoutWords(_ kind: String) -> Failure {
        Failure(
            .usage, "kind_without_words",
            Text(
                es: "Los registros de la clase «\(kind)» no se buscan por palabras: ningún campo suyo lo admite; use la lista.",
                en: "Records of kind “\(kind)” are not found by words: none of their fields allows it; use the list."))
    }
}
