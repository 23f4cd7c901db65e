import Base
import Crypto
import Foundation
import Store

/// A digest of every table, computed the same way when a backup is made and when it was restored.
///
/// A row's hash is the SHA-256 of its columns, framed; a table's digest is the sum of its rows' hashes modulo 2^256. A sum does not depend
/// on the order in which rows are read, which no database promises.
package enum TableDigests {
    /// Of a whole database, over one snapshot. `ignoring`: tables to be left out. Cost on SQLite: some 1 µs a row and 1 ns a byte.
    package static func all(of database: Database, ignoring: Set<String> = []) async throws -> [TableDigest] {
        var database = database
        database.terms.deadline = .seconds(3_600)
        database.terms.refusesHiddenRows = true
        return try await database.read { tx in try all(tx, ignoring: ignoring) }
    }

    /// The same within a transaction.
    package static func all(_ tx: borrowing Transaction, ignoring: Set<String> = []) throws -> [TableDigest] {
        let names = try tables(tx).filter { !ignoring.contains($0) }
        var digests: [TableDigest] = []
        for name in names { digests.append(try tx.dialect == .sqlite ? sqlite(name, tx) : postgres(name, tx)) }
        return digests
    }

    private static func tables(_ tx: borrowing Transaction) throws -> [String] {
        let listed: SQL =
            tx.dialect == .sqlite
            ? "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name"
            : """
            SELECT classes.relname::text AS name FROM pg_class AS classes
            JOIN pg_namespace AS spaces ON spaces.oid = classes.relnamespace
            WHERE spaces.nspname = 'public' AND classes.relkind = 'r' ORDER BY 1
            """
        return try tx.rows(listed) { try $0["name"] }
    }

    private enum Form {
        case integer
        case real
        case bytes
    }

    private static func sqlite(_ table: String, _ tx: borrowing Transaction) throws -> TableDigest {
        let columns: [(name: String, form: Form)] = try tx.rows("PRAGMA table_info(\(name: table))") { row in
            let type: String = try row["type"]
            return (try row["name"], type.hasPrefix("INT") ? .integer : type == "REAL" ? .real : .bytes)
        }
        var sum = Sum()
        try tx.each("SELECT * FROM \(name: table)") { row in
            var hash = SHA256()
            for column in columns {
                switch column.form {
                case .integer: add(try row[column.name] as Int64?, to: &hash)
                case .real: add((try row[column.name] as Double?).map { Int64(bitPattern: $0.bitPattern) }, to: &hash)
                case .bytes:
                    try row.lendBytes(column.name) { bytes in
                        guard let bytes else { return add(length: .max, to: &hash) }
                        add(length: UInt32(bytes.count), to: &hash)
                        hash.update(bufferPointer: bytes)
                    }
                }
            }
            sum.add(hash.finalize())
            return true
        }
        return TableDigest(name: table, rows: sum.count, digest: sum.hexadecimal)
    }

    private static func add(_ number: Int64?, to hash: inout SHA256) {
        guard let number else { return add(length: .max, to: &hash) }
        add(length: 8, to: &hash)
        withUnsafeBytes(of: number.bigEndian) { hash.update(bufferPointer: $0) }
    }

    private static func add(length: UInt32, to hash: inout SHA256) {
        withUnsafeBytes(of: length.bigEndian) { hash.update(bufferPointer: $0) }
    }

    /// By the server itself: the bytes of a large table need not travel. Each of a hash's four quarters is summed.
    private static func postgres(_ table: String, _ tx: borrowing Transaction) throws -> TableDigest {
        let row = try tx.first(
            """
            SELECT count(*) AS rows,
                coalesce(sum(('x' || substr(hash, 1, 16))::bit(64)::bigint::numeric), 0)::text || ','
                || coalesce(sum(('x' || substr(hash, 17, 16))::bit(64)::bigint::numeric), 0)::text || ','
                || coalesce(sum(('x' || substr(hash, 33, 16))::bit(64)::bigint::numeric), 0)::text || ','
                || coalesce(sum(('x' || substr(hash, 49, 16))::bit(64)::bigint::numeric), 0)::text AS sums
            FROM (SELECT encode(sha256(convert_to(rows::text, 'UTF8')), 'hex') AS hash FROM \(name: table) AS rows) AS hashes
            """
        ) { row in (rows: try row["rows"] as Int, sums: try row["sums"] as String) }
        guard let row else { throw Failure.missingColumn("rows") }
        var digest = Digest()
        digest.update(Array(row.sums.utf8))
        return TableDigest(name: table, rows: row.rows, digest: digest.hexadecimal)
    }

    /// Four numbers of 64 bits with a carry between them.
    private struct Sum {
        var count = 0
        private var words: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)

        mutating func add(_ digest: SHA256.Digest) {
            count += 1
            digest.withUnsafeBytes { bytes in
                var carry: UInt64 = 0
                func sum(_ word: inout UInt64, _ place: Int) {
                    let more = bytes.loadUnaligned(fromByteOffset: place * 8, as: UInt64.self)
                    let (first, one) = word.addingReportingOverflow(UInt64(littleEndian: more))
                    let (second, two) = first.addingReportingOverflow(carry)
                    (word, carry) = (second, (one ? 1 : 0) + (two ? 1 : 0))
                }
                sum(&words.0, 0)
                sum(&words.1, 1)
                sum(&words.2, 2)
                sum(&words.3, 3)
            }
        }

        var hexadecimal: String {
            [words.0, words.1, words.2, words.3].map { word in withUnsafeBytes(of: word.littleEndian) { Hexadecimal.string($0) } }.joined()
        }
    }

    /// Names of tables that differ, with how many rows each has; none where both are equal.
    package static func differences(_ expected: [TableDigest], _ found: [TableDigest]) -> [(table: String, expected: Int?, found: Int?)] {
        let (before, after) = (by(expected), by(found))
        return Set(before.keys).union(after.keys).sorted().filter { before[$0] != after[$0] }.map {
            (table: $0, expected: before[$0]?.rows, found: after[$0]?.rows)
        }
    }

    private static func by(_ digests: [TableDigest]) -> [String: TableDigest] {
        Dictionary(digests.map { ($0.name, $0) }) { $1 }
    }
}
