import Access
import Base
import Store

/// A job as it will be written down: id and times are fixed, so that a write closure may run again.
package struct JobRequest: Sendable {
    package let id: ID<Job>
    package let kind: String
    /// nil: the installation's own.
    package let tenant: Identifier?
    /// JSON.
    package let payload: [UInt8]
    package let priority: JobPriority
    /// Not before this moment.
    package let notBefore: Instant
    package let mostTries: Int
    /// Of several of a kind and organisation with one key the first is taken.
    package let key: String?
    package let createdAt: Instant

    init(
        _ shape: JobShape, payload: [UInt8], in tenant: Identifier?, notBefore moment: Instant?, priority: JobPriority?, key: String?,
        _ world: World
    ) throws(Failure) {
        guard payload.count <= JobShape.mostBytes, (key?.utf8.count ?? 1) <= 200 else { throw .payloadTooLarge(shape.name) }
        id = world.id()
        kind = shape.name
        self.tenant = tenant
        self.payload = payload
        self.priority = priority ?? shape.limits.priority
        createdAt = world.now()
        notBefore = moment ?? createdAt
        mostTries = shape.limits.mostTries
        self.key = key
    }

    private init(_ request: JobRequest, key: String) {
        id = request.id
        kind = request.kind
        tenant = request.tenant
        payload = request.payload
        priority = request.priority
        notBefore = request.notBefore
        mostTries = request.mostTries
        self.key = key
        createdAt = request.createdAt
    }

    /// The same under a key, unless it has one.
    func keyed(_ key: String) -> JobRequest { self.key == nil ? JobRequest(self, key: key) : self }

    /// Writes the job down in the transaction of what it follows from. False where one of its kind and organisation has its key
    /// already, whatever became of that one, or where this very request was written before.
    @discardableResult
    package func enqueue(_ tx: borrowing Transaction) throws -> Bool {
        let state: JobState = notBefore > createdAt ? .waiting : .ready
        let written = try tx.execute(
            """
            INSERT INTO jobs (id, tenant, kind, payload, priority, state, not_before, attempts, most_tries, claim, unique_key, created_at)
            VALUES (\(id), \(JobTenant.text(tenant)), \(kind), \(String(decoding: payload, as: UTF8.self)), \(priority), \(state),
                \(notBefore), 0, \(mostTries), 0, \(key), \(createdAt))
            ON CONFLICT DO NOTHING
            """)
        if written > 0 { try tx.notify(JobTables.channel) }
        return written > 0
    }
}

extension Failure {
    fileprivate static func payloadTooLarge(_ kind: String) -> Failure {
        Failure(
            .fault, "job_payload_too_large",
            Text(
                es: "El trabajo \(kind) lleva demasiados datos: debe llevar referencias; avise a quien mantiene el programa.",
                en: "The job \(kind) carries too much: it should carry references; tell whoever maintains the program."))
    }
}
