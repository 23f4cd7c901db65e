import Base
import Store

/// The rows of the tables whose content belongs to the keys, as a key archive has them: a line each, words with spaces between, bytes in
/// base64url.
package enum KeyRows {
    /// `subject TENANT SUBJECT VERSION EPOCH CREATED WRAPPED`, `erased TENANT SUBJECT ERASED`, `epoch TENANT EPOCH CHANGED`.
    private struct Form {
        let word: String
        let table: String
        let columns: [(name: String, isText: Bool)]
        let bytes: String?
    }

    private static let forms = [
        Form(
            word: "subject", table: "subject_keys",
            columns: [("tenant", true), ("subject", true), ("version", false), ("epoch", false), ("created_at", false)], bytes: "wrapped"),
        Form(
            word: "erased", table: "erased_subjects", columns: [("tenant", true), ("subject", true), ("erased_at", false)], bytes: nil),
        Form(
            word: "epoch", table: "organisation_epochs", columns: [("tenant", true), ("epoch", false), ("changed_at", false)], bytes: nil),
    ]

    /// The tables that a restore fills from the key archive and not from the data.
    package static let tables = forms.map(\.table)

    /// All rows, over one snapshot. Cost: 1 µs a row; 200 bytes a subject.
    package static func read(from database: Database) async throws -> [UInt8] {
        var terms = database
        terms.terms.refusesHiddenRows = true
        terms.terms.deadline = .seconds(300)
        return try await terms.read { tx in
            var lines: [UInt8] = []
            for form in forms {
                try tx.each("SELECT * FROM \(name: form.table)") { row in
                    lines += Array(form.word.utf8)
                    for column in form.columns {
                        lines.append(UInt8(ascii: " "))
                        if column.isText {
                            try row.withBytes(column.name) { lines.append(contentsOf: $0) }
                        } else {
                            lines += Array(String(try row[column.name] as Int64).utf8)
                        }
                    }
                    if let bytes = form.bytes {
                        lines.append(UInt8(ascii: " "))
                        lines += Array(Base64URL.string(try row[bytes] as [UInt8]).utf8)
                    }
                    lines.append(UInt8(ascii: "\n"))
                    return true
                }
            }
            return lines
        }
    }

    private static let batch = 5_000

    /// Puts them in the place of what the tables hold, in one transaction. Throws `Failure(.invalid, "key_archive_damaged")` for lines
    /// that are none.
    package static func replace(with lines: [UInt8], in tx: borrowing Transaction) throws {
        for form in forms { try tx.execute("DELETE FROM \(name: form.table)") }
        var waiting: [String: [[SQLValue]]] = [:]
        func flush(_ form: Form) throws {
            guard let rows = waiting.removeValue(forKey: form.table), !rows.isEmpty else { return }
            try tx.load(into: form.table, columns: form.columns.map(\.name) + (form.bytes.map { [$0] } ?? []), rows: rows)
        }
        for line in lines.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).dropLast() {
            guard let (form, values) = values(of: line) else { throw Failure.keyArchiveDamaged(0) }
            waiting[form.table, default: []].append(values)
            if waiting[form.table]?.count ?? 0 >= batch { try flush(form) }
        }
        for form in forms { try flush(form) }
    }

    private static func values(of line: ArraySlice<UInt8>) -> (Form, [SQLValue])? {
        let words = line.split(separator: UInt8(ascii: " "), omittingEmptySubsequences: false).map { String(decoding: $0, as: UTF8.self) }
        guard let form = forms.first(where: { $0.word == words.first }),
            words.count == 1 + form.columns.count + (form.bytes == nil ? 0 : 1)
        else { return nil }
        var values: [SQLValue] = []
        for (word, column) in zip(words.dropFirst(), form.columns) {
            if column.isText {
                values.append(.text(word))
            } else {
                guard let number = Int64(word) else { return nil }
                values.append(.integer(number))
            }
        }
        if form.bytes != nil {
            guard let bytes = Base64URL.read(words[words.count - 1].utf8) else { return nil }
            values.append(.bytes(bytes))
        }
        return (form, values)
    }
}
