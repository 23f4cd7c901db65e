import Access
import Base
import Certification
import Records
import Runtime
import Transparency

/// Certificates as they are handed out: with the proof that the journal tells of them, as soon as there can be one.
package struct Certificates: Sendable {
    private let host: FeatureHost
    private let ports: CertifyingPorts
    let rows: CertificateRows

    /// How long the one who asks waits for entries that cannot be numbered yet.
    private static let patience: Duration = .milliseconds(500)

    init(_ host: FeatureHost, _ ports: CertifyingPorts) {
        self.host = host
        self.ports = ports
        rows = CertificateRows(host)
    }

    /// A certificate and whether it still holds.
    package struct Held: Sendable {
        package let certificate: Certificate
        package let withdrawnAt: Instant?
    }

    /// That of an evaluation; nil where it has none.
    func certificate(of evaluation: String, in tenant: Identifier) async throws -> Held? {
        guard let place = try await rows.place(of: evaluation, in: tenant) else { return nil }
        return try await held(place)
    }

    /// By its number, for whoever knows it; nil where there is none, or the person was erased.
    package func certificate(number: String) async throws -> Held? {
        guard let place = try await rows.place(of: number) else { return nil }
        return try await held(place)
    }

    private func held(_ place: EvaluationPlace) async throws -> Held? {
        guard let kept = try await rows.kept(of: place) else { return nil }
        guard kept.certificate.proof == nil, let proof = try await proved(place, version: kept.version) else {
            return Held(certificate: kept.certificate, withdrawnAt: kept.withdrawnAt)
        }
        let whole = Certificate(kept.certificate.signed, installationKey: kept.certificate.installationKey, proof: proof)
        return Held(certificate: whole, withdrawnAt: kept.withdrawnAt)
    }

    /// Signs the journal as it is now and keeps the proof; nil where the entry cannot stand in it yet, because somebody's older transaction
    /// goes on.
    @discardableResult
    func proved(_ place: EvaluationPlace, version: Int64) async throws -> InclusionProofFile? {
        try await JournalSealer(host.database).catchUp(patience: Self.patience)
        let signed = try await ports.checkpoints().sign()
        do {
            let proof = try await JournalProof(host.database, host.keyring, world: host.world).file(
                ofEvent: Certificate.event, about: place.id, version: version, in: place.tenant, checkpoint: signed)
            try await rows.keep(proof, of: place)
            return proof
        } catch let failure as Failure where failure.code == "entry_too_young" {
            return nil
        }
    }
}
