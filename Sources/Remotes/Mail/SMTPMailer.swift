import Base
import MailFormat
import Runtime

/// Sends mail through a server, one connection a mail.
package struct SMTPMailer: Sendable {
    private let configuration: SMTPConfiguration

    package init(_ configuration: SMTPConfiguration) { self.configuration = configuration }

    package var mailer: Mailer {
        Mailer { message in
            do { try await deliver(message) } catch let fault as SMTPFault { throw fault.failure }
        }
    }

    /// Hands a mail over; `tell` hears of each step with the server's words, which are for an operator's eyes alone. Throws `SMTPFault`,
    /// and `CancellationError` where the task was cancelled.
    package func deliver(_ message: MailMessage, tell: @escaping @Sendable (SMTPStep, SMTPReply?) -> Void = { _, _ in }) async throws {
        let content = MailContent(message, from: configuration.from).bytes
        try await SMTPConversation(configuration: configuration, tell: tell).deliver(content, to: message.to)
    }
}
