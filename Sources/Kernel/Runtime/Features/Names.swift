import Access
import Base

/// A port that several features have: how the people behind accounts are called.
package struct Names: Sendable {
    /// Of some accounts in an organisation, at most 400; those that have none are left out.
    package let names: @Sendable (_ accounts: Set<Identifier>, _ tenant: Identifier) async throws -> [Identifier: String]

    package init(names: @escaping @Sendable (_ accounts: Set<Identifier>, _ tenant: Identifier) async throws -> [Identifier: String]) {
        self.names = names
    }

    package static let shape = PortShape(
        "names", Text(es: "cómo se llama quien tiene una cuenta", en: "what whoever has an account is called"),
        fallback: Text(es: "se muestra el identificador de la cuenta", en: "the account's id is shown"))

    /// Nobody has a name.
    package static let none = Names { _, _ in [:] }
}
