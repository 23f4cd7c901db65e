import Base

/// A name that sessions can hold, as the 64-bit number that the server locks by: the start of the SHA-256 of the name, so
/// that two names meet once in 2⁶⁴. Names of transactions and of leases never meet.
struct LockName: Hashable, Sendable {
    let key: Int64

    /// Held by a transaction (`Transaction.lock`).
    init(_ name: String) { self.init("lock", name) }

    /// Held by a lease.
    static func lease(_ name: String) -> LockName { LockName("lease", name) }

    private init(_ kind: String, _ name: String) {
        var digest = Digest()
        digest.update([UInt8]("zancada \(kind) \(name)".utf8))
        key = Int64(bitPattern: UInt64(digest.hexadecimal.prefix(16), radix: 16) ?? 0)
    }
}
