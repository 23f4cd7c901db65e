import Access
import Base
import HTTPTypes
import Web

/// What the installation's operator does about accounts, for programs: `/api/v1/accounts/…`.
struct AccountRoutes: Sendable {
    let parts: IdentityParts

    var all: [Route] { [disable, enable] }

    private static let account = Parameter.id("account", Text(es: "El identificador de la cuenta.", en: "The account's id."))

    private var disable: Route {
        Route(
            .post, "/api/v1/accounts/{account}/disable", "account.disable",
            Text(es: "Cerrar una cuenta: deja de entrar, enseguida.", en: "Close an account: it comes in no more, at once."),
            access: .permission(IdentityParts.accountChange), parameters: [Self.account.shape], answers: [.done], refusals: [.conflict],
            repeating: .harmless
        ) { call in
            try await parts.setDisabled(true, try Identifier(call.value(Self.account)), by: try call.signedIn())
            return .done
        }
    }

    private var enable: Route {
        Route(
            .post, "/api/v1/accounts/{account}/enable", "account.enable",
            Text(es: "Volver a abrir una cuenta cerrada.", en: "Open a closed account again."),
            access: .permission(IdentityParts.accountChange), parameters: [Self.account.shape], answers: [.done], refusals: [.conflict],
            repeating: .harmless
        ) { call in
            try await parts.setDisabled(false, try Identifier(call.value(Self.account)), by: try call.signedIn())
            return .done
        }
    }
}
