import Access
import Base
import HTTPTypes
import Markup
import Records
import Runtime
import Web

/// The pages: «Mis datos» for everybody, access in emergencies for clinicians, reviews for administrators. All of it works without script.
struct PrivacyPages: Sendable {
    let feature: PrivacyFeature

    init(_ feature: PrivacyFeature) { self.feature = feature }

    var all: [Route] { ownPages + emergencyPages + reviewPages }

    static let done = Parameter.choice(
        "done", in: .query, Done.allCases.map(\.rawValue), Text(es: "Lo que se acaba de hacer.", en: "What was just done."))

    /// What was just done, said once above the page that comes next.
    enum Done: String, CaseIterable {
        case consents, export, erasure, kept, taken, ended, reviewed

        var notice: Text {
            switch self {
            case .consents: Text(es: "Sus decisiones quedaron guardadas.", en: "Your decisions were saved.")
            case .export:
                Text(
                    es: "Estamos preparando la copia: vuelva a esta página en unos minutos.",
                    en: "The copy is being made: come back to this page in some minutes.")
            case .erasure: Text(es: "Quedó anotado que quiere que se borren sus datos.", en: "It was noted that you want your data erased.")
            case .kept: Text(es: "Sus datos se conservan.", en: "Your data are kept.")
            case .taken:
                Text(
                    es: "Ya tiene acceso. La persona será avisada, y alguien lo revisará.",
                    en: "You have access now. The person will be told, and somebody will review it.")
            case .ended: Text(es: "El acceso terminó.", en: "The access is over.")
            case .reviewed: Text(es: "Su revisión quedó guardada.", en: "Your review was saved.")
            }
        }
    }

    func notice(_ call: Call) throws -> Text? { try call.optional(Self.done).flatMap { Done(rawValue: $0)?.notice } }

    /// What a form sent.
    static func form(_ call: Call) throws -> Query { try Query(String(decoding: call.body, as: UTF8.self)) }

    /// Forms that come back with what was typed and what is wrong with it; what no form could send is a problem document.
    static let returned = ["text/html", "application/problem+json"].map { type in
        AnswerShape(422, Text(es: "Falta corregir algo.", en: "Something needs correcting."), .other(type))
    }

    static let seen = AnswerShape(303, Text(es: "Hecho; siga en la página.", en: "Done; go on with the page."))

    /// How accounts are called on a page; the id of those who have no name.
    func names(of accounts: some Sequence<String>, in tenant: Identifier) async throws -> AccountNames {
        let ids = try Set(Set(accounts).sorted().prefix(400).map { try Identifier($0) })
        return AccountNames(names: try await feature.ports.names.names(ids, tenant))
    }

    /// What a kind of record is called on a page.
    func title(of kind: String) -> Text {
        switch kind {
        case Consent.kind.shape.name: Text(es: "Consentimientos", en: "Consents")
        case EmergencyAccess.kind.shape.name: Text(es: "Accesos de emergencia", en: "Emergency access")
        case "subject": Text(es: "Todo lo que se sabe de la persona", en: "All that is known about the person")
        case "own_data": Text(es: "Una copia de los datos", en: "A copy of the data")
        default: feature.ports.records.title(kind) ?? Text(verbatim: kind.replacing("_", with: " "))
        }
    }
}

/// Names by account.
struct AccountNames: Sendable {
    let names: [Identifier: String]

    subscript(account: String) -> String {
        if account.hasPrefix("feature:") { return "Zancada (\(account.dropFirst(8)))" }
        return names.first { $0.key.text == account }?.value ?? account
    }
}

extension EntrySeen {
    /// What was done, as a page says it.
    var title: Text {
        switch verb {
        case "read": Text(es: "Leyó", en: "Read")
        case "listed": Text(es: "Vio en una lista", en: "Saw in a list")
        case "exported": Text(es: "Sacó una copia", en: "Took a copy")
        case "created": Text(es: "Escribió", en: "Wrote")
        case "updated": Text(es: "Cambió", en: "Changed")
        case "deleted": Text(es: "Borró", en: "Deleted")
        case "restored": Text(es: "Restauró", en: "Restored")
        case "denied": Text(es: "Quiso leer y no pudo", en: "Wanted to read and could not")
        default: Text(verbatim: verb)
        }
    }
}
