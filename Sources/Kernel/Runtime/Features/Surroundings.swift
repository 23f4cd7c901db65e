import Base
import Web

/// A port that every feature with pages has: what stands around them.
package struct Surroundings: Sendable {
    /// Who looks, where they can go, the way out.
    package let shell: @Sendable (_ call: Call) async throws -> Shell

    package init(shell: @escaping @Sendable (_ call: Call) async throws -> Shell) { self.shell = shell }

    package static let shape = PortShape(
        "surroundings",
        Text(es: "qué rodea las páginas: quién mira y por dónde se sale", en: "what stands around pages: who looks, and the way out"),
        fallback: Text(es: "páginas sin menú", en: "pages without a menu"))

    /// Nothing but the name of the program.
    package static let none = Surroundings { _ in Shell() }
}
