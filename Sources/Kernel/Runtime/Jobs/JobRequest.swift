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
    /// Of several with one key the first is taken.
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
