import Backup
import Base
import Keys
import Store

/// What backups work with: the database opened to look on, and the keys beside it. May run beside the program.
struct BackupOffice: Sendable {
    let database: Database
    let keyring: Keyring
    let root: InstallationRoot
    let installation: Installation
    let world: World
    let data: String

    /// Throws `Failure(.unavailable)` where the database is not at this program's schema, or there are no keys yet.
    init(_ database: Database, options: DatabaseOptions, world: World) async throws {
        try await Roster.requireSchema(of: database)
        guard let installation = try await Installation.read(from: database) else { throw Failure.nothingToBackUp }
        let folder = try InstallationRoot.folder(in: options.data)
        let root = try InstallationRoot(try options.settings, in: folder, world: world)
        self.init(
            database: database, keyring: Keyring(folder: folder, root: root.key, database: database, world: world), root: root,
            installation: installation, world: world, data: options.data)
    }

    init(database: Database, keyring: Keyring, root: InstallationRoot, installation: Installation, world: World, data: String) {
        self.database = database
        self.keyring = keyring
        self.root = root
        self.installation = installation
        self.world = world
        self.data = data
    }

    /// The kit that opens what is backed up now.
    func kit() async throws -> RecoveryKit {
        _ = try root.presentNames()
        let (number, key) = try await keyring.kitKey()
        var needsEngine = false
        if case .engine = root.present { needsEngine = true }
        return RecoveryKit(number: number, needsEngine: needsEngine, installation: installation.id.description, key: key)
    }
}

extension DatabaseOptions {
    /// The same, with the database as backups reach it: `pg_dump` needs a session, which a pooler does not give.
    var forBackup: DatabaseOptions {
        get throws {
            var options = self
            let settings = try settings
            if let url = settings[BackupSettings.databaseURL] ?? settings[DatabaseKeys.directURL] {
                options.database = url
                options.databaseDirect = nil
            }
            return options
        }
    }

    /// Opens what backups need; for PostgreSQL as the role that `backup.database_url` names.
    func usingBackupOffice<Value>(_ body: (BackupOffice) async throws -> Value) async throws -> Value {
        let world = World.live
        let chosen = try forBackup
        return try await chosen.using(isReadOnly: true, world: world) { database in
            try await body(try await BackupOffice(database, options: chosen, world: world))
        }
    }
}

extension Failure {
    static let nothingToBackUp = Failure(
        .unavailable, "nothing_to_back_up",
        Text(
            es: "Aún no hay nada que copiar: ejecute «zancada org create».",
            en: "There is nothing to back up yet: run 'zancada org create'."))
}
