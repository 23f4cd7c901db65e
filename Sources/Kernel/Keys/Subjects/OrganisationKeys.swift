import Base
import Crypto
import Foundation
import Synchronization

/// Organisations' keys by epoch, unwrapped by the root and kept for a while, so that a transit engine is asked once an epoch
/// and process and not once a subject.
final class OrganisationKeys: Sendable {
    private struct Kept {
        let file: EpochFile
        let key: SymmetricKey
        var lookedAt: Duration
    }

    private struct Name: Hashable {
        let organisation: String
        let epoch: Int64
    }

    private let kept = Mutex<[Name: Kept]>([:])
    private let folder: KeyFolder
    private let root: any RootKey
    private let elapsed: @Sendable () -> Duration
    private let mostAge: Duration

    /// The most that are kept; where there are more, all are dropped and read anew. 4,096 organisations take some 3 MB.
    static let most = 4_096

    init(_ folder: KeyFolder, _ root: any RootKey, mostAge: Duration, elapsed: @escaping @Sendable () -> Duration) {
        self.folder = folder
        self.root = root
        self.mostAge = mostAge
        self.elapsed = elapsed
    }

    /// nil where the epoch has no file: never made, or destroyed. What is kept is looked for on the disk each `mostAge`, so an
    /// epoch that another process destroyed is dropped; its root is asked again only where the file changed.
    func key(of organisation: String, epoch: Int64) async throws -> SymmetricKey? {
        let name = Name(organisation: organisation, epoch: epoch)
        let now = elapsed()
        if let key = kept.withLock({ kept in kept[name].flatMap { now - $0.lookedAt < mostAge ? $0.key : nil } }) { return key }
        guard var file = try folder.file(of: organisation, epoch: epoch) else {
            kept.withLock { $0[name] = nil }
            return nil
        }
        let unchanged: SymmetricKey? = kept.withLock { kept in
            guard kept[name]?.file == file else { return nil }
            kept[name]?.lookedAt = now
            return kept[name]?.key
        }
        if let unchanged { return unchanged }
        for attempt in 1...Keyring.mostTries {
            do {
                let key = try await folder.unwrap(file, by: root).withExposedBytes {
                    SymmetricKey(data: $0)
                }
                kept.withLock { kept in
                    if kept.count >= Self.most { kept.removeAll() }
                    kept[name] = Kept(file: file, key: key, lookedAt: now)
                }
                return key
            } catch {
                // A root that was rotated since the file was read opens what stands there now, and no more what was read.
                guard let now = try folder.file(of: organisation, epoch: epoch) else { return nil }
                guard now != file, attempt < Keyring.mostTries else { throw error }
                file = now
            }
        }
        throw Failure.keysMoved
    }

    /// The search key, which stands in each epoch's file under that epoch's key.
    func searchKey(of organisation: String, epoch: Int64) async throws -> SymmetricKey? {
        guard let key = try await key(of: organisation, epoch: epoch),
            let file = try folder.file(of: organisation, epoch: epoch)
        else { return nil }
        do {
            return try Wrapping.unwrap(file.search, under: key, for: .search(organisation))
        } catch {
            throw Failure.epochFileAltered(organisation, epoch)
        }
    }

    /// A new epoch's file with a new key. `search`: the organisation's search key, nil for a new organisation.
    func newEpoch(_ epoch: Int64, of organisation: String, search: SymmetricKey?, random: Randomness, at now: Instant) async throws
        -> EpochFile
    {
        let key = SymmetricKey.random(random)
        let search = search ?? SymmetricKey.random(random)
        return EpochFile(
            organisation: organisation, epoch: epoch,
            key: try await root.wrap(key.withUnsafeBytes { Secret(bytes: $0) }, for: .organisation(organisation, epoch: epoch)),
            search: try Wrapping.wrap(search, under: key, for: .search(organisation), nonce: SealNonce(random)), madeAt: now)
    }

    func forget(_ organisation: String, epoch: Int64) {
        kept.withLock { $0[Name(organisation: organisation, epoch: epoch)] = nil }
    }

    func forgetAll() { kept.withLock { $0.removeAll() } }
}

extension SymmetricKey {
    /// 32 random bytes; the copy they came in is wiped.
    static func random(_ random: Randomness) -> SymmetricKey {
        var bytes = random.bytes(Wrapping.keyBytes)
        defer { bytes.withUnsafeMutableBytes { wipe($0) } }
        return SymmetricKey(data: bytes)
    }
}

extension Failure {
    static func epochFileAltered(_ organisation: String, _ epoch: Int64) -> Failure {
        Failure(
            .invalid, "epoch_file_altered",
            Text(
                es: "El archivo de la época \(epoch) de la organización \(organisation) fue alterado: recupérelo del archivo de claves.",
                en: "The file of epoch \(epoch) of organisation \(organisation) was altered: restore it from the archive of keys."))
    }
}
