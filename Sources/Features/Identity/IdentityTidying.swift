import Access
import Base
import Runtime
import Store

/// What identity does by the clock: rows that nobody needs any more go, and once a month another key signs.
struct IdentityTidying: Sendable {
    let parts: IdentityParts

    private struct Order: Codable, Sendable {}

    private static let tidy = JobKind<Order>(
        "identity.tidy", Text(es: "Quitar sesiones y enlaces viejos", en: "Remove old sessions and links"))
    private static let rotate = JobKind<Order>(
        "identity.rotate_key", Text(es: "Cambiar la clave que firma", en: "Rotate the key that signs"))

    /// Ended sessions are shown to nobody; they are kept a month for whoever asks what happened.
    private static let age: Duration = .seconds(30 * 86_400)

    var handlers: [JobHandler] {
        [
            Self.tidy.handler { [parts] _, _ in
                let now = parts.host.world.now()
                return .writing { tx in
                    try tx.execute("DELETE FROM identity_sessions WHERE ends_at < \(now - Self.age)")
                    try tx.execute("DELETE FROM identity_links WHERE expires_at < \(now - Self.age)")
                    try tx.execute("DELETE FROM identity_attempts WHERE last_at < \(now - AttemptBudget.memory)")
                    try tx.execute("DELETE FROM identity_revocations WHERE at < \(now - .seconds(2 * 86_400))")
                    try FactorTables.tidy(at: now, tx)
                }
            },
            Self.rotate.handler { [parts] _, _ in
                try await parts.signer.rotate()
                return .done
            },
        ]
    }

    var schedules: [Schedule] {
        let world = parts.host.world
        return [
            Schedule(
                "identity.tidy", Text(es: "Quitar sesiones y enlaces viejos", en: "Remove old sessions and links"),
                .daily(hour: 3, minute: 50)
            ) { _ in try Self.tidy.request(Order(), in: nil, world) },
            Schedule(
                "identity.rotate_key", Text(es: "Cambiar la clave que firma", en: "Rotate the key that signs"),
                .monthly(day: 1, hour: 4, minute: 10)
            ) { _ in try Self.rotate.request(Order(), in: nil, world) },
        ]
    }
}
