import Base
import Crypto
import Foundation
import Keys

/// The key of the kit, as it seals the key archive.
struct ArchiveKey: Sendable {
    let entry: EntryKey
    /// Eight bytes that tell it from others and lead back to nothing.
    let name: [UInt8]

    init(_ kit: Secret) {
        entry = EntryKey(derivedFrom: kit, "zancada key archive")
        name = Array(BackupKeys.hash("zancada kit name", under: kit).prefix(8))
    }
}

/// Everything that seals a backup's data, from the 32 bytes that stand in the key archive.
package struct BackupKeys: Sendable {
    /// Names a chunk by its content: an HMAC, so that nobody without it can tell whether a known text is in the backup.
    private let naming: SymmetricKey
    let chunks: EntryKey
    let manifests: EntryKey
    /// The 32 bytes.
    let seed: Secret

    package init(_ seed: Secret) {
        self.seed = seed
        naming = SymmetricKey(data: Self.hash("zancada backup names", under: seed))
        chunks = EntryKey(derivedFrom: seed, "zancada backup chunks")
        manifests = EntryKey(derivedFrom: seed, "zancada backup manifests")
    }

    func id(of chunk: UnsafeRawBufferPointer) -> ChunkID {
        var code = HMAC<SHA256>(key: naming)
        code.update(data: chunk)
        return code.finalize().withUnsafeBytes { ChunkID($0) }
    }

    static func hash(_ label: String, under key: Secret) -> [UInt8] {
        var frame = FramedFields()
        frame.append(label)
        return key.withExposedBytes { Array(HMAC<SHA256>.authenticationCode(for: frame.bytes, using: SymmetricKey(data: $0))) }
    }
}

extension EntryKey {
    init(derivedFrom key: Secret, _ label: String) {
        guard let entry = EntryKey(bytes: BackupKeys.hash(label, under: key)) else { preconditionFailure("an HMAC has 32 bytes") }
        self = entry
    }
}

/// Which chunk: 32 bytes of a keyed hash of its content.
struct ChunkID: Sendable, Hashable {
    private let words: (UInt64, UInt64, UInt64, UInt64)

    static let byteCount = 32

    /// `bytes` has 32.
    init(_ bytes: UnsafeRawBufferPointer) {
        words = (
            bytes.loadUnaligned(fromByteOffset: 0, as: UInt64.self), bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self),
            bytes.loadUnaligned(fromByteOffset: 16, as: UInt64.self), bytes.loadUnaligned(fromByteOffset: 24, as: UInt64.self)
        )
    }

    func append(to bytes: inout [UInt8]) { withUnsafeBytes(of: words) { bytes.append(contentsOf: $0) } }

    var hexadecimal: String { withUnsafeBytes(of: words) { Hexadecimal.string($0) } }

    static func == (one: ChunkID, other: ChunkID) -> Bool {
        one.words.0 == other.words.0 && one.words.1 == other.words.1 && one.words.2 == other.words.2 && one.words.3 == other.words.3
    }

    func hash(into hasher: inout Hasher) { hasher.combine(words.0) }
}
