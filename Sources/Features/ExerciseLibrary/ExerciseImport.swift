import Access
import Base
import Records
import Runtime
import Store

/// Brings a file of exercises into an organisation: every row is checked before any is written, and what is written is one
/// transaction.
package struct ExerciseImport: Sendable {
    private let host: FeatureHost
    private let store: ExerciseStore

    package init(_ host: FeatureHost, _ store: ExerciseStore) {
        self.host = host
        self.store = store
    }

    /// What becomes of a file with faults.
    package enum Mode: String, Codable, Sendable, CaseIterable {
        /// Nothing of it is taken.
        case whole
        /// The rows without faults are.
        case rows
    }

    /// An import that is made ready: `put` writes all of it in one transaction.
    struct Prepared: Sendable {
        let report: ExerciseReport
        let writes: [RecordWrite]
        let event: JournalEntry?

        func put(_ tx: borrowing Transaction) throws {
            for write in writes { try write.put(tx) }
            if let event { try JournalWriter.append(event, tx) }
        }
    }

    /// Imports at once. Throws `Failure`: `.invalid` for a file that is none, `.forbidden`, `.conflict` where somebody changed an exercise
    /// meanwhile (nothing is written then).
    package func run(_ bytes: [UInt8], _ format: ExerciseFormat, _ mode: Mode, by standing: Standing) async throws -> ExerciseReport {
        let prepared = try await prepare(bytes, format, mode, by: standing)
        let tenant = try standing.organisation()
        let database = host.database.within(organisation: tenant.text).under { terms in
            terms.isLong = true
            terms.deadline = .seconds(60)
        }
        try await database.write { tx in try prepared.put(tx) }
        return prepared.report
    }

    /// Reads, checks and compares; writes nothing. `told` hears how far it is, from 0 to 1.
    func prepare(
        _ bytes: [UInt8], _ format: ExerciseFormat, _ mode: Mode, by standing: Standing, told: (Double) -> Void = { _ in }
    ) async throws -> Prepared {
        try standing.require(ExerciseLibraryFeature.write)
        let rows = try format.read(bytes)
        let present = Dictionary(try await store.all(by: standing).map { ($0.exercise.slug, $0) }) { $1 }
        var report = ExerciseReport()
        var writes: [RecordWrite] = []
        var seen: Set<String> = []
        for (number, row) in zip(1..., rows) {
            told(Double(number) / Double(rows.count))
            do {
                let exercise = try row.get()
                guard seen.insert(exercise.slug).inserted else { throw InvalidInput(faults: [Self.twice]) }
                let entry = present[exercise.slug]
                guard entry?.exercise != exercise else {
                    report.unchanged += 1
                    continue
                }
                writes.append(try await store.saving(exercise, as: entry.map { ($0.id, $0.version) }, by: standing))
                if entry == nil { report.created += 1 } else { report.updated += 1 }
            } catch let invalid as InvalidInput {
                report.refuse(number, invalid.faults, in: format)
            } catch let failure as Failure where failure.kind == .conflict {
                report.refuse(number, [FieldFault("/slug", failure.code, failure.message)], in: format)
            }
        }
        if mode == .whole, report.refused > 0 {
            report = report.refusingAll(rows.count)
            writes = []
        }
        return Prepared(report: report, writes: writes, event: writes.isEmpty ? nil : try await event(report, by: standing))
    }

    private func event(_ report: ExerciseReport, by standing: Standing) async throws -> JournalEntry {
        let value = ExerciseEvents.Imported(created: report.created, updated: report.updated, refused: report.refused)
        let id = host.world.id(of: ExerciseReport.self).description
        return try await ExerciseEvents.imported.entry(value, of: id, version: 1, by: standing, host)
    }

    private static let twice = FieldFault(
        "/slug", "slug_twice", Text(es: "está ya en otra fila del archivo", en: "is in another row of the file already"))
}
