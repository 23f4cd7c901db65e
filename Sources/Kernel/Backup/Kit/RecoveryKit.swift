import Base
import Crypto
import Foundation

/// What an operator keeps on paper: the key that opens the key archive, and with it everything. Its text has check characters, so that
/// a letter that was read wrongly is noticed, and where.
package struct RecoveryKit: Sendable {
    /// Counts from 1; the next where a new kit was made.
    package let number: Int64
    /// Whether the root key is in a transit engine, whose key this kit cannot hold.
    package let needsEngine: Bool
    /// The first eight bytes of the SHA-256 of the installation's id: to tell kits apart, no secret.
    package let installation: [UInt8]
    package let key: Secret

    package static let keyBytes = 32
    static let installationBytes = 8
    static let mostNumber: Int64 = 65_535

    package init(number: Int64, needsEngine: Bool, installation id: String, key: Secret) {
        self.init(number: number, needsEngine: needsEngine, installation: Self.name(ofInstallation: id), key: key)
    }

    init(number: Int64, needsEngine: Bool, installation: [UInt8], key: Secret) {
        precondition((1...Self.mostNumber).contains(number) && key.byteCount == Self.keyBytes)
        self.number = number
        self.needsEngine = needsEngine
        self.installation = installation
        self.key = key
    }

    package static func name(ofInstallation id: String) -> [UInt8] {
        Array(SHA256.hash(data: Array(id.utf8)).prefix(installationBytes))
    }

    /// Which kit this is, as the key archive names it in clear: eight bytes of an HMAC of the key.
    package var name: [UInt8] { ArchiveKey(key).name }

    /// `number-name`, as people read it: `1-3f09ab52`.
    package var title: String { Self.title(number, name) }

    static func title(_ number: Int64, _ name: [UInt8]) -> String { "\(number)-\(Hexadecimal.string(name.prefix(4)))" }
}

/// The bytes behind the text: format (1), kind of root (1), number (2), installation (8), key (32), and the first six bytes of the
/// SHA-256 of those.
extension RecoveryKit {
    static let payloadBytes = 50
    private static let format: UInt8 = 1
    private static let sumBytes = 6

    /// As secret as the key.
    var payload: [UInt8] {
        var bytes = [Self.format, needsEngine ? 2 : 1, UInt8(number >> 8), UInt8(number & 0xff)] + installation
        key.withExposedBytes { bytes += $0 }
        return bytes + SHA256.hash(data: bytes).prefix(Self.sumBytes)
    }

    /// nil where the sum is another, or the format is from the future.
    init?(payload: [UInt8]) {
        let body = payload.dropLast(Self.sumBytes)
        guard payload.count == Self.payloadBytes, body.first == Self.format, (1...2).contains(body[1]),
            SHA256.hash(data: Array(body)).prefix(Self.sumBytes).elementsEqual(payload.suffix(Self.sumBytes))
        else { return nil }
        let number = Int64(body[2]) << 8 | Int64(body[3])
        guard number >= 1 else { return nil }
        self.init(
            number: number, needsEngine: body[1] == 2, installation: Array(body[4..<12]), key: Secret(Array(body[12..<44])))
    }
}
