import Access
import Base
import Foundation
import Keys
import Records
import Store
import Transparency

/// What the operators' commands about records work with: the database, the keys beside it, and who acts.
struct RecordOffice: Sendable {
    let database: Database
    let keyring: Keyring
    let root: FileRootKey
    let reads: ReadLog
    let store: RecordStore
    let installation: Installation
    let world: World

    /// Throws `Failure(.unavailable)` where the database is not at this program's schema.
    init(_ database: Database, data: String, world: World) async throws {
        let status = try await Roster.migrator.status(database)
        if let obstacle = status.obstacle { throw obstacle }
        guard status.due.isEmpty else {
            throw Failure(
                .unavailable, "migrations_due",
                Text(
                    es: "Faltan migraciones en la base de datos: ejecute «zancada migrate».",
                    en: "Migrations of the database are due: run 'zancada migrate'."))
        }
        let roles = try Roster.roles
        for kind in Roster.kinds { try RecordTable(kind).checkAccess(by: roles) }
        self.database = database
        self.world = world
        installation = try await Installation.found(in: database, world: world)
        try Self.makeFolder(data)
        let folder = try KeyFolder(data + "/keys")
        root = FileRootKey(in: folder, random: world.random)
        keyring = Keyring(folder: folder, root: root, database: database, world: world)
        reads = ReadLog(database: database, world: world) { Terminal.complain($0.message) }
        store = RecordStore(database: database, keyring: keyring, world: world, reads: reads)
    }

    /// With a database elsewhere nobody made it before.
    private static func makeFolder(_ data: String) throws {
        do {
            try FileManager.default.createDirectory(
                atPath: data, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        } catch {
            throw Failure(
                .cannotCreate, "data_folder",
                Text(
                    es: "No se puede crear la carpeta de datos \(data): créela o indique otra con --data.",
                    en: "The data folder \(data) cannot be made: make it or name another with --data."))
        }
    }

    /// Whoever has the machine's shell, acting in one organisation.
    func standing(in organisation: Identifier) throws -> Standing {
        let caller = Caller(actor: "operator", tenant: organisation, roles: ["operator"], assurance: .passkey)
        return Standing(caller, by: try Roster.roles, at: world.now())
    }

    func checkpoints() async throws -> Checkpoints {
        let origin = Checkpoint.origin(ofInstallation: installation.id.description)
        guard let name = NoteKeyName(origin) else { throw Failure.missingColumn("installation") }
        let signer = try NoteSigner(name: name, seed: try await keyring.signingSeed())
        return Checkpoints(database: database, signer: signer, origin: origin, world: world)
    }
}
