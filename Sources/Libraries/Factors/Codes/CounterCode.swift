import Base
import Crypto
import Foundation

/// HOTP: a short code from a shared secret and a counter (RFC 4226, section 5.3).
package enum CounterCode {
    /// The hash under the HMAC: SHA-1 in RFC 4226, the others by RFC 6238, section 1.2. SHA-1's collisions do not touch HMAC (RFC 6194,
    /// section 3.3), and it is the only one that every authenticator app knows.
    package enum Hash: String, Sendable, Hashable, CaseIterable {
        case sha1 = "SHA1"
        case sha256 = "SHA256"
        case sha512 = "SHA512"
    }

    /// Fewer are guessed, more are not typed: RFC 4226, section 5.3, asks for 6 to 8.
    package static let digitsAllowed = 6...8

    /// `digits` decimal digits, with zeros in front.
    package static func code(_ secret: Secret, counter: UInt64, hash: Hash, digits: Int) -> [UInt8] {
        precondition(digitsAllowed.contains(digits), "a code has 6 to 8 digits")
        let message = withUnsafeBytes(of: counter.bigEndian) { Array($0) }
        let mac = secret.withExposedBytes { bytes in
            let key = SymmetricKey(data: bytes)
            return switch hash {
            case .sha1: Array(HMAC<Insecure.SHA1>.authenticationCode(for: message, using: key))
            case .sha256: Array(HMAC<SHA256>.authenticationCode(for: message, using: key))
            case .sha512: Array(HMAC<SHA512>.authenticationCode(for: message, using: key))
            }
        }
        // Dynamic truncation: the last four bits say which 31 bits count.
        let offset = Int(mac[mac.count - 1] & 0xF)
        var number = mac[offset..<offset + 4].reduce(UInt32(0)) { $0 << 8 | UInt32($1) } & 0x7FFF_FFFF
        var code = [UInt8](repeating: UInt8(ascii: "0"), count: digits)
        for place in code.indices.reversed() {
            code[place] += UInt8(number % 10)
            number /= 10
        }
        return code
    }
}
