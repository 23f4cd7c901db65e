import Access
import Base
import Keys
import Records
import Store

/// The payload of a sending: where the mail stands.
struct MailOrder: Codable, Sendable {
    let mail: ID<MailMessage>
}

/// Sends what stands in the outbox, and clears away what was never sent.
package struct MailSending: Sendable {
    private let host: FeatureHost
    private let mailer: Mailer

    package init(_ host: FeatureHost, _ mailer: Mailer) {
        self.host = host
        self.mailer = mailer
    }

    /// It concerns every organisation.
    private struct TidyOrder: Codable, Sendable {}

    /// Ten tries within three quarters of an hour: longer than servers hold off who they do not know (RFC 6647, 4.2), shorter than
    /// anybody waits for a code.
    static let kind = JobKind<MailOrder>(
        "mail.send", Text(es: "Enviar un correo", en: "Send a mail"),
        limits: JobLimits {
            $0.mostTries = 10
            // Every step of a conversation at its slowest.
            $0.time = .seconds(450)
            $0.firstPause = .seconds(5)
            $0.priority = .urgent
        })
    private static let tidying = JobKind<TidyOrder>("mail.tidy", tidyTitle, limits: JobLimits { $0.priority = .bulk })
    private static let tidyTitle = Text(es: "Quitar correos que no salieron", en: "Remove mail that was not sent")
    /// How long a mail that could not be sent is kept, so that an operator can have it tried again.
    package static let age: Duration = .seconds(3 * 86_400)
    private static let most = 1_000

    package var jobs: [JobHandler] {
        [
            Self.kind.handler { run, order in try await send(order.mail, run) },
            Self.tidying.handler { _, _ in
                try await tidy()
                return .done
            },
        ]
    }

    package var schedule: Schedule {
        Schedule("mail.tidy", Self.tidyTitle, .hourly(minute: 41)) { [host] _ in try Self.tidying.request(TidyOrder(), in: nil, host.world)
        }
    }

    /// A mail that is gone was sent, or is not to be sent. It is taken off the table together with the mark that the job is done; where
    /// the program ends between the server's word and that commit, it goes out again under the same Message-ID.
    private func send(_ id: ID<MailMessage>, _ run: JobRun) async throws -> JobEnd {
        guard let tenant = run.tenant, let kept = try await kept(id, in: tenant) else { return .done }
        let removal = JobEnd.writing { tx in try tx.execute("DELETE FROM outgoing_mail WHERE id = \(id) AND tenant = \(tenant)") }
        guard let keys = try await host.keyring.keys(of: kept.owner, in: tenant.text) else { return removal }
        let message = try MailMessage(bytes: try keys.open(kept.body, as: MailOutbox.context(id, in: tenant)))
        if let expiry = message.expiresAt, expiry <= host.world.now() { throw Failure.mailExpired }
        let begun = host.world.elapsed()
        do { try await mailer.send(message) } catch {
            host.log.warning(
                "mail not sent",
                [
                    "mail": .id(id), "category": .public(message.category.rawValue), "attempt": .count(run.attempt),
                    "failure": .error(error),
                ])
            throw error
        }
        host.log.info(
            "mail sent",
            [
                "mail": .id(id), "category": .public(message.category.rawValue), "attempt": .count(run.attempt),
                "took": .duration(host.world.elapsed() - begun),
            ])
        return removal
    }

    private func kept(_ id: ID<MailMessage>, in tenant: Identifier) async throws -> (owner: String, body: [UInt8])? {
        try await host.database.within(organisation: tenant.text).first(
            "SELECT subject, body FROM outgoing_mail WHERE id = \(id) AND tenant = \(tenant)"
        ) { row in (owner: try row["subject"] as String, body: try row["body"] as [UInt8]) }
    }

    /// Begun again it finds less to do.
    package func tidy() async throws {
        let oldest = host.world.now() - Self.age
        // Those that are no organisation to anybody else have keys, and may have mail.
        let keyed = try host.keyring.folder.organisations()
        for organisation in Set(try await Organisations.all(in: host.database)).union(keyed).sorted() {
            var removed = 0
            repeat {
                removed = try await host.database.within(organisation: organisation).write { tx in
                    try tx.execute(
                        """
                        DELETE FROM outgoing_mail WHERE id IN (
                            SELECT id FROM outgoing_mail WHERE tenant = \(organisation) AND created_at <= \(oldest) LIMIT \(Self.most))
                        """)
                }
            } while removed == Self.most
        }
    }
}

extension Failure {
    fileprivate static let mailExpired = Failure(
        .invalid, "mail_expired",
        Text(
            es: "El correo no pudo salir mientras servía de algo: pídase de nuevo lo que llevaba.",
            en: "The mail could not be sent while it was of any use: ask again for what it held."))
}
