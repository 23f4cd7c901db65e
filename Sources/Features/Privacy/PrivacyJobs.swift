import Access
import Base
import Records
import Runtime
import Store

/// The payload of a telling: references, and no content.
struct NotifyOrder: Codable, Sendable {
    enum What: String, Codable, Sendable { case taken, reviewed }

    let person: String
    /// The record of the access.
    let access: String
    let what: What
}

/// The payload of a copy: where it is to stand.
struct ExportOrder: Codable, Sendable {
    let export: ID<OwnDataExports>
}

/// The payload of an erasure.
struct EraseOrder: Codable, Sendable {
    let wish: ID<ErasureRequests>
    let person: String
}

/// The payload of what concerns every organisation.
struct EveryOrganisationOrder: Codable, Sendable {}

/// What the feature does outside of transactions.
struct PrivacyJobs: Sendable {
    private let feature: PrivacyFeature

    init(_ feature: PrivacyFeature) { self.feature = feature }

    static let notifying = JobKind<NotifyOrder>(
        "privacy.notify", Text(es: "Avisar de un acceso de emergencia", en: "Tell of access in an emergency"))
    static let exporting = JobKind<ExportOrder>(
        "privacy.export", Text(es: "Preparar la copia de los datos de una persona", en: "Make the copy of a person's data"),
        limits: JobLimits { $0.time = .seconds(1_800) })
    static let erasing = JobKind<EraseOrder>(
        "privacy.erase", Text(es: "Borrar a una persona que lo pidió", en: "Erase a person who asked for it"),
        limits: JobLimits { $0.mostTries = 20 })
    private static let looking = JobKind<EveryOrganisationOrder>(
        "privacy.erase_due", lookingTitle, limits: JobLimits { $0.priority = .bulk })
    private static let tidying = JobKind<EveryOrganisationOrder>("privacy.tidy", tidyingTitle, limits: JobLimits { $0.priority = .bulk })
    private static let lookingTitle = Text(es: "Ver a quién toca borrar", en: "See who is to be erased")
    private static let tidyingTitle = Text(es: "Quitar copias vencidas", en: "Remove copies that are over")

    var handlers: [JobHandler] {
        [
            Self.notifying.handler { run, order in try await notify(order, run) },
            Self.exporting.handler { run, order in
                guard let tenant = run.tenant else { return .done }
                return try await feature.exports.make(order.export, in: tenant)
            },
            Self.erasing.handler { run, order in
                guard let tenant = run.tenant else { return .done }
                return try await feature.erasures.erase(order, in: tenant)
            },
            Self.looking.handler { _, _ in try await look() },
            Self.tidying.handler { _, _ in
                for name in try await Organisations.all(in: feature.host.database) {
                    try await feature.exports.tidy(in: try Identifier(name))
                }
                return .done
            },
        ]
    }

    var schedules: [Schedule] {
        let world = feature.host.world
        return [
            Schedule("privacy.erase_due", Self.lookingTitle, .hourly(minute: 23)) { _ in
                try Self.looking.request(EveryOrganisationOrder(), in: nil, world)
            },
            Schedule("privacy.tidy", Self.tidyingTitle, .hourly(minute: 53)) { _ in
                try Self.tidying.request(EveryOrganisationOrder(), in: nil, world)
            },
        ]
    }

    /// One job each, so that one who cannot be erased now holds nobody else up.
    private func look() async throws -> JobEnd {
        let host = feature.host
        for name in try await Organisations.all(in: host.database) {
            let tenant = try Identifier(name)
            // A job that failed for good is asked for again the next day.
            let day = host.world.now().description.prefix(10)
            let requests = try await feature.erasures.due(in: tenant).map { order in
                try Self.erasing.request(order, in: tenant, key: "\(order.wish)/\(day)", host.world)
            }
            guard !requests.isEmpty else { continue }
            try await host.database.write { tx in for request in requests { try request.enqueue(tx) } }
        }
        return .done
    }

    private func notify(_ order: NotifyOrder, _ run: JobRun) async throws -> JobEnd {
        guard let tenant = run.tenant else { return .done }
        let person = try Identifier(order.person)
        switch order.what {
        case .taken:
            let title = Text(es: "Se tomó acceso de emergencia", en: "Access was taken in an emergency")
            try await feature.ports.notices.tell(
                tenant,
                Notice(
                    id: "\(order.access)/taken/person", to: .account(person), title: title,
                    text: Text(
                        es: "Alguien de la clínica abrió sus datos en una emergencia. Vea quién, por qué y hasta cuándo en «Mis datos».",
                        en: "Somebody at the clinic opened your data in an emergency. See who, why and until when under “My data”."),
                    about: person, path: "/privacy"))
            try await feature.ports.notices.tell(
                tenant,
                Notice(
                    id: "\(order.access)/taken/reviewers", to: .holders(PrivacyFeature.reviewEmergency), title: title,
                    text: Text(
                        es: "Hay un acceso de emergencia por revisar: diga si estuvo justificado.",
                        en: "There is access in an emergency to be reviewed: say whether it was justified."),
                    about: person, path: "/privacy/reviews"))
        case .reviewed:
            try await feature.ports.notices.tell(
                tenant,
                Notice(
                    id: "\(order.access)/reviewed/person", to: .account(person),
                    title: Text(es: "Se revisó un acceso de emergencia", en: "Access in an emergency was reviewed"),
                    text: Text(
                        es: "La clínica revisó el acceso de emergencia a sus datos. Vea qué se dijo en «Mis datos».",
                        en: "The clinic reviewed the emergency access to your data. See what was said under “My data”."),
                    about: person, path: "/privacy"))
        }
        return .done
    }
}
