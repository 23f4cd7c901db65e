import Base
import Crypto
import Foundation

/// The keys of backups. They follow from keys that stand in the folder beside the organisations' and are wrapped by the root like
/// theirs, as the journal's signing key is, so that a change of the root rewraps them too.
extension Keyring {
    /// The 32 bytes that seal the key archive and stand in the recovery kit, and the number of that kit; made at first use.
    package func kitKey() async throws -> (number: Int64, key: Secret) {
        let number = try await standingEpoch(of: Self.kitsFolder)
        return (number, try await derived("zancada recovery kit", Self.kitsFolder, number))
    }

    /// The 32 bytes from which everything follows that seals the data of backups; made at first use, and the same for ever.
    package func backupKey() async throws -> Secret {
        try await derived("zancada backup", Self.backupsFolder, try await standingEpoch(of: Self.backupsFolder))
    }

    /// Makes a new kit's key and destroys the former one's: what it sealed opens with the former kit alone from then on.
    package func renewKitKey() async throws {
        try await folder.withLock { lock in
            let numbers = try folder.epochs(of: Self.kitsFolder)
            let next = (numbers.last ?? 0) + 1
            let file = try await organisations.newEpoch(next, of: Self.kitsFolder, search: nil, random: world.random, at: world.now())
            try folder.create(file, lock)
            for number in numbers {
                try folder.destroy(Self.kitsFolder, epoch: number, lock)
                organisations.forget(Self.kitsFolder, epoch: number)
            }
        }
    }

    private func derived(_ label: String, _ organisation: String, _ epoch: Int64) async throws -> Secret {
        guard let key = try await organisations.key(of: organisation, epoch: epoch) else {
            throw Failure.organisationKeyMissing(organisation)
        }
        var frame = FramedFields()
        frame.append(label)
        return HMAC<SHA256>.authenticationCode(for: frame.bytes, using: key).withUnsafeBytes { Secret(bytes: $0) }
    }

    /// Found without the lock where it is there. Of two, a renewal broke off: the former goes.
    private func standingEpoch(of organisation: String) async throws -> Int64 {
        let standing = try folder.epochs(of: organisation)
        if standing.count == 1, let only = standing.last { return only }
        return try await folder.withLock { lock in
            let standing = try folder.epochs(of: organisation)
            guard let newest = standing.last else {
                let file = try await organisations.newEpoch(1, of: organisation, search: nil, random: world.random, at: world.now())
                try folder.create(file, lock)
                return 1
            }
            for number in standing.dropLast() { try folder.destroy(organisation, epoch: number, lock) }
            return newest
        }
    }

    private static let kitsFolder = "_kit"
    private static let backupsFolder = "_backup"
}
