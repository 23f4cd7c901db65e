import Crypto
import Foundation

/// What an authenticator app shows (RFC 6238, as RFC 4226 counts), for who typed the secret.
enum TimeCodes {
    static func code(typed secret: String, at date: Date) -> String {
        var bits: [Bool] = []
        for letter in secret.uppercased() {
            guard let value = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".firstIndex(of: letter) else { continue }
            let number = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".distance(from: "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".startIndex, to: value)
            bits += (0..<5).map { number & (16 >> $0) != 0 }
        }
        let key = (0..<bits.count / 8).map { byte in (0..<8).reduce(UInt8(0)) { $0 << 1 | (bits[byte * 8 + $1] ? 1 : 0) } }
        let step = UInt64(date.timeIntervalSince1970) / 30
        let message = (0..<8).map { UInt8(truncatingIfNeeded: step >> (56 - 8 * UInt64($0))) }
        let digest = Array(HMAC<Insecure.SHA1>.authenticationCode(for: message, using: SymmetricKey(data: key)))
        let place = Int(digest[19] & 0xF)
        let number = digest[place..<place + 4].reduce(UInt32(0)) { $0 << 8 | UInt32($1) } & 0x7FFF_FFFF
        return String(format: "%06u", number % 1_000_000)
    }
}
