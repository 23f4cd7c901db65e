import Crypto
import Foundation

/// HMAC (RFC 2104) under keys of 32 bytes, over lists that fit on the stack. The library's own takes four times as long:
/// it makes five arrays a call.
enum KeyedHash {
    static func sha256(_ message: [UInt8], under key: SymmetricKey) -> SHA256.Digest {
        withBlock(of: 64, key, ipad, message) { inner in
            var hash = SHA256()
            hash.update(bufferPointer: inner)
            return hash.finalize()
        }.withUnsafeBytes { inner in
            withBlock(of: 64, key, opad, inner) { outer in
                var hash = SHA256()
                hash.update(bufferPointer: outer)
                return hash.finalize()
            }
        }
    }

    static func sha512(_ message: [UInt8], under key: SymmetricKey) -> SHA512.Digest {
        withBlock(of: 128, key, ipad, message) { inner in
            var hash = SHA512()
            hash.update(bufferPointer: inner)
            return hash.finalize()
        }.withUnsafeBytes { inner in
            withBlock(of: 128, key, opad, inner) { outer in
                var hash = SHA512()
                hash.update(bufferPointer: outer)
                return hash.finalize()
            }
        }
    }

    private static let ipad: UInt8 = 0x36
    private static let opad: UInt8 = 0x5C

    /// Lends `(key ⊕ pad) ‖ message` and wipes it. The key has at most `size` bytes.
    @inline(__always)
    private static func withBlock<Result>(
        of size: Int, _ key: SymmetricKey, _ pad: UInt8, _ message: [UInt8], _ body: (UnsafeRawBufferPointer) -> Result
    ) -> Result {
        message.withUnsafeBytes { withBlock(of: size, key, pad, $0, body) }
    }

    @inline(__always)
    private static func withBlock<Result>(
        of size: Int, _ key: SymmetricKey, _ pad: UInt8, _ message: UnsafeRawBufferPointer, _ body: (UnsafeRawBufferPointer) -> Result
    ) -> Result {
        withUnsafeTemporaryAllocation(byteCount: size + message.count, alignment: 16) { block in
            defer { wipe(block) }
            for index in 0..<size { block[index] = pad }
            key.withUnsafeBytes { key in
                precondition(key.count <= size, "a longer key would have to be hashed first")
                for index in 0..<key.count { block[index] = key[index] ^ pad }
            }
            UnsafeMutableRawBufferPointer(rebasing: block[size...]).copyMemory(from: message)
            return body(UnsafeRawBufferPointer(block))
        }
    }
}
