import Base
import Synchronization

/// Hands a mail to whoever delivers it. Which one is chosen at boot, from the address of the server (`mail.server`).
package struct Mailer: Sendable {
    /// Whether there is anybody behind it.
    package let isConfigured: Bool
    /// Returns once the other side has taken responsibility for the mail. Throws `Failure`: `.invalid` where it will never take it,
    /// `.unavailable` or `.outcomeUnknown` where trying again may help. No message of a failure holds anything of the mail.
    package let send: @Sendable (MailMessage) async throws -> Void

    package init(isConfigured: Bool = true, send: @escaping @Sendable (MailMessage) async throws -> Void) {
        self.isConfigured = isConfigured
        self.send = send
    }

    /// Where no server is set: it refuses and writes that down, so that an operator sees what is missing.
    package static func absent(_ log: Log) -> Mailer {
        Mailer(isConfigured: false) { message in
            log.warning(
                "mail not sent", ["mail": .id(message.id), "category": .public(message.category.rawValue), "code": "mail_not_configured"])
            throw Failure.mailNotConfigured
        }
    }
}

/// Keeps what it is given, for tests.
package final class MemoryMailer: Sendable {
    private struct State {
        var sent: [MailMessage] = []
        var failures: [Failure] = []
    }

    private let state = Mutex(State())
    private let most: Int

    /// Keeps the last `most`.
    package init(most: Int = 1_000) { self.most = most }

    /// Those that were taken, in order.
    package var sent: [MailMessage] { state.withLock { $0.sent } }

    /// The next mails are refused like this, one each.
    package func refuse(_ failures: Failure...) { state.withLock { $0.failures += failures } }

    package var mailer: Mailer {
        Mailer { [self] message in
            let failure: Failure? = state.withLock { state in
                guard state.failures.isEmpty else { return state.failures.removeFirst() }
                state.sent.append(message)
                if state.sent.count > most { state.sent.removeFirst(state.sent.count - most) }
                return nil
            }
            if let failure { throw failure }
        }
    }
}

extension Failure {
    /// No server is set.
    package static let mailNotConfigured = Failure(
        .unavailable, "mail_not_configured",
        Text(
            es: "El correo no está configurado: defina mail.server y mail.from.",
            en: "Mail is not configured: set mail.server and mail.from."))
}
