import Base
import Crypto
import Glibc

/// The keys of an installation's own access tokens, in its folder of keys: `token.key` signs (32 bytes, mode 0600), and `token.jwks`
/// is what checks: its public part, and those of former keys whose tokens may still be good.
///
/// No backup takes them along: a restored installation makes new ones, and whoever had a token asks for another.
package struct TokenKeys: Sendable {
    private let folder: KeyFolder
    private let random: Randomness

    private static let fileName = "token.key"
    private static let nextFileName = "token.key.next"
    private static let publishedFileName = "token.jwks"
    private static let mostPublishedBytes = 65_536

    package init(in folder: KeyFolder, random: Randomness) {
        self.folder = folder
        self.random = random
    }

    /// Where the public keys stand, as a JWK set.
    package var publishedPath: String { path(Self.publishedFileName) }

    /// The JWK set as it stands there; nil where no token was ever made. Throws where others may read or write it.
    package func published() throws(Failure) -> [UInt8]? {
        try KeyFile.read(publishedPath, atMost: Self.mostPublishedBytes)
    }

    /// The key that signs now, made at first use. Finishes a rotation that broke off.
    package func signing(at now: Instant) async throws -> TokenSigningKey {
        try await folder.withLock { _ in
            try settle(keepingFormerUntil: now + Self.keeping, at: now)
            if let key = try read(Self.fileName) {
                try publish(key.published, formerUntil: now + Self.keeping, at: now)
                return key
            }
            _ = try DurableFiles.create(TokenSigningKey.bytes(random), at: Self.fileName, in: folder.path)
            guard let key = try read(Self.fileName) else { throw Failure.keyFileDamaged(path(Self.fileName)) }
            try publish(key.published, formerUntil: now + Self.keeping, at: now)
            return key
        }
    }

    /// A new key signs from now on, and the former is destroyed. Its public part stays until its tokens are over, or goes at once
    /// where they are to be refused (`isDiscarding`): after a key became known to others. Finishes one that broke off.
    package func rotate(isDiscarding: Bool, at now: Instant) async throws -> TokenSigningKey {
        let end = isDiscarding ? now : now + Self.keeping
        try await folder.withLock { _ in
            try DurableFiles.sweep(folder.path)
            if try read(Self.nextFileName) == nil {
                _ = try DurableFiles.create(TokenSigningKey.bytes(random), at: Self.nextFileName, in: folder.path)
            }
            try settle(keepingFormerUntil: end, at: now)
        }
        return try await signing(at: now)
    }

    /// Tokens live for a day at most, and clocks may be two minutes apart, each way.
    private static let keeping: Duration = .seconds(24 * 3_600 + 600)

    /// Where there is a next key: publishes it, destroys the present one, and gives its name to the next.
    private func settle(keepingFormerUntil end: Instant, at now: Instant) throws(Failure) {
        try DurableFiles.sweep(folder.path)
        guard let next = try read(Self.nextFileName) else { return }
        try publish(next.published, formerUntil: end, at: now)
        try DurableFiles.destroy(Self.fileName, in: folder.path)
        guard rename(path(Self.nextFileName), path(Self.fileName)) == 0 else { throw .keyFile(path(Self.fileName), errno) }
        try DurableFiles.makeDurable(folder: folder.path)
    }

    /// Writes the set with this key first, and of the others those that are not over.
    private func publish(_ key: PublishedTokenKey, formerUntil end: Instant, at now: Instant) throws(Failure) {
        let standing = try publishedKeys()
        var keys = [key]
        for var former in standing where former.id != key.id {
            former.until = min(former.until ?? end, end)
            if let until = former.until, until > now { keys.append(former) }
        }
        guard keys != standing else { return }
        var json = JSONWriter(layout: .pretty)
        json.object { json in
            json.member("keys", array: { json in for key in keys { key.write(to: &json) } })
        }
        json.endLine()
        try DurableFiles.write(json.bytes, to: Self.publishedFileName, in: folder.path)
    }

    private func publishedKeys() throws(Failure) -> [PublishedTokenKey] {
        guard let bytes = try published() else { return [] }
        let limits = JSON.Limits(bytes: Self.mostPublishedBytes, depth: 4)
        guard let list = (try? JSON.parse(bytes, limits: limits))?["keys"]?.array else { throw .keyFileDamaged(publishedPath) }
        var keys: [PublishedTokenKey] = []
        for entry in list {
            guard let key = PublishedTokenKey(entry) else { throw .keyFileDamaged(publishedPath) }
            keys.append(key)
        }
        return keys
    }

    private func read(_ name: String) throws(Failure) -> TokenSigningKey? {
        guard var bytes = try KeyFile.read(path(name), atMost: 4_096) else { return nil }
        defer { bytes.withUnsafeMutableBytes { wipe($0) } }
        guard let key = TokenSigningKey(bytes) else { throw .keyFileDamaged(path(name)) }
        return key
    }

    private func path(_ name: String) -> String { "\(folder.path)/\(name)" }
}
