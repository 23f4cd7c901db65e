import Crypto
import Synchronization

/// Tokens that were verified, so that the next request with the same one need not be: checking a signature costs a hundred
/// times a look-up. It remembers what a token says, never that it is good: that is asked each time.
///
/// Bounded: two halves. When the young one is full it becomes the old one, and what was in the old one is gone; whoever is
/// asked for in time moves to the young one again. Only verified tokens get in, so strangers cannot push anyone out.
final class TokenCache: Sendable {
    /// SHA-256 of the token's text: a picture of the memory gives no tokens.
    struct Key: Hashable {
        private let words: (UInt64, UInt64, UInt64, UInt64)

        init(_ token: String) {
            var token = token
            let digest = token.withUTF8 { SHA256.hash(data: UnsafeRawBufferPointer($0)) }
            words = digest.withUnsafeBytes { bytes in
                (
                    bytes.loadUnaligned(as: UInt64.self), bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self),
                    bytes.loadUnaligned(fromByteOffset: 16, as: UInt64.self), bytes.loadUnaligned(fromByteOffset: 24, as: UInt64.self)
                )
            }
        }

        static func == (one: Key, other: Key) -> Bool { one.words == other.words }

        func hash(into hasher: inout Hasher) { hasher.combine(words.0) }
    }

    private struct Halves {
        var young: [Key: VerifiedToken] = [:]
        var old: [Key: VerifiedToken] = [:]
    }

    private let halves = Mutex(Halves())
    private let mostInHalf: Int

    /// At most `capacity` tokens.
    init(capacity: Int) {
        precondition(capacity >= 2, "a cache of two tokens or more")
        mostInHalf = capacity / 2
    }

    var count: Int { halves.withLock { $0.young.count + $0.old.count } }

    subscript(_ key: Key) -> VerifiedToken? {
        halves.withLock { halves in
            if let token = halves.young[key] { return token }
            guard let token = halves.old.removeValue(forKey: key) else { return nil }
            keep(token, key, &halves)
            return token
        }
    }

    func insert(_ token: VerifiedToken, for key: Key) {
        halves.withLock { keep(token, key, &$0) }
    }

    func remove(_ key: Key) {
        halves.withLock { halves in
            halves.young[key] = nil
            halves.old[key] = nil
        }
    }

    private func keep(_ token: VerifiedToken, _ key: Key, _ halves: inout Halves) {
        if halves.young.count >= mostInHalf, halves.young[key] == nil {
            halves.old = halves.young
            halves.young = [:]
        }
        halves.young[key] = token
    }
}
