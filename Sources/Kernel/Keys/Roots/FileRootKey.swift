import Base
import Crypto
import Foundation

/// The root key as 32 random bytes in `keys/root.key`, mode 0600.
///
/// It is read for each use and wiped after it: it is used once an epoch and process, and a picture of the memory shows it
/// rarely. While it is rotated, `root.key.next` stands beside it and wraps what is new, and both unwrap; so running
/// processes follow a rotation without being told.
package struct FileRootKey: RootKey {
    package let folder: KeyFolder
    private let random: Randomness

    package init(in folder: KeyFolder, random: Randomness) {
        self.folder = folder
        self.random = random
    }

    /// Cost: reads the file, some 50 µs.
    package func wrap(_ key: Secret, for use: KeyUse) async throws -> RootWrapped {
        let root = try newest()
        let nonce = SealNonce(random)
        return RootWrapped(
            root: root.name,
            bytes: try key.withExposedBytes { try Wrapping.wrap(SymmetricKey(data: $0), under: root.key, for: use, nonce: nonce) })
    }

    /// Cost: reads the file, some 50 µs.
    package func unwrap(_ wrapped: RootWrapped, for use: KeyUse) async throws -> Secret {
        let roots = try all()
        guard let root = roots.first(where: { $0.name == wrapped.root }) else {
            throw Failure.rootKeyWrong(
                expected: wrapped.root, found: "\(path(Self.fileName)): \(roots.map(\.name).joined(separator: ", "))")
        }
        do {
            return try Wrapping.unwrap(wrapped.bytes, under: root.key, for: use).withUnsafeBytes { Secret(bytes: $0) }
        } catch {
            throw Failure.rootKeyUnwrapping(error, root.name)
        }
    }

    /// By the name alone; nothing is unwrapped.
    package func standing(of wrapped: RootWrapped) async throws -> RootStanding {
        switch try present().firstIndex(where: { $0.name == wrapped.root }) {
        case 0: .newest
        case .some: .former
        case nil: .foreign
        }
    }
}

/// The files.
extension FileRootKey {
    static let fileName = "root.key"
    static let nextFileName = "root.key.next"
    static let byteCount = 32
    private static let namePrefix = "file:"

    /// Makes the root key of a new installation. Throws `.conflict` where there is one, or where organisations' keys are
    /// there already: a new root key would not open them.
    package func create() async throws {
        try await folder.withLock { _ in
            guard try folder.organisations().isEmpty else { throw Failure.rootKeyMissing(path(Self.fileName)) }
            try DurableFiles.sweep(folder.path)
            guard try make(Self.fileName) else { throw Failure.rootKeyExists(path(Self.fileName)) }
        }
    }

    /// Makes the root key of an installation whose keys are to move here from another root; nothing where there is one. Throws
    /// `.unavailable` where some key is wrapped by a root key in a file already: that one was lost, and a new one would not open it.
    package func createForMove() async throws {
        if try exists() { return }
        try await folder.withLock { _ in
            for file in try folder.files() where file.key.root.hasPrefix(Self.namePrefix) {
                throw Failure.rootKeyMissing(path(Self.fileName))
            }
            try DurableFiles.sweep(folder.path)
            _ = try make(Self.fileName)
        }
    }

    /// Destroys the root key, and what a rotation of it left; every epoch's file must be wrapped by another root.
    func retire(_ lock: KeyFolderLock) throws {
        try DurableFiles.sweep(folder.path)
        for name in [Self.nextFileName, Self.fileName] { try DurableFiles.destroy(name, in: folder.path) }
    }

    /// Whether there is one. Throws where it cannot be used.
    package func exists() throws -> Bool {
        try read(Self.fileName) != nil || read(Self.nextFileName) != nil
    }

    /// The names of those that unwrap, the one that wraps first; none where there is no key.
    package func names() throws -> [String] { try present().map(\.name) }

    /// The name of the key that wraps now: `file:` and 16 hexadecimal digits of an HMAC of it.
    package func newestName() throws -> String { try newest().name }

    /// Makes the next key beside the present one; where it is there already, a rotation that broke off goes on.
    func beginRotation(_ lock: KeyFolderLock) throws {
        _ = try newest()
        try DurableFiles.sweep(folder.path)
        _ = try make(Self.nextFileName)
    }

    var isRotating: Bool { get throws { try read(Self.nextFileName) != nil } }

    /// Destroys the former key and gives its name to the next; every epoch's file must be wrapped by that.
    func endRotation(_ lock: KeyFolderLock) throws {
        try DurableFiles.sweep(folder.path)
        guard try read(Self.nextFileName) != nil else { return }
        try DurableFiles.destroy(Self.fileName, in: folder.path)
        guard rename(path(Self.nextFileName), path(Self.fileName)) == 0 else { throw Failure.keyFile(path(Self.fileName), errno) }
        try DurableFiles.makeDurable(folder: folder.path)
    }

    private func path(_ name: String) -> String { "\(folder.path)/\(name)" }

    private func make(_ name: String) throws(Failure) -> Bool {
        var bytes = random.bytes(Self.byteCount)
        defer { bytes.withUnsafeMutableBytes { wipe($0) } }
        return try DurableFiles.create(bytes, at: name, in: folder.path)
    }

    private struct Root {
        let name: String
        let key: SymmetricKey
    }

    private func newest() throws(Failure) -> Root {
        guard let root = try all().first else { throw .rootKeyMissing(path(Self.fileName)) }
        return root
    }

    private func all() throws(Failure) -> [Root] {
        let roots = try present()
        guard !roots.isEmpty else { throw .rootKeyMissing(path(Self.fileName)) }
        return roots
    }

    private func present() throws(Failure) -> [Root] {
        // The end of a rotation destroys one file and renames the other: a reader between the two may see neither, once.
        for _ in 0..<2 {
            var roots: [Root] = []
            if let next = try read(Self.nextFileName) { roots.append(next) }
            if let present = try read(Self.fileName) { roots.append(present) }
            if !roots.isEmpty { return roots }
        }
        return []
    }

    private func read(_ name: String) throws(Failure) -> Root? {
        guard var bytes = try KeyFile.read(path(name), atMost: 4_096) else { return nil }
        defer { bytes.withUnsafeMutableBytes { wipe($0) } }
        guard bytes.count == Self.byteCount else { throw .rootKeyLength(path(name), bytes.count) }
        // What overwriting leaves: a disk that gave back another file's bytes, or a hand that destroyed the wrong one.
        guard bytes.contains(where: { $0 != 0 }) else { throw .keyFileDamaged(path(name)) }
        let key = SymmetricKey(data: bytes)
        var frame = FramedFields()
        frame.append("zancada root key name")
        let code = HMAC<SHA256>.authenticationCode(for: frame.bytes, using: key)
        return Root(name: Self.namePrefix + Hexadecimal.string(Array(code).prefix(8)), key: key)
    }
}
