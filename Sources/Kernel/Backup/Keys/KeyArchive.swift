import Base
import Foundation
import Keys

/// All keys and the ledger of erasures, as they stood at one moment: the folder of keys, and the tables whose rows name its epochs. Only
/// the newest is kept, because an older one would open what has been erased since.
package struct KeyArchive: Sendable {
    /// Grows with each backup.
    package let number: Int64
    package let madeAt: Instant
    package let installation: String
    /// From which everything follows that seals the data.
    package let backupKey: Secret
    package let files: [KeyFolder.CopiedFile]
    /// Lines of `KeyRow`.
    package let rows: [UInt8]

    package init(
        number: Int64, madeAt: Instant, installation: String, backupKey: Secret, files: [KeyFolder.CopiedFile], rows: [UInt8]
    ) {
        self.number = number
        self.madeAt = madeAt
        self.installation = installation
        self.backupKey = backupKey
        self.files = files
        self.rows = rows
    }

    /// The first bytes of the blob.
    private static let magic = Array("zancada keys 1\n".utf8)
    private static let kind = "zancada key archive"
    private static let headBytes = magic.count + 10

    /// In clear: the magic, the kit's name (8 bytes) and number (2). Then the sealed stream.
    package func sealed(for kit: RecoveryKit, random: Randomness) throws -> [UInt8] {
        var head = Self.magic + kit.name
        head += [UInt8(kit.number >> 8), UInt8(kit.number & 0xff)]
        return head + (try SealedStream.seal(content, under: ArchiveKey(kit.key).entry, as: Self.kind, random: random))
    }

    /// Throws `Failure(.invalid)`: `recovery_kit_wrong` where another kit opens it, `key_archive_damaged`.
    package init(_ blob: [UInt8], opening kit: RecoveryKit) throws(Failure) {
        guard blob.count > Self.headBytes, blob.starts(with: Self.magic) else { throw .keyArchiveDamaged(0) }
        let name = Array(blob[Self.magic.count..<Self.magic.count + 8])
        let number = Int64(blob[Self.magic.count + 8]) << 8 | Int64(blob[Self.magic.count + 9])
        guard name == kit.name else { throw .recoveryKitWrong(kit.title, needed: RecoveryKit.title(number, name)) }
        let content: [UInt8]
        do {
            content = try SealedStream.open(blob[Self.headBytes...], under: ArchiveKey(kit.key).entry, as: Self.kind)
        } catch {
            switch error {
            case .wrongKey: throw .keyArchiveDamaged(0)
            case .damaged(let segment): throw .keyArchiveDamaged(segment)
            }
        }
        guard let archive = KeyArchive(content: content) else { throw .keyArchiveDamaged(0) }
        self = archive
    }

    /// A line of JSON with the files, then the rows.
    private var content: [UInt8] {
        var json = JSONWriter(reservingBytes: files.reduce(1_000) { $0 + $1.bytes.count * 4 / 3 + 100 })
        json.object { json in
            json.member("format", 1)
            json.member("number", Int(number))
            json.member("made_at", madeAt)
            json.member("installation", installation)
            backupKey.withExposedBytes { json.member("backup_key", Base64URL.string(Array($0))) }
            json.member(
                "files",
                array: { json in
                    for file in files {
                        json.object { json in
                            json.member("path", file.path)
                            json.member("bytes", Base64URL.string(file.bytes))
                        }
                    }
                })
        }
        json.endLine()
        return json.bytes + rows
    }

    private init?(content: [UInt8]) {
        guard let end = content.firstIndex(of: UInt8(ascii: "\n")),
            let json = try? JSON.parse(Array(content[..<end]), limits: JSON.Limits(bytes: content.count, depth: 4)),
            json["format"]?.integer == 1, let number = json["number"]?.integer,
            let madeAt = json["made_at"]?.string.flatMap({ Instant($0) }), let installation = json["installation"]?.string,
            let key = json["backup_key"]?.string.flatMap({ Base64URL.read($0.utf8) }), key.count == RecoveryKit.keyBytes,
            let listed = json["files"]?.array
        else { return nil }
        let files = listed.compactMap { file -> KeyFolder.CopiedFile? in
            guard let path = file["path"]?.string, let bytes = file["bytes"]?.string.flatMap({ Base64URL.read($0.utf8) }) else {
                return nil
            }
            return KeyFolder.CopiedFile(path: path, bytes: bytes)
        }
        guard files.count == listed.count else { return nil }
        self.init(
            number: Int64(number), madeAt: madeAt, installation: installation, backupKey: Secret(key), files: files,
            rows: Array(content[(end + 1)...]))
    }

    /// How many lines the ledger of erasures has.
    package var erasureCount: Int {
        files.first { $0.path == "erasures" }?.bytes.count { $0 == UInt8(ascii: "\n") } ?? 0
    }
}
