import Base
import Runtime
import Store

/// The runtime's own work: jobs that ended long ago are removed.
struct Housekeeping: Feature {
    static let manifest = Manifest(
        "jobs", Text(es: "Trabajos", en: "Jobs"),
        purpose: Text(es: "El trabajo que se hace fuera de las transacciones.", en: "The work that is done outside of transactions."),
        tables: ["jobs"], migrations: JobTables.migrations.migrations)

    /// Needs to know nothing.
    private struct Nothing: Codable {}

    private static let purge = JobKind<Nothing>(
        "jobs.purge", Text(es: "Quitar los trabajos que terminaron hace tiempo", en: "Remove jobs that ended long ago"),
        limits: JobLimits { $0.priority = .bulk })

    private let host: Host

    init(_ host: Host) { self.host = host }

    var jobs: [JobHandler] {
        [
            Self.purge.handler { [host] _, _ in
                try await JobQueue(host.database, host.world).purge(olderThan: JobSettings(host.settings).kept)
                return .done
            }
        ]
    }

    var schedules: [Schedule] {
        [
            Schedule("jobs.purge", Self.purge.shape.title, .hourly(minute: 17), missed: .skip) { [host] _ in
                try Self.purge.request(Nothing(), in: nil, host.world)
            }
        ]
    }
}
