import ArgumentParser
import Base
import Mail
import MailFormat
import Runtime
import Synchronization

/// `zancada mail`: whether mail goes out.
struct MailCommand: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "mail",
            abstract: phrase(es: "El correo que envía la plataforma.", en: "The mail that the platform sends."),
            subcommands: [TestMail.self])
    }
}

struct TestMail: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "test",
            abstract: phrase(
                es: "Envía un correo de prueba y dice, paso a paso, qué contesta el servidor.",
                en: "Sends a test mail and says, step by step, what the server answers."),
            discussion: phrase(
                es: """
                    Usa mail.server, mail.from y lo demás de mail.… (véase «zancada config»); no necesita la base de datos ni que el programa \
                    esté en marcha.
                    Códigos de salida: 0 el servidor tomó el correo · 65 dirección o configuración que no sirve, o rechazo definitivo · 69 no hay servidor, o no lo tomó esta vez · 74 no se sabe si lo tomó.
                    """,
                en: """
                    Uses mail.server, mail.from and the rest of mail.… (see 'zancada config'); needs neither the database nor the program at \
                    work.
                    Exit codes: 0 the server took the mail · 65 unusable address or configuration, or refused for good · 69 no server, or not taken this time · 74 nobody knows whether it was taken.
                    """))
    }

    @Argument(help: help(Text(es: "A quién se envía.", en: "Whom it is sent to.")))
    var address: String
    @OptionGroup(title: DatabaseOptions.title) var options: DatabaseOptions
    @OptionGroup var output: AnswerOptions

    func run() async throws {
        let world = World.live
        let recipient: MailAddress
        do { recipient = try MailAddress(address) } catch { throw error.failure }
        let settings = try options.settings
        guard let mailer = try MailDriver.smtp(settings) else { throw Failure.mailNotConfigured }
        let message = try Self.message(to: recipient, world)
        let steps = MailSteps(isShown: !output.json)
        let outcome: Result<Void, any Error>
        do {
            outcome = .success(try await mailer.deliver(message) { steps.tell($0, $1) })
        } catch let fault as SMTPFault {
            steps.fail(fault)
            outcome = .failure(fault.failure)
        }
        if output.json { try answer(steps.all, id: message.id, isSent: (try? outcome.get()) != nil) }
        try outcome.get()
        if !output.json {
            try Terminal.show(
                Text(
                    es: "El servidor tomó el correo \(message.id): mire si llega a su destino.\n",
                    en: "The server took the mail \(message.id): see whether it arrives.\n")(.chosen))
        }
    }

    private func answer(_ steps: [MailSteps.Step], id: ID<MailMessage>, isSent: Bool) throws {
        try Terminal.answer { json in
            json.object { json in
                json.member("sent", isSent)
                json.member("id", "\(id)")
                json.member(
                    "steps",
                    array: { json in
                        for step in steps {
                            json.object { json in
                                json.member("step", step.step.rawValue)
                                json.member("code", step.reply?.code)
                                json.member("said", step.reply?.lines.joined(separator: "\n"))
                            }
                        }
                    })
            }
        }
    }

    private static func message(to recipient: MailAddress, _ world: World) throws -> MailMessage {
        try MailMessage(
            to: recipient, in: .chosen, subject: Text(es: "Prueba de correo de Zancada", en: "A test mail from Zancada"),
            text: Text(
                es: """
                    Este correo lo pidió quien administra Zancada para comprobar que el correo sale: no hay que hacer nada.
                    Si lee bien estas letras, también salen bien: á é í ó ú ñ ¿ ¡.
                    """,
                en: """
                    Whoever runs Zancada asked for this mail, to see that mail goes out: there is nothing to do.
                    If you can read these letters, they go out well too: á é í ó ú ñ ¿ ¡.
                    """), .test, world)
    }
}

/// The steps of a sending as an operator sees them.
final class MailSteps: Sendable {
    struct Step: Sendable {
        let step: SMTPStep
        let reply: SMTPReply?
    }

    private let isShown: Bool
    private let steps = Mutex<[Step]>([])

    init(isShown: Bool) { self.isShown = isShown }

    var all: [Step] { steps.withLock { $0 } }

    /// What cannot be shown is no reason to break off.
    func tell(_ step: SMTPStep, _ reply: SMTPReply?) {
        steps.withLock { $0.append(Step(step: step, reply: reply)) }
        let said = reply.map { "  \($0.code) \($0.lines.joined(separator: " · ").prefix(200))" } ?? ""
        show("\(Self.title(step)(.chosen))\(said)\n")
    }

    /// Where it went wrong before anything was answered.
    func fail(_ fault: SMTPFault) {
        if case .refused = fault.reason { return }
        show("\(Self.title(fault.step)(.chosen))  ✗\n")
    }

    private func show(_ line: String) {
        guard isShown else { return }
        do { try Terminal.show(line) } catch { return }
    }

    private static func title(_ step: SMTPStep) -> Text {
        switch step {
        case .connect: Text(es: "conectar", en: "connect")
        case .greeting: Text(es: "saludo del servidor", en: "the server's greeting")
        case .hello: Text(es: "presentarse (EHLO)", en: "say who this is (EHLO)")
        case .startTLS: Text(es: "cifrar (STARTTLS)", en: "encrypt (STARTTLS)")
        case .secure: Text(es: "comprobar el certificado (TLS)", en: "check the certificate (TLS)")
        case .helloAgain: Text(es: "presentarse ya cifrado (EHLO)", en: "say it again, encrypted (EHLO)")
        case .authenticate: Text(es: "entrar (AUTH)", en: "sign in (AUTH)")
        case .sender: Text(es: "remitente (MAIL FROM)", en: "sender (MAIL FROM)")
        case .recipient: Text(es: "destinatario (RCPT TO)", en: "recipient (RCPT TO)")
        case .data: Text(es: "anunciar el correo (DATA)", en: "announce the mail (DATA)")
        case .content: Text(es: "entregar el correo", en: "hand the mail over")
        case .quit: Text(es: "despedirse (QUIT)", en: "take leave (QUIT)")
        }
    }
}
