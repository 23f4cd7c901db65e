import Access
import Base
import Keys
import Records
import Runtime
import Store
import Transparency

/// What the operators' commands about records work with: the database, the keys beside it, and who acts.
struct RecordOffice: Sendable {
    let database: Database
    let keyring: Keyring
    let root: InstallationRoot
    let reads: ReadLog
    let store: RecordStore
    let installation: Installation
    let world: World
    /// The data folder.
    let data: String
    private let settings: Config

    /// What features work with.
    var host: FeatureHost {
        get throws { try host(log: Log(to: .standardError, now: world.now)) }
    }

    /// The same, telling of itself in a log.
    func host(log: Log) throws -> FeatureHost {
        FeatureHost(
            database: database, keyring: keyring, store: store, roles: try Roster.roles, settings: settings, log: log, world: world,
            destinations: Roster.manifests.flatMap(\.destinations))
    }

    /// `settings` where the command has options of its own. Takes up what broke off around keys, and says what is left to be taken up unless `isReporting` is false.
    ///
    /// Throws `Failure(.unavailable)` where the database is not at this program's schema.
    init(_ database: Database, options: DatabaseOptions, settings chosen: Config? = nil, isReporting: Bool = true, world: World)
        async throws
    {
        if let residence = Residence.current {
            self = residence.office
            return
        }
        try await Roster.requireSchema(of: database)
        let roles = try Roster.roles
        for kind in Roster.kinds { try RecordTable(kind).checkAccess(by: roles) }
        self.database = database
        self.world = world
        data = Seat.current.path(options.data)
        settings = try chosen ?? options.settings
        installation = try await Installation.found(in: database, world: world)
        let folder = try InstallationRoot.folder(in: options.data)
        root = try InstallationRoot(settings, in: folder, world: world)
        keyring = Keyring(folder: folder, root: root.key, database: database, world: world)
        reads = ReadLog(database: database, world: world) { Terminal.complain($0.message) }
        store = RecordStore(database: database, keyring: keyring, world: world, reads: reads)
        try await takeUpKeys(isReporting: isReporting)
    }

    func standing(in organisation: Identifier) throws -> Standing { try .ofOperator(in: organisation, at: world.now()) }

    func checkpoints() async throws -> Checkpoints {
        try await Checkpoints(of: installation, keyring, database: database, world: world)
    }
}

extension RecordOffice {
    /// An organisation with its keys, and the first time the root key and the recovery kit. Whether it is new.
    @discardableResult
    func establish(_ organisation: Identifier) async throws -> Bool {
        try await root.make()
        try root.requireOwn()
        try await keyring.establish(organisation.text)
        try await KitDesk(self).prepare()
        return try await Organisations.create(organisation, by: try standing(in: organisation), in: database, world: world)
    }
}

extension Standing {
    /// Whoever has the machine's shell, acting in one organisation.
    static func ofOperator(in organisation: Identifier, at now: Instant) throws -> Standing {
        let caller = Caller(actor: "operator", tenant: organisation, roles: ["operator"], assurance: .passkey)
        return Standing(caller, by: try Roster.roles, at: now)
    }
}

extension Checkpoints {
    /// An installation's own, signed with the key of its keyring.
    init(of installation: Installation, _ keyring: Keyring, database: Database, world: World) async throws {
        let origin = Checkpoint.origin(ofInstallation: installation.id.description)
        guard let name = NoteKeyName(origin) else { throw Failure.missingColumn("installation") }
        let signer = try NoteSigner(name: name, seed: try await keyring.signingSeed())
        self.init(database: database, signer: signer, origin: origin, world: world)
    }
}
