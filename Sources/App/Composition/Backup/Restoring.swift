import Access
import Backup
import Base
import Foundation
import Keys
import Records
import SQLiteEngine
import Store
import Transparency

/// What was shown to be equal.
struct RestoreProof {
    var tables = 0
    var rows = 0
    var journalSize = 0
    var openedOrganisations = 0
    var erasures = 0
}

/// One restore: into a folder beside the target, which gets its name once everything is proved. Until then no program starts on it.
struct Restoring {
    typealias Progress = (_ step: Text, _ fraction: Double) -> Void

    private let folder: BackupFolder
    private let archive: KeyArchive
    private let manifest: Manifest
    private let options: DatabaseOptions
    private let isRehearsal: Bool
    private let world: World

    init(
        _ folder: BackupFolder, _ archive: KeyArchive, _ manifest: Manifest, options: DatabaseOptions, isRehearsal: Bool, world: World
    ) {
        self.folder = folder
        self.archive = archive
        self.manifest = manifest
        self.options = options
        self.isRehearsal = isRehearsal
        self.world = world
    }

    func run(_ progress: Progress) async throws -> RestoreProof {
        let target = RestoreTarget(data: options.data, isRehearsal: isRehearsal)
        try target.requireFree()
        let database = try restoredDatabase(in: target)
        try await database.requireFree()
        try target.begin()
        do {
            let keys = try InstallationRoot.folder(in: target.staging)
            try await keys.place(archive.files)
            var done = 0
            try await database.fill { write in
                try await folder.read(manifest) { bytes in
                    try await write(bytes)
                    done += bytes.count
                    progress(Text(es: "Recuperando", en: "Restoring"), Double(done) / Double(max(1, manifest.byteCount)))
                }
            }
            progress(Text(es: "Probando", en: "Proving"), 1)
            let proof = try await database.using { opened in try await prove(opened, keys, database) }
            if isRehearsal {
                try await database.remove()
                try target.remove()
            } else {
                // The keys first: a database without them is of use to nobody.
                try target.finish()
                try await database.finish()
            }
            return proof
        } catch {
            // The reason is told; what cannot be removed is marked as unfinished and cannot be started.
            try? await database.remove()
            try? target.remove()
            throw error
        }
    }

    private func restoredDatabase(in target: RestoreTarget) throws -> any RestoredDatabase {
        let url = try options.url(try options.settings)
        switch (manifest.engine, url.dialect) {
        case ("sqlite", .sqlite):
            // It goes into the folder of data: another file of that name is not touched, and is none of ours.
            guard options.database == nil else { throw Failure.restoreEngine(manifest.engine) }
            return RestoredSQLite(in: target.staging, world: world)
        case ("postgres", .postgres): return RestoredPostgres(at: url, world: world)
        default: throw Failure.restoreEngine(manifest.engine)
        }
    }

    /// Equality first; then the keys' tables and the ledger of erasures, before anything is opened; then the journal, and a record of
    /// each organisation.
    private func prove(_ database: Database, _ keys: KeyFolder, _ restored: any RestoredDatabase) async throws -> RestoreProof {
        var proof = RestoreProof()
        let found = try await TableDigests.all(of: database).map {
            TableDigest(name: restored.name(ofRestored: $0.name), rows: $0.rows, digest: $0.digest)
        }
        if let first = TableDigests.differences(manifest.tables, found).first {
            throw Failure.restoreDiffers(first.table, expected: first.expected, found: first.found)
        }
        (proof.tables, proof.rows) = (found.count, found.reduce(0) { $0 + $1.rows })
        let rows = archive.rows
        try await database.under {
            $0.isLong = true; $0.deadline = .seconds(600)
        }.write { tx in try KeyRows.replace(with: rows, in: tx) }

        let root = try InstallationRoot(try options.settings, in: keys, world: world)
        let keyring = Keyring(folder: keys, root: root.key, database: database, world: world)
        let erasure = Erasure(keyring, kinds: Roster.kinds, database: database, world: world)
        proof.erasures = try await erasure.reapply { [world] in try .ofOperator(in: $0, at: world.now()) }

        try await JournalSealer(database).catchUp()
        guard let installation = try await Installation.read(from: database) else { throw Failure.nothingToBackUp }
        let checkpoints = try await Checkpoints(of: installation, keyring, database: database, world: world)
        let organisations = try await Organisations.all(in: database)
        let since = try manifest.checkpoint.map { try SignedCheckpoint(Array($0.utf8)) }
        let report = try await JournalVerifier(database, origin: checkpoints.origin, keys: [checkpoints.verifier]).verify(
            organisations: organisations, since: since, stored: try await checkpoints.all())
        if let fault = report.faults.first { throw Failure(.invalid, "restored_journal_altered", fault) }
        proof.journalSize = report.size

        let reads = ReadLog(database: database, world: world) { Terminal.complain($0.message) }
        let store = RecordStore(database: database, keyring: keyring, world: world, reads: reads)
        for organisation in organisations {
            for kind in Roster.kinds {
                guard try await StateVerifier(store, kind, in: try Identifier(organisation)).openFirst() else { continue }
                proof.openedOrganisations += 1
                break
            }
        }
        return proof
    }
}

extension Failure {
    static func restoreEngine(_ engine: String) -> Failure {
        Failure(
            .usage, "restore_engine",
            Text(
                es: "La copia es de \(engine): para recuperarla, --database debe ser también \(engine), y con SQLite va en --data.",
                en: "The backup is of \(engine): to restore it, --database must be \(engine) too, and with SQLite it goes to --data."))
    }

    static func restoreDiffers(_ table: String, expected: Int?, found: Int?) -> Failure {
        func count(_ rows: Int?) -> String { rows.map { "\($0)" } ?? "—" }
        return Failure(
            .invalid, "restore_differs",
            Text(
                es:
                    "Lo recuperado no es igual: la tabla \(table) tenía \(count(expected)) filas y tiene \(count(found)), u otras; se descartó: use otra copia.",
                en:
                    "What was restored is not equal: the table \(table) had \(count(expected)) rows and has \(count(found)), or others; it was thrown away: use another backup."
            ))
    }
}
