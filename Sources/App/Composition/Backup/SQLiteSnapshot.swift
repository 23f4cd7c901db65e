import Backup
import Base
import Foundation
import SQLiteEngine
import Store

/// A copy of the database beside it, made while the program goes on writing, and read block by block. It needs as much room as the
/// database, and is gone afterwards; what a killed backup left is removed by the next.
final class SQLiteSnapshot: DatabaseSnapshot {
    private let path: String
    private let folder: String
    private let world: World
    private var copy: Database?
    private var handle: Int32?
    private var reading: Task<SnapshotFacts, any Error>?

    private static let folderName = "backup-in-progress"

    init(_ path: String, world: World) {
        self.path = path
        self.world = world
        folder = URL(fileURLWithPath: path).deletingLastPathComponent().path + "/" + Self.folderName
    }

    func source() async throws -> any ChunkSource {
        try takeFolder()
        var configuration = SQLiteConfiguration(path: path)
        configuration.isReadOnly = true
        let engine = try SQLiteDatabase.openEngine(configuration, world: world)
        let target = folder + "/zancada.db"
        do {
            try await engine.backup(to: target, durably: false)
            await Database(engine).close()
        } catch {
            await Database(engine).close()
            throw error
        }
        var copied = SQLiteConfiguration(path: target)
        copied.isReadOnly = true
        let copy = try await SQLiteDatabase.open(copied, world: world)
        self.copy = copy
        // On the other core, while the blocks are sealed.
        reading = Self.reading(copy)
        return try FileBlocks(target)
    }

    /// Held by flock(2) on the folder itself, so that a second backup to another place does not take this one's copy away.
    private func takeFolder() throws {
        guard mkdir(folder, 0o700) == 0 || errno == EEXIST else { throw Failure.snapshotRefused(folder, errno) }
        let handle = open(folder, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
        guard handle >= 0 else { throw Failure.snapshotRefused(folder, errno) }
        guard flock(handle, LOCK_EX | LOCK_NB) == 0 else {
            close(handle)
            throw Failure.otherBackupRunning
        }
        self.handle = handle
        try empty()
    }

    private func empty() throws {
        for name in try FileManager.default.contentsOfDirectory(atPath: folder) {
            try FileManager.default.removeItem(atPath: "\(folder)/\(name)")
        }
    }

    private static func reading(_ copy: Database) -> Task<SnapshotFacts, any Error> {
        Task { try await SnapshotFacts.read(from: copy) }
    }

    func facts() async throws -> SnapshotFacts {
        guard let reading else { throw Failure.nothingToBackUp }
        return try await reading.value
    }

    func end() async {
        reading?.cancel()
        _ = await reading?.result
        await copy?.close()
        guard let handle else { return }
        // What cannot be removed now is by the next backup.
        try? empty()
        rmdir(folder)
        close(handle)
        self.handle = nil
    }
}

extension [TableDigest] {
    /// Entries of the journal, those that have no position yet included.
    var entries: Int { first { $0.name == "journal_entries" }?.rows ?? 0 }
}

extension SnapshotFacts {
    /// Of a database that nobody writes to.
    static func read(from database: Database) async throws -> SnapshotFacts {
        let note: String? = try await database.first("SELECT note FROM journal_checkpoints ORDER BY size DESC LIMIT 1") { try $0["note"] }
        let tables = try await TableDigests.all(of: database)
        return SnapshotFacts(journalSize: tables.entries, checkpoint: note, tables: tables)
    }
}

extension Failure {
    static let otherBackupRunning = Failure(
        .conflict, "backup_running",
        Text(
            es: "Otra copia de esta base de datos está en marcha; no se hizo nada: espere a que termine.",
            en: "Another backup of this database is running; nothing was done: wait until it has finished."))

    fileprivate static func snapshotRefused(_ path: String, _ number: Int32) -> Failure {
        let reason = String(cString: strerror(number))
        return Failure(
            .cannotCreate, "snapshot_refused",
            Text(
                es: "No se puede usar la carpeta \(path) (\(reason)): revise la carpeta, sus permisos y el disco.",
                en: "The folder \(path) cannot be used (\(reason)): check the folder, its permissions and the disk."))
    }
}
