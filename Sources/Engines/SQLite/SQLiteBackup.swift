import Base
import CSQLite
import Glibc
import Store
import Synchronization

/// Copies of the database while it is used.
extension SQLiteDatabase {
    /// Copies the database as it is at the call to a file, replacing one of that name only once the copy is whole and durable.
    /// Reads and writes go on meanwhile; the log grows until it is done. The copy is made on a thread of its own and has the
    /// owner's rights alone.
    ///
    /// Throws `.usage` where the target is, by whatever name, the database or a file beside it; `.cannotCreate` or `.inputOutput` where the copy cannot be written, `.cancelled` where the caller was; what was
    /// begun is removed then. Not `durably`: for a copy that is read once and thrown away.
    package func backup(to target: String, durably: Bool = true) async throws {
        let target = SQLiteFiles.real(target)
        guard !SQLiteCopy.wouldStrike(configuration.path, target) else {
            throw Failure(
                .usage, "backup_onto_itself",
                Text(
                    es: "El respaldo no puede ser el mismo archivo \(target): indique otro.",
                    en: "The backup cannot be the same file \(target): name another."))
        }
        let role: SQLiteConnection.Role = configuration.isReadOnly ? .lookingOn : .reading
        let configuration = configuration
        let elapsed = elapsed
        let ticket = SQLiteTicket(expiry: .seconds(0))
        let thread = WorkThread()
        defer { thread.stop() }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
                thread.run {
                    continuation.resume(
                        with: Result {
                            let source = try SQLiteConnection(configuration, role, elapsed: elapsed)
                            try SQLiteCopy(source, target, isDurable: durably).make { ticket.isCancelled.load(ordering: .relaxed) }
                        })
                }
            }
        } onCancel: {
            ticket.isCancelled.store(true, ordering: .relaxed)
        }
    }
}

/// One copy, made beside its place and moved there when it is durable.
private struct SQLiteCopy {
    private let source: SQLiteConnection
    private let target: String
    private let isDurable: Bool
    private var unfinished: String { Self.unfinished(target) }

    /// 1 MiB between two looks at whether anybody still waits.
    private static let pagesPerStep: Int32 = 256

    private static func unfinished(_ target: String) -> String { target + ".part" }

    /// Whether a copy to `target` would replace the database at `path`, or a file that it cannot be without.
    static func wouldStrike(_ path: String, _ target: String) -> Bool {
        let own = [path, path + "-wal", path + "-shm", path + "-journal", SQLiteOwnership.sidePath(path)]
        return own.contains { SQLiteFiles.isSame($0, target) || SQLiteFiles.isSame($0, unfinished(target)) }
    }

    init(_ source: SQLiteConnection, _ target: String, isDurable: Bool) {
        self.source = source
        self.target = target
        self.isDurable = isDurable
    }

    func make(isCancelled: () -> Bool) throws {
        let file = open(unfinished, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw cannotCreate(String(cString: strerror(errno))) }
        defer { close(file) }
        do {
            // One snapshot for the whole copy, or each write would begin it again.
            try source.inSnapshot {
                _ = try source.run("SELECT count(*) FROM sqlite_master")
                try copy(isCancelled)
            }
            guard !isDurable || fsync(file) == 0, rename(unfinished, target) == 0 else { throw brokeOff(String(cString: strerror(errno))) }
            if isDurable { try SQLiteFiles.synchronise(SQLiteFiles.folder(of: target), target) }
        } catch {
            unlink(unfinished)
            throw error
        }
    }

    private func copy(_ isCancelled: () -> Bool) throws {
        var opened: OpaquePointer?
        let result = sqlite3_open_v2(unfinished, &opened, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, nil)
        defer { sqlite3_close_v2(opened) }
        guard result == SQLITE_OK else { throw brokeOff("SQLite \(result)") }
        // The file is synchronised once, at the end, and thrown away if that is not reached.
        guard sqlite3_exec(opened, "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF", nil, nil, nil) == SQLITE_OK,
            let copying = sqlite3_backup_init(opened, "main", source.handle, "main")
        else { throw brokeOff("SQLite \(sqlite3_errcode(opened))") }
        var step = SQLITE_OK
        while step == SQLITE_OK, !isCancelled() { step = sqlite3_backup_step(copying, Self.pagesPerStep) }
        let end = sqlite3_backup_finish(copying)
        if step == SQLITE_OK { throw Failure.databaseCancelled }
        guard step == SQLITE_DONE, end == SQLITE_OK else {
            throw step & 0xff == SQLITE_CORRUPT ? Failure.corrupt(source.path) : brokeOff("SQLite \(step)")
        }
    }

    private func cannotCreate(_ why: String) -> Failure {
        Failure(
            .cannotCreate, "backup_not_created",
            Text(
                es: "No se puede crear el respaldo \(target) (\(why)): revise la carpeta y sus permisos.",
                en: "The backup \(target) cannot be created (\(why)): check the folder and its permissions."))
    }

    private func brokeOff(_ why: String) -> Failure {
        Failure(
            .inputOutput, "backup_broke_off",
            Text(
                es: "El respaldo \(target) se interrumpió (\(why)) y se descartó: revise el espacio del disco y repítalo.",
                en: "The backup \(target) broke off (\(why)) and was thrown away: check the room on the disk and repeat it."))
    }
}
