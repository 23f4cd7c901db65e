import Backup
import Base
import Dispatch
import Foundation
import Store
import Synchronization

/// A PostgreSQL database at one moment: a transaction of ours holds the snapshot, in which `pg_dump` writes its rows and the server computes
/// the digests.
final class PostgresSnapshot: DatabaseSnapshot {
    private let database: Database
    private let url: DatabaseURL
    private let backupKey: Secret
    private let holding = HeldSnapshot()
    private var transaction: Task<SnapshotFacts, any Error>?
    private var dump: PostgresProgram?

    /// A snapshot is held for as long as the dump takes.
    static let longest: Duration = .seconds(24 * 3_600)

    init(_ database: Database, at url: DatabaseURL, backupKey: Secret) {
        self.database = database
        self.url = url
        self.backupKey = backupKey
    }

    func source() async throws -> any ChunkSource {
        guard try await Self.seesAllRows(database) else { throw Failure.backupRoleHidesRows }
        let transaction = Self.hold(database, holding)
        self.transaction = transaction
        guard let name = await holding.name() else {
            _ = try await transaction.value
            throw Failure.nothingToBackUp
        }
        let dump = try PostgresProgram(
            "pg_dump",
            ["--snapshot=\(name)", "--format=plain", "--no-owner", "--no-privileges", "--encoding=UTF8", "--no-sync"],
            to: url, .fromProgram)
        self.dump = dump
        return DumpChunks(dump, backupKey)
    }

    /// Rows that row-level security hides would be missing from the backup without a word.
    static func seesAllRows(_ database: Database) async throws -> Bool {
        try await database.first("SELECT rolsuper OR rolbypassrls AS sees FROM pg_roles WHERE rolname = current_user") { try $0["sees"] }
            ?? false
    }

    private static func hold(_ database: Database, _ holding: HeldSnapshot) -> Task<SnapshotFacts, any Error> {
        Task {
            defer { holding.end() }
            return try await database.under { $0.deadline = longest }.read { tx in
                guard let name: String = try tx.first("SELECT pg_export_snapshot() AS name", { try $0["name"] }) else {
                    throw Failure.missingColumn("name")
                }
                holding.begin(name)
                let facts = try SnapshotFacts.read(tx)
                holding.waitForEnd()
                return facts
            }
        }
    }

    func facts() async throws -> SnapshotFacts {
        try dump?.finish()
        dump = nil
        holding.release()
        guard let transaction else { throw Failure.nothingToBackUp }
        return try await transaction.value
    }

    func end() async {
        dump?.stop()
        holding.release()
        transaction?.cancel()
        _ = await transaction?.result
    }
}

/// Between the transaction's thread and whoever waits for its snapshot's name.
private final class HeldSnapshot: Sendable {
    private let (names, telling) = AsyncStream<String>.makeStream()
    private let ended = DispatchSemaphore(value: 0)

    func begin(_ name: String) { telling.yield(name) }
    func end() { telling.finish() }

    /// nil where the transaction ended before it had one.
    func name() async -> String? {
        for await name in names { return name }
        return nil
    }

    func release() { ended.signal() }

    /// On the transaction's own thread.
    func waitForEnd() { _ = ended.wait(timeout: .now() + .seconds(24 * 3_600)) }
}

extension SnapshotFacts {
    static func read(_ tx: borrowing Transaction) throws -> SnapshotFacts {
        let note: String? = try tx.first("SELECT note FROM journal_checkpoints ORDER BY size DESC LIMIT 1") { try $0["note"] }
        let tables = try TableDigests.all(tx)
        return SnapshotFacts(journalSize: tables.entries, checkpoint: note, tables: tables)
    }
}

/// What `pg_dump` writes, cut by content.
private final class DumpChunks: ChunkSource {
    private let dump: PostgresProgram
    private var cutter: ContentCutter
    private var isEnd = false

    private static let readBytes = 1 << 18

    init(_ dump: PostgresProgram, _ backupKey: Secret) {
        self.dump = dump
        cutter = ContentCutter(backupKey)
    }

    func next() async throws -> [UInt8]? {
        while true {
            if let chunk = cutter.next(isEnd: isEnd) { return chunk }
            if isEnd { return nil }
            let bytes = try dump.read(atMost: Self.readBytes)
            if bytes.isEmpty { isEnd = true } else { cutter.take(bytes) }
        }
    }
}

extension Failure {
    static let backupRoleHidesRows = Failure(
        .forbidden, "backup_role_hides_rows",
        Text(
            es:
                "El rol de PostgreSQL no puede leer las filas de todas las organizaciones, y la copia quedaría incompleta: indique en backup.database_url un rol con BYPASSRLS y pg_read_all_data (docs/backup.md).",
            en:
                "PostgreSQL's role may not read the rows of all organisations, so the backup would lack some: name in backup.database_url a role with BYPASSRLS and pg_read_all_data (docs/backup.md)."
        ))
}
