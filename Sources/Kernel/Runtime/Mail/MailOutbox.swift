import Access
import Base
import Keys
import Store

/// Where mail is written down in the transaction of what it follows from, to be sent after its commit: it survives a restart, and is
/// tried again for as long as that makes sense.
///
/// ```swift
/// let letter = try await MailOutbox(host).letter(message, about: person, in: tenant)
/// try await database.write { tx in … try letter.post(tx) }
/// ```
/// Its content and address are sealed under the key of the person it is about: once they are erased nobody opens it, and it is not
/// sent.
package struct MailOutbox: Sendable {
    private let host: FeatureHost

    package init(_ host: FeatureHost) { self.host = host }

    /// Whether there is a server at all: where not, whoever offers something by mail offers something else.
    package var isConfigured: Bool { host.settings[MailSettings.server] != nil }

    /// Seals a mail. `subject`: the person it is about; nil where it is nobody's but the organisation's. Throws what the keyring throws.
    package func letter(_ message: MailMessage, about subject: Identifier? = nil, in tenant: Identifier) async throws -> Letter {
        let owner = subject?.text ?? tenant.text
        let key = try await host.keyring.sealingKey(of: owner, in: tenant.text)
        let body = try key.seal(try message.bytes, as: Self.context(message.id, in: tenant), random: host.world.random)
        let job = try MailSending.kind.request(
            MailOrder(mail: message.id), in: tenant, priority: message.category.priority, host.world)
        return Letter(
            id: message.id, job: job.id, tenant: tenant, owner: owner, body: body, key: key, request: job, madeAt: message.madeAt)
    }

    /// Writes a mail down in a transaction of its own.
    package func post(_ message: MailMessage, about subject: Identifier? = nil, in tenant: Identifier) async throws {
        let letter = try await letter(message, about: subject, in: tenant)
        try await host.database.within(organisation: tenant.text).write { tx in try letter.post(tx) }
    }

    static func context(_ id: ID<MailMessage>, in tenant: Identifier) -> EntryContext {
        EntryContext(tenant: tenant.text, kind: "outgoing_mail", record: id.description, version: 1)
    }
}

/// A mail that is sealed and ready to be written down.
package struct Letter: Sendable {
    package let id: ID<MailMessage>
    /// The job that sends it.
    package let job: ID<Job>
    let tenant: Identifier
    let owner: String
    let body: [UInt8]
    let key: SubjectKey
    let request: JobRequest
    let madeAt: Instant

    /// In a transaction of its organisation's. Throws `Failure(.conflict)` where the person was erased meanwhile.
    package func post(_ tx: borrowing Transaction) throws {
        try key.requireStanding(tx)
        try tx.execute(
            """
            INSERT INTO outgoing_mail (id, tenant, subject, created_at, body) VALUES (\(id), \(tenant), \(owner), \(madeAt), \(body))
            """)
        try request.enqueue(tx)
    }
}
