import Access
import Base
import HTTPTypes
import Markup
import Runtime
import Web

/// The pages of second factors: the second step of signing in, which ones an account has, and proving anew before something delicate. All but
/// passkeys, which browsers offer to scripts alone, works without script.
struct FactorPages: Sendable {
    let parts: IdentityParts

    var pages: IdentityPages { IdentityPages(parts: parts) }
    var desk: FactorDesk { FactorDesk(parts: parts) }
    var factors: SecondFactors { parts.factors }

    var all: [Route] {
        signInPages + provePages + [overview] + authenticatorPages + sentCodePages + passkeyPages + recoveryPages + removalPages
    }

    static let method = Parameter.choice(
        "method", in: .query, SecondFactorMethod.allCases.map(\.rawValue), Text(es: "Con qué método.", en: "By which method."))
    static let sent = Parameter.choice("sent", in: .query, ["yes"], Text(es: "Ya se envió un código.", en: "A code was sent."))
    static let answerFields: [Schema.Member] = [
        .init("method", .choice(SecondFactorMethod.allCases.map(\.rawValue))), .init("code", .text(1...100), isRequired: false),
        .init("ceremony", .id, isRequired: false), .init("credential", .text(1...16_384), isRequired: false),
        .init("next", .text(1...2_000), isRequired: false),
    ]
    static let sendFields: [Schema.Member] = [FactorSchemas.sending, .init("next", .text(1...2_000), isRequired: false)]

    /// `/account/second-factors/app`.
    static func place(_ rest: String) -> String { "\(SecondFactorPlace.account)/\(rest)" }

    /// A page of one of one's factors, under one's account. `isDelicate`: whoever proved who they are long ago does so first.
    func page(_ call: Call, _ title: Text, _ content: (Interface) -> HTML) async throws -> HTML {
        try await pages.page(call, title, at: call.method == .get ? nil : SecondFactorPlace.account) { ui in
            """
            \(ui.breadcrumbs(
                [
                    (Text(es: "Mi cuenta", en: "My account"), "/account"),
                    (Text(es: "Segundo paso", en: "Second step"), SecondFactorPlace.account),
                ], here: title))
            \(content(ui))
            """
        }
    }

    /// Whoever changes their factors proved a short while ago who they are.
    func proved(_ call: Call) async throws -> Account {
        let caller = try call.signedIn().caller
        try await parts.stepUp.require(caller)
        return try await desk.account(of: caller)
    }

    /// Back at the list, with what was done.
    static func listed(_ done: Done) -> Reply { .see(IdentityPages.path(SecondFactorPlace.account, done: done)) }

    /// A field for a code that was sent, or is shown elsewhere.
    func codeField(_ ui: Interface, _ state: FormState, _ label: Text, hint: Text? = nil) -> HTML {
        ui.textField(FormField("code", label, hint: hint), state, .code, width: .short)
    }

    /// Said at the field: of whoever tries again at once.
    static func fault(_ failure: Failure, at field: String) -> InvalidInput {
        InvalidInput(faults: [FieldFault("/\(field)", failure.code, failure.message)])
    }
}
