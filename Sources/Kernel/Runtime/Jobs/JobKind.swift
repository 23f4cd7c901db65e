import Access
import Base
import Foundation
import Store

/// A kind of work that is done outside of transactions, after the one that asked for it: a side effect, something long.
///
/// ```swift
/// static let importing = JobKind<Import>("exercise_library.import", Text(…))
/// // asked for, in the transaction of what it follows from:
/// let request = try Self.importing.request(Import(file: id), in: tenant, world)
/// try await database.write { tx in … try request.enqueue(tx) }
/// // done, on whichever machine is free:
/// var jobs: [JobHandler] { [Self.importing.handler { run, payload in …; return .done }] }
/// ```
/// A payload holds references, never what is confidential: it stands in the database in clear.
package struct JobKind<Payload: Codable & Sendable>: Sendable {
    package let shape: JobShape

    /// `name` begins with the feature's and a dot.
    package init(_ name: String, _ title: Text, limits: JobLimits = JobLimits()) {
        shape = JobShape(name, title, limits)
    }

    /// A job to be written down by `JobRequest.enqueue`; fixed now, so that a closure that runs again asks for the same one. `tenant`
    /// nil: the installation's own. `moment`: not before. Of several with one `key` the first is taken and others are none, for as long
    /// as its row is kept (`jobs.kept` after its end).
    ///
    /// Throws `Failure(.fault)` for a payload of more than `JobShape.mostBytes`.
    package func request(
        _ payload: Payload, in tenant: Identifier?, notBefore moment: Instant? = nil, priority: JobPriority? = nil, key: String? = nil,
        _ world: World
    ) throws -> JobRequest {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        return try JobRequest(
            shape, payload: [UInt8](try encoder.encode(payload)), in: tenant, notBefore: moment, priority: priority, key: key, world)
    }

    /// Who does it. It may be done again where its outcome was lost, so whatever it does outside the database must bear that; what it
    /// writes into the database it returns as `JobEnd.writing`, which takes effect once.
    package func handler(_ run: @escaping @Sendable (JobRun, Payload) async throws -> JobEnd) -> JobHandler {
        JobHandler(shape: shape) { job, payload in
            let value: Payload
            do { value = try JSONDecoder().decode(Payload.self, from: Data(payload)) } catch {
                throw Failure.payloadUnreadable(job.kind)
            }
            return try await run(job, value)
        }
    }
}

/// A kind of job without the Swift type of its payload.
package struct JobShape: Sendable, Hashable {
    package let name: String
    /// As a page or an operator's list shows it.
    package let title: Text
    package let limits: JobLimits

    /// The most bytes of a payload, as JSON.
    package static let mostBytes = 8 << 10

    init(_ name: String, _ title: Text, _ limits: JobLimits) {
        precondition(Permission(name) != nil, "a job is named feature.what")
        self.name = name
        self.title = title
        self.limits = limits
    }
}

/// What a kind of job is held to.
package struct JobLimits: Sendable, Hashable {
    /// After so many tries that failed it is put among the dead letters.
    package var mostTries = 5
    /// How long a try may take; it is cancelled then, and counts as failed.
    package var time: Duration = .seconds(300)
    package var priority = JobPriority.normal
    /// The pause after the first try that failed; doubled after each, times chance between a half and one and a half.
    package var firstPause: Duration = .seconds(1)
    package var longestPause: Duration = .seconds(3600)

    package init(_ change: (inout JobLimits) -> Void = { _ in }) {
        change(&self)
        precondition((1...100).contains(mostTries) && time > .zero && firstPause > .zero && longestPause >= firstPause, "limits of a job")
    }
}

/// Which jobs come first. Within one priority organisations take turns.
package enum JobPriority: Int, Sendable, Hashable, CaseIterable, Comparable {
    /// Somebody waits for it.
    case urgent = 0
    case normal = 1
    /// Whenever there is nothing else.
    case bulk = 2

    package static func < (one: JobPriority, other: JobPriority) -> Bool { one.rawValue < other.rawValue }
}

extension JobLimits {
    /// How long to wait after so many tries that failed, from 1.
    func pause(after tries: Int, _ random: Randomness) -> Duration {
        let doubled = firstPause * Double(1 << min(max(tries, 1) - 1, 40))
        let chance = 0.5 + Double(random.next() >> 11) * 0x1p-53
        return min(doubled, longestPause) * chance
    }

    /// No pause is longer.
    var mostPause: Duration { longestPause * 1.5 }
}

/// Who does the jobs of a kind.
package struct JobHandler: Sendable {
    package let shape: JobShape
    let run: @Sendable (JobRun, [UInt8]) async throws -> JobEnd
}

/// How a job ends well.
package struct JobEnd: Sendable {
    /// Runs in the transaction that marks the job as done: it takes effect once, however often the job was begun. Pure, as any write
    /// closure. The transaction is the job's organisation's.
    let write: (@Sendable (borrowing Transaction) throws -> Void)?

    package static let done = JobEnd(write: nil)

    package static func writing(_ body: @escaping @Sendable (borrowing Transaction) throws -> Void) -> JobEnd { JobEnd(write: body) }
}

/// Names a job.
package enum Job {}

/// One try at a job, for whoever does it.
package struct JobRun: Sendable {
    package let id: ID<Job>
    package let kind: String
    /// nil: the installation's own.
    package let tenant: Identifier?
    /// From 1.
    package let attempt: Int
    package let mostTries: Int
    /// Says how far it is, from 0 to 1, and what it does now, for whoever watches. Written down at most four times a second; never
    /// holds the job up, and never fails it.
    package let report: @Sendable (_ progress: Double, _ doing: Text) -> Void

    package init(
        id: ID<Job>, kind: String, tenant: Identifier?, attempt: Int, mostTries: Int,
        report: @escaping @Sendable (_ progress: Double, _ doing: Text) -> Void
    ) {
        self.id = id
        self.kind = kind
        self.tenant = tenant
        self.attempt = attempt
        self.mostTries = mostTries
        self.report = report
    }
}

extension Failure {
    fileprivate static func payloadUnreadable(_ kind: String) -> Failure {
        Failure(
            .invalid, "job_payload",
            Text(
                es: "Este programa no entiende los datos del trabajo \(kind): los escribió otra versión; use esa, o cancélelo.",
                en: "This program does not understand the payload of the job \(kind): another version wrote it; use that one, or cancel it."
            ))
    }
}
