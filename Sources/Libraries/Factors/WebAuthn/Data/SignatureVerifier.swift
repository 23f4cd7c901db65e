import Crypto
import Foundation
import X509

/// A public key of one of the two algorithms, and the strict reading of its signatures.
struct SignatureVerifier: Sendable {
    private enum Key: Sendable {
        case p256(P256.Signing.PublicKey)
        case ed25519(Curve25519.Signing.PublicKey)
    }

    private let key: Key

    /// `point` as in SEC 1, section 2.3.3, uncompressed: 0x04, x, y. nil where it does not lie on the curve.
    init?(p256 point: [UInt8]) {
        guard point.count == 65, point[0] == 4, let key = try? P256.Signing.PublicKey(x963Representation: point) else { return nil }
        self.key = .p256(key)
    }

    /// RFC 8032, section 5.1.5. nil for a point of small order, under which one signature fits many messages, and for an encoding that is
    /// not the shortest. A point that is not on the curve is taken, and no signature is ever valid under it.
    init?(ed25519 point: [UInt8]) {
        guard EdwardsPoint.isSound(point), let key = try? Curve25519.Signing.PublicKey(rawRepresentation: point) else { return nil }
        self.key = .ed25519(key)
    }

    /// The key of a certificate, where it is one that `algorithm` uses.
    init?(_ key: Certificate.PublicKey, for algorithm: CredentialAlgorithm) {
        switch algorithm {
        case .es256:
            guard let key = P256.Signing.PublicKey(key) else { return nil }
            self.init(p256: Array(key.x963Representation))
        case .edDSA:
            guard let key = Curve25519.Signing.PublicKey(key) else { return nil }
            self.init(ed25519: Array(key.rawRepresentation))
        }
    }

    /// WebAuthn Level 2, section 6.5.6. The comparison's time depends on public values alone.
    func isValid(_ signature: [UInt8], over message: [UInt8]) -> Bool {
        switch key {
        case .p256(let key):
            guard let raw = EllipticSignature.raw(der: signature),
                let signature = try? P256.Signing.ECDSASignature(rawRepresentation: raw)
            else { return false }
            return key.isValidSignature(signature, for: message)
        case .ed25519(let key):
            return signature.count == 64 && key.isValidSignature(signature, for: message)
        }
    }
}

/// Ed25519's points as 32 bytes: y little-endian, the sign of x in the highest bit (RFC 8032, section 5.1.2).
enum EdwardsPoint {
    /// Whether y is below the field's prime 2²⁵⁵ − 19 and is not that of a point whose order divides 8.
    static func isSound(_ point: [UInt8]) -> Bool {
        guard point.count == 32 else { return false }
        var y = point
        y[31] &= 0x7F
        let isBelowPrime = y.reversed().lexicographicallyPrecedes(prime.reversed())
        return isBelowPrime && !smallOrders.contains(y)
    }

    private static let prime: [UInt8] = [0xED] + [UInt8](repeating: 0xFF, count: 30) + [0x7F]

    /// The y of the eight points of the torsion: 1 (order 1), −1 (order 2), 0 (order 4), and two of order 8, which are roots of
    /// d·y⁴ + 2·y² − 1.
    private static let smallOrders: [[UInt8]] = [
        [1] + [UInt8](repeating: 0, count: 31),
        [0xEC] + [UInt8](repeating: 0xFF, count: 30) + [0x7F],
        [UInt8](repeating: 0, count: 32),
        [
            0xC7, 0x17, 0x6A, 0x70, 0x3D, 0x4D, 0xD8, 0x4F, 0xBA, 0x3C, 0x0B, 0x76, 0x0D, 0x10, 0x67, 0x0F,
            0x2A, 0x20, 0x53, 0xFA, 0x2C, 0x39, 0xCC, 0xC6, 0x4E, 0xC7, 0xFD, 0x77, 0x92, 0xAC, 0x03, 0x7A,
        ],
        [
            0x26, 0xE8, 0x95, 0x8F, 0xC2, 0xB2, 0x27, 0xB0, 0x45, 0xC3, 0xF4, 0x89, 0xF2, 0xEF, 0x98, 0xF0,
            0xD5, 0xDF, 0xAC, 0x05, 0xD3, 0xC6, 0x33, 0x39, 0xB1, 0x38, 0x02, 0x88, 0x6D, 0x53, 0xFC, 0x05,
        ],
    ]
}
