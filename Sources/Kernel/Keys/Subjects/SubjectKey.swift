import Base
import Crypto

/// One version of a subject's key, unwrapped. Its memory is wiped when the last copy goes.
package struct SubjectKey: Sendable {
    package let tenant: String
    package let subject: String
    /// From 1; a new version seals what is written from then on.
    package let version: Int64
    let key: SymmetricKey

    init(tenant: String, subject: String, version: Int64, key: SymmetricKey) {
        self.tenant = tenant
        self.subject = subject
        self.version = version
        self.key = key
    }

    /// From 32 bytes that a test or a vector names; nil for another count.
    package init?(tenant: String, subject: String, version: Int64, bytes: [UInt8]) {
        guard bytes.count == Wrapping.keyBytes else { return nil }
        self.init(tenant: tenant, subject: subject, version: version, key: SymmetricKey(data: bytes))
    }

    /// The key that opens this version of this record alone. Cost: one HMAC-SHA-256.
    package func entryKey(_ context: EntryContext) -> EntryKey {
        EntryKey(KeyedHash.sha256(context.frame, under: key).withUnsafeBytes { SymmetricKey(data: $0) })
    }

    /// Seals a body of this subject, to be done before the write closure. Throws as `Sealing.seal`.
    package func seal(_ bytes: [UInt8], as context: EntryContext, random: Randomness) throws(SealingError) -> [UInt8] {
        try Sealing.seal(bytes, under: entryKey(context), as: context, random: random)
    }
}

extension SubjectKey: CustomStringConvertible, CustomReflectable {
    package var description: String { "‹subject key, version \(version)›" }
    package var customMirror: Mirror { Mirror(self, children: []) }
}
