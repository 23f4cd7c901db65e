import Crypto
import Foundation

/// SHA-256 of bytes that come in pieces (FIPS 180-4).
package struct Digest {
    private var state = SHA256()

    package init() {}

    /// Of these bytes.
    package init(of bytes: [UInt8]) { state.update(data: bytes) }

    package mutating func update(_ bytes: [UInt8]) {
        state.update(data: bytes)
    }

    package mutating func update(_ bytes: UnsafeRawBufferPointer) {
        state.update(bufferPointer: bytes)
    }

    /// 64 hexadecimal digits in lower case.
    package var hexadecimal: String {
        state.finalize().map { byte in
            let digits = String(byte, radix: 16)
            return digits.count == 1 ? "0" + digits : digits
        }.joined()
    }
}
