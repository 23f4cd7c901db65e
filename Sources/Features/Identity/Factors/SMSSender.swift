import Base
import Runtime

/// A port: what identity asks of whoever sends text messages.
package struct SMSSender: Sendable {
    /// Returns once the message was taken, within 30 seconds; throws where it was not. No message of a failure holds anything of it.
    package let send: @Sendable (_ number: PhoneNumber, _ text: String) async throws -> Void

    package init(send: @escaping @Sendable (_ number: PhoneNumber, _ text: String) async throws -> Void) {
        self.send = send
    }

    package static let shape = PortShape(
        "sms",
        Text(es: "quién envía mensajes de texto con códigos", en: "who sends text messages with codes"),
        fallback: Text(
            es: "los códigos por mensaje de texto no se ofrecen; los demás métodos, sí",
            en: "codes by text message are not offered; other methods are"))
}
