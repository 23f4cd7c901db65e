import Base
import Crypto
import Foundation

extension Keyring {
    /// The 32 bytes from which the installation's journal is signed, made at first use. They follow from a key that stands in the
    /// folder beside the organisations' and is wrapped by the root like theirs, so that a change of the root rewraps it too.
    package func signingSeed() async throws -> Secret {
        let epoch = try await signingEpoch()
        guard let key = try await organisations.key(of: Self.journalsFolder, epoch: epoch) else {
            throw Failure.organisationKeyMissing(Self.journalsFolder)
        }
        var frame = FramedFields()
        frame.append("zancada journal signing")
        return HMAC<SHA256>.authenticationCode(for: frame.bytes, using: key).withUnsafeBytes { Secret(bytes: $0) }
    }

    /// Found without the lock, so that a folder that can only be read is enough to sign and to verify.
    private func signingEpoch() async throws -> Int64 {
        if let newest = try folder.epochs(of: Self.journalsFolder).last { return newest }
        return try await folder.withLock { lock in
            if let newest = try folder.epochs(of: Self.journalsFolder).last { return newest }
            let file = try await organisations.newEpoch(1, of: Self.journalsFolder, search: nil, random: world.random, at: world.now())
            try folder.create(file, lock)
            return 1
        }
    }

    /// No organisation's name begins with an underscore.
    private static let journalsFolder = "_journal"
}
