import Base
import Crypto
import Store

/// The key of a record about several people: random, one a record, wrapped once for each of them. Whoever is erased takes their
/// copy along, and the record stays readable for the others; with the last copy it is gone.
package struct SharedKey: Sendable {
    /// Seals and opens as a subject's key does; its subject is the record, its version 1.
    package let key: SubjectKey
    private let copies: [Copy]

    private struct Copy: Sendable {
        let owner: SubjectKey
        let wrapped: [UInt8]
    }

    /// A new one. `owners` are the keys of the people, one each.
    package init(of record: String, for owners: [SubjectKey], random: Randomness) throws {
        guard let tenant = owners.first?.tenant else { throw Failure.subjectNameInvalid }
        let key = SubjectKey(tenant: tenant, subject: record, version: 1, key: .random(random))
        self.key = key
        copies = try owners.map { owner in
            Copy(
                owner: owner,
                wrapped: try Wrapping.wrap(key.key, under: owner.key, for: .record(record, for: owner), nonce: SealNonce(random)))
        }
    }

    /// Stores the copies, in the write closure that creates the record. Throws `Failure(.conflict, "subject_key_gone")` where one of
    /// the people was erased meanwhile.
    package func store(_ tx: borrowing Transaction) throws {
        for copy in copies {
            try copy.owner.requireStanding(tx)
            try tx.execute(
                """
                INSERT INTO record_keys (tenant, subject, record, version, wrapped)
                VALUES (\(key.tenant), \(copy.owner.subject), \(key.subject), \(copy.owner.version), \(copy.wrapped))
                """)
        }
    }

    /// Removes the copies of somebody who is erased. Records of which none is left open no more.
    package static func removeCopies(of subject: String, in tenant: String, _ tx: borrowing Transaction) throws {
        try tx.execute("DELETE FROM record_keys WHERE tenant = \(tenant) AND subject = \(subject)")
    }
}

extension Keyring {
    /// The key of a record about several people, by the copy of whoever of them is still there; nil where nobody is. Cost: one
    /// statement, and those people's keys.
    package func sharedKeys(of record: String, in tenant: String) async throws -> SubjectKeys? {
        let copies = try await database.within(organisation: tenant).rows(
            "SELECT subject, version, wrapped FROM record_keys WHERE tenant = \(tenant) AND record = \(record) ORDER BY subject"
        ) { row in (subject: try row["subject"] as String, version: try row["version"] as Int64, wrapped: try row["wrapped"] as [UInt8]) }
        let owners = try await keys(of: copies.map(\.subject), in: tenant)
        for copy in copies {
            guard let owner = owners[copy.subject]?.versions.first(where: { $0.version == copy.version }) else { continue }
            do {
                let key = try Wrapping.unwrap(copy.wrapped, under: owner.key, for: .record(record, for: owner))
                return SubjectKeys(versions: [SubjectKey(tenant: tenant, subject: record, version: 1, key: key)])
            } catch {
                throw Failure.subjectKeyAltered(copy.subject, tenant)
            }
        }
        return nil
    }
}

extension KeyUse {
    /// The key of a record about several people, wrapped by the key of one: `framed("record", tenant, record, subject, version)`.
    fileprivate static func record(_ record: String, for owner: SubjectKey) -> KeyUse {
        KeyUse("record") { frame in
            frame.append(owner.tenant)
            frame.append(record)
            frame.append(owner.subject)
            frame.append(owner.version)
        }
    }
}
