import Backup
import Base
import Disk
import Foundation
import Keys
import Runtime
import SQLiteEngine
import Store

/// One backup of this installation.
struct MakingBackup {
    let office: BackupOffice
    private let options: DatabaseOptions
    private let kit: RecoveryKit
    private let store: any BlobStore

    init(_ office: BackupOffice, options: DatabaseOptions, kit: RecoveryKit, to store: any BlobStore) {
        self.office = office
        self.options = options
        self.kit = kit
        self.store = store
    }

    func run() async throws -> BackupReport {
        let key = try await office.keyring.backupKey()
        let folder = BackupFolder(store, key, world: office.world)
        let url = try options.url(try options.settings)
        let snapshot: any DatabaseSnapshot =
            switch office.database.dialect {
            case .sqlite: SQLiteSnapshot(url.exposed, world: office.world)
            case .postgres: PostgresSnapshot(office.database, at: url, backupKey: key)
            }
        do {
            let report = try await folder.backUp(plan(snapshot))
            await snapshot.end()
            return report
        } catch {
            await snapshot.end()
            throw error
        }
    }

    private func plan(_ snapshot: any DatabaseSnapshot) -> BackupPlan {
        let (office, kit) = (office, kit)
        return BackupPlan(
            engine: "\(office.database.dialect)", installation: office.installation.id.description, program: Program.nameAndVersion,
            kit: kit, source: { try await snapshot.source() }, facts: { try await snapshot.facts() },
            keys: { number in
                let (files, rows) = try await office.root.folder.copied { try await KeyRows.read(from: office.database) }
                return KeyArchive(
                    number: number, madeAt: office.world.now(), installation: office.installation.id.description,
                    backupKey: try await office.keyring.backupKey(), files: files, rows: rows)
            })
    }
}

/// A database at one moment. Its calls come in this order, from one task.
protocol DatabaseSnapshot: AnyObject {
    func source() async throws -> any ChunkSource
    func facts() async throws -> SnapshotFacts
    /// Whatever happened before.
    func end() async
}
