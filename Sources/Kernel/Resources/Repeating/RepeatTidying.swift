import Access
import Base
import Records
import Runtime
import Store

/// Removes answers that are no longer remembered: once an hour, organisation by organisation.
package struct RepeatTidying: Sendable {
    private let host: FeatureHost

    package init(_ host: FeatureHost) { self.host = host }

    /// It concerns every organisation.
    private struct Order: Codable, Sendable {}

    private static let title = Text(es: "Olvidar respuestas viejas", en: "Forget old answers")
    private static let kind = JobKind<Order>("repeats.tidy", title, limits: JobLimits { $0.priority = .bulk })
    /// The most rows of one statement, so that no write is long.
    private static let most = 5_000

    package var job: JobHandler {
        Self.kind.handler { _, _ in
            try await tidy()
            return .done
        }
    }

    package var schedule: Schedule {
        Schedule("repeats.tidy", Self.title, .hourly(minute: 17)) { [host] _ in try Self.kind.request(Order(), in: nil, host.world) }
    }

    /// Begun again it finds less to do.
    package func tidy() async throws {
        let oldest = host.world.now() - RepeatedRequests.age
        for organisation in try await Organisations.all(in: host.database) {
            var removed = 0
            repeat {
                removed = try await host.database.within(organisation: organisation).write { tx in
                    try tx.execute(
                        """
                        DELETE FROM idempotent_answers WHERE slot IN (
                            SELECT slot FROM idempotent_answers WHERE tenant = \(organisation) AND created_at <= \(oldest) LIMIT \(Self.most))
                        """)
                }
            } while removed == Self.most
        }
    }
}
