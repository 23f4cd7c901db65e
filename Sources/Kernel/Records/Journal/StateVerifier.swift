import Access
import Base
import Keys
import Store
import Transparency

/// Holds the records as they stand against the journal: each row is what the last entry about it says, none is missing, and the columns
/// by which it is found are those of its body. The journal itself is `JournalVerifier`'s to verify, and needs no key.
package struct StateVerifier: Sendable {
    private let store: RecordStore
    private let kind: KindShape
    private let tenant: Identifier

    /// What was found of one kind in one organisation.
    package struct Report: Sendable {
        package var records = 0
        /// At most `JournalVerifier.mostFaults`.
        package var faults: [Text] = []
    }

    /// Rows opened in one go.
    private static let page = 500

    package init(_ store: RecordStore, _ kind: KindShape, in tenant: Identifier) {
        self.store = store
        self.kind = kind
        self.tenant = tenant
    }

    private var database: Database { store.database.within(organisation: tenant.text) }

    /// Reads all rows and opens them. Throws what the database and the keys throw; a row that is wrong is a fault of the report.
    package func verify() async throws -> Report {
        var report = Report()
        for id in try await rowsWithoutEntry() {
            report.faults.append(
                Text(
                    es: "El registro \(kind.name) \(id) no es lo que dice su última entrada en el diario.",
                    en: "The record \(kind.name) \(id) is not what the journal's last entry about it says."))
        }
        for id in try await entriesWithoutRow() {
            report.faults.append(
                Text(
                    es: "Falta el registro \(kind.name) \(id), que está en el diario y que nadie borró de forma definitiva.",
                    en: "The record \(kind.name) \(id) is missing: it is in the journal, and nobody erased the person."))
        }
        var after = ""
        while report.faults.count < JournalVerifier.mostFaults {
            let rows = try await page(after: after)
            guard let last = rows.last else { break }
            for row in rows where report.faults.count < JournalVerifier.mostFaults {
                if let fault = try await fault(of: row) { report.faults.append(fault) }
            }
            report.records += rows.count
            after = last.id
        }
        return report
    }

    /// Opens the first row there is, as a proof that keys and data belong together. False where there is no row. Throws what is wrong.
    package func openFirst() async throws -> Bool {
        guard let row = try await page(after: "").first else { return false }
        if let fault = try await fault(of: row) { throw Failure(.invalid, "record_altered", fault) }
        return true
    }

    /// Rows whose version, body or form is another than that of the record's last entry.
    private func rowsWithoutEntry() async throws -> [String] {
        try await database.rows(
            """
            SELECT id FROM \(name: kind.table) WHERE tenant = \(tenant) AND NOT EXISTS (
                SELECT 1 FROM journal_entries AS entries
                WHERE entries.record = \(name: kind.table).id AND entries.version = \(name: kind.table).version
                AND entries.body = \(name: kind.table).body AND entries.kind = \(kind.name) AND entries.tenant = \(tenant)
                AND entries.shape = \(name: kind.table).shape AND entries.at = \(name: kind.table).updated_at
                AND (entries.verb = \(JournalVerb.deleted.rawValue)) = (\(name: kind.table).deleted_at IS NOT NULL)
                AND NOT EXISTS (
                    SELECT 1 FROM journal_entries AS later
                    WHERE later.record = entries.record AND later.version > entries.version AND later.body IS NOT NULL
                )
            ) LIMIT \(JournalVerifier.mostFaults)
            """
        ) { try $0["id"] }
    }

    /// Records of the journal that have no row though somebody whom they are about is not erased.
    private func entriesWithoutRow() async throws -> [String] {
        try await database.rows(
            """
            SELECT entries.record AS record FROM journal_entries AS entries
            WHERE entries.tenant = \(tenant) AND entries.kind = \(kind.name) AND entries.version = 1 AND entries.body IS NOT NULL
            AND NOT EXISTS (SELECT 1 FROM \(name: kind.table) AS rows WHERE rows.id = entries.record)
            AND (entries.subjects IS NULL OR EXISTS (
                SELECT 1 FROM journal_subjects AS people WHERE people.entry = entries.entry AND NOT EXISTS (
                    SELECT 1 FROM erased_subjects AS erased WHERE erased.tenant = \(tenant) AND erased.subject = people.subject
                )
            )) LIMIT \(JournalVerifier.mostFaults)
            """
        ) { try $0["record"] }
    }

    private func page(after id: String) async throws -> [StoredRecord] {
        try await database.rows(
            """
            SELECT \(RecordTable(kind).selected(database.dialect)) FROM \(name: kind.table)
            WHERE tenant = \(tenant) AND id > \(id) ORDER BY id LIMIT \(Self.page)
            """
        ) { try StoredRecord($0) }
    }

    /// Whether it opens, and its columns are those of its body.
    private func fault(of row: StoredRecord) async throws -> Text? {
        let body: [UInt8]
        do {
            body = try await store.opened(kind, row)
        } catch let failure as Failure where failure.code == "record_altered" || failure.code == "record_not_found" {
            return failure.message
        }
        guard row.shape == Int64(kind.number), let object = try JSON.parse(body, limits: kind.limits).object else { return nil }
        let columns = try await store.columns(kind, object, in: tenant)
        let isSame: Bool? = try await database.first("SELECT 1 AS one FROM \(name: kind.table) WHERE id = \(row.id)\(columns.conditions)") {
            _ in true
        }
        guard isSame != true else { return nil }
        return Text(
            es: "Las columnas del registro \(kind.name) \(row.id) no son las de su contenido.",
            en: "The columns of the record \(kind.name) \(row.id) are not those of its content.")
    }
}
