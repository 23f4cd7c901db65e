import Base
import Foundation
import Keys
import Vault

/// The root key that the configuration names, and the former one while everything moves from that to it. Connects to nobody
/// until a key is wrapped or unwrapped.
struct InstallationRoot: Sendable {
    /// Where a root key is.
    enum Place: Sendable {
        case file(FileRootKey)
        case engine(VaultTransit)

        var key: any RootKey {
            switch self {
            case .file(let file): file
            case .engine(let engine): engine
            }
        }

        /// Those that unwrap, the one that wraps first; none where a file is missing.
        func names() throws -> [String] {
            switch self {
            case .file(let file): try file.names()
            case .engine(let engine): [engine.name]
            }
        }
    }

    let folder: KeyFolder
    let present: Place
    let former: Place?

    /// The folder of keys among the data, whose folder is made where it is missing: with PostgreSQL nothing else needs it.
    static func folder(in data: String) throws -> KeyFolder {
        do {
            try FileManager.default.createDirectory(
                atPath: data, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        } catch {
            throw Failure(
                .inputOutput, "data_folder",
                Text(
                    es: "No se puede crear la carpeta de datos \(data): corrija la ruta o los permisos.",
                    en: "The folder of data \(data) cannot be made: mend the path or its permissions."))
        }
        return try KeyFolder(data + "/keys")
    }

    /// Throws `Failure`: `.invalid` for an address that cannot be, and what reading a token's file throws.
    init(_ settings: Config, in folder: KeyFolder, world: World) throws {
        func place(_ address: String, _ token: ConfigKey<String?>) throws -> Place {
            if address == "file:" { return .file(FileRootKey(in: folder, random: world.random)) }
            guard let path = settings[token] else { throw Failure.tokenFileUnnamed(token.name) }
            return .engine(try VaultTransit(try VaultConfiguration(root: address, token: try Secret(file: path)), world: world))
        }
        let address = settings[RootKeys.root]
        self.folder = folder
        present = try place(address, RootKeys.tokenFile)
        let formerAddress = settings[RootKeys.formerRoot]
        guard formerAddress != address else { throw Failure.formerRootSame }
        former = try formerAddress.map { try place($0, RootKeys.formerTokenFile) }
    }

    var key: any RootKey {
        former.map { RootTransition(from: $0.key, to: present.key) } ?? present.key
    }

    /// Makes a root key in a file where a move to one begins.
    func prepareMove() async throws {
        if former != nil, case .file(let file) = present { try await file.createForMove() }
    }

    /// Makes the root key of a new installation; an engine's is made in the engine.
    func make() async throws {
        if case .file(let file) = present, try !file.exists() { try await file.create() }
    }

    /// Those of the present root that unwrap, the one that wraps first. Throws `root_key_missing`.
    func presentNames() throws -> [String] {
        if case .file(let file) = present { _ = try file.newestName() }
        return try present.names()
    }

    /// Before something new is wrapped: throws `root_key_wrong` where any key that is there is another root's. By the names alone.
    func requireOwn() throws {
        let names = try presentNames() + (try former?.names() ?? [])
        for file in try folder.files() where !names.contains(file.key.root) {
            throw Failure.rootKeyWrong(expected: file.key.root, found: "\(folder.path): \(names.joined(separator: ", "))")
        }
    }
}

extension Failure {
    fileprivate static func tokenFileUnnamed(_ key: String) -> Failure {
        Failure(
            .usage, "token_file_unnamed",
            Text(
                es: "Falta \(key): indique el archivo con el token del motor de cifrado.",
                en: "\(key) is missing: name the file with the transit engine's token."))
    }

    fileprivate static let formerRootSame = Failure(
        .usage, "former_root_same",
        Text(
            es: "keys.root y keys.former_root son la misma clave raíz: quite keys.former_root.",
            en: "keys.root and keys.former_root are the same root key: remove keys.former_root."))
}
