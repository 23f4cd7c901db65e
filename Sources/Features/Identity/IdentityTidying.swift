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
    private static let unconfirmedAge: Duration = .seconds(7 * 86_400)
    /// In one transaction, and in one order to take the rest away.
    private static let mostUnconfirmed = 1_000
    private static let mostInOrder = 100

    var handlers: [JobHandler] {
        [
            Self.tidy.handler { [parts] _, _ in
                let now = parts.host.world.now()
                let world = parts.host.world
                return .writing { tx in
                    try Self.forgetUnconfirmed(at: now, tx, world)
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

    /// Accounts whose address was never confirmed, a week after the last mail that asked for it: somebody else's address, perhaps. Of two
    /// tidyings, and of one and a confirmation, each row is one's alone.
    private static func forgetUnconfirmed(at now: Instant, _ tx: borrowing Transaction, _ world: World) throws {
        let gone = try tx.rows(
            """
            DELETE FROM identity_accounts WHERE id IN (
                SELECT id FROM identity_accounts AS accounts
                WHERE confirmed_at IS NULL AND created_at < \(now - unconfirmedAge) AND NOT EXISTS (
                    SELECT 1 FROM identity_links AS links
                    WHERE links.account = accounts.id AND links.purpose = 'confirm' AND links.created_at >= \(now - unconfirmedAge))
                ORDER BY created_at LIMIT \(mostUnconfirmed)
            ) RETURNING id
            """
        ) { try $0["id"] as Identifier }
        for first in stride(from: 0, to: gone.count, by: mostInOrder) {
            try AccountForgetting.rest(of: Array(gone[first..<min(first + mostInOrder, gone.count)]), world).enqueue(tx)
        }
        // The rest at once, not tomorrow.
        if gone.count == mostUnconfirmed { try tidy.request(Order(), in: nil, world).enqueue(tx) }
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
