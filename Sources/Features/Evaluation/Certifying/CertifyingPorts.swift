import Access
import Base
import Records
import Runtime
import Store
import Web

/// What certifying asks of others.
package struct CertifyingPorts: Sendable {
    /// Where the installation is reached from outside, without a slash at the end.
    let place: String
    /// Throws `Problem(.forbidden, "step_up_needed")` where whoever signs has not proved for a while who they are.
    let proof: @Sendable (Caller) async throws -> Void
    /// The page on which one proves it, that leads to a place afterwards.
    let provingPage: @Sendable (_ next: String) -> String
    /// The roles that a member of an organisation has now, as a transaction sees it; nil for who is none.
    let roles: @Sendable (Identifier, Identifier, borrowing Transaction) throws -> Set<RoleName>?
    /// Signs the journal.
    let checkpoints: @Sendable () async throws -> Checkpoints
    /// A text as a QR code; nil for one that is too long.
    let qr: @Sendable (String) -> QRMatrix?

    package init(
        place: String, proof: @escaping @Sendable (Caller) async throws -> Void,
        provingPage: @escaping @Sendable (_ next: String) -> String,
        roles: @escaping @Sendable (Identifier, Identifier, borrowing Transaction) throws -> Set<RoleName>?,
        checkpoints: @escaping @Sendable () async throws -> Checkpoints, qr: @escaping @Sendable (String) -> QRMatrix? = { _ in nil }
    ) {
        self.place = place
        self.proof = proof
        self.provingPage = provingPage
        self.roles = roles
        self.checkpoints = checkpoints
        self.qr = qr
    }

    /// Nobody is a member of anything, so that nobody certifies.
    package static let none = CertifyingPorts(
        place: "http://localhost:8080", proof: { _ in }, provingPage: { $0 }, roles: { _, _, _ in nil },
        checkpoints: {
            throw Failure(
                .unavailable, "journal_not_signed",
                Text(
                    es: "Aquí nadie firma el diario: no se puede certificar.",
                    en: "Nobody signs the journal here: certifying is not possible.")
            )
        })

    static let shapes = [
        PortShape(
            "place", Text(es: "dónde se llega a la instalación", en: "where the installation is reached"),
            fallback: Text(es: "la raíz lo dice siempre", en: "the root always says it")),
        PortShape(
            "proof", Text(es: "que quien firma acaba de probar quién es", en: "that whoever signs has just proved who they are"),
            fallback: Text(es: "la raíz lo comprueba siempre", en: "the root always checks it")),
        PortShape(
            "roles", Text(es: "qué roles tiene alguien ahora mismo", en: "which roles somebody has at this moment"),
            fallback: Text(es: "nadie puede certificar", en: "nobody can certify")),
        PortShape(
            "checkpoints", Text(es: "firmar el estado del diario", en: "sign what the journal has come to"),
            fallback: Text(es: "nadie puede certificar", en: "nobody can certify")),
        PortShape(
            "qr", Text(es: "dibujar un código QR", en: "draw a QR code"),
            fallback: Text(es: "el informe lleva la dirección escrita", en: "the report has the address in writing")),
    ]
}
