import Base
import Transparency

/// A file that somebody was given: a certified page, a certified `report.json`, or the certificate alone. Which one, its content tells.
package struct CertifiedFile: Sendable, Hashable {
    package static let mostBytes = CertifiedPage.mostBytes

    /// What kind of file it is.
    package enum Kind: String, Sendable, Hashable {
        case page
        case report
        case certificate
    }

    package let kind: Kind
    package let certificate: Certificate
    /// What the file beside its certificate came to.
    private let own: [Finding]

    /// Throws `Failure(.invalid)`: `"nothing_certified"` for a file without a certificate, else what is wrong with its certificate.
    package init(_ bytes: [UInt8]) throws(Failure) {
        guard bytes.count <= Self.mostBytes else { throw Failure.nothingCertified }
        if bytes.starts(with: Array("<!DOCTYPE html>".utf8)) {
            let page = try CertifiedPage(bytes)
            guard let certificate = try page.certificate() else { throw Failure.nothingCertified }
            (kind, self.certificate, own) = (.page, certificate, page.findings(certificate))
        } else if let (report, certificate) = try CertifiedReport.parts(bytes) {
            (kind, self.certificate, own) = (.report, certificate, [CertifiedReport.finding(report, certificate)])
        } else if bytes.starts(with: Array("{\"format\":\"\(Certificate.format)\"".utf8)) {
            (kind, certificate, own) = (.certificate, try Certificate(bytes), [])
        } else {
            throw Failure.nothingCertified
        }
    }

    /// All that a check of the file comes to. `key`: the installation's, from where it published it.
    package func findings(key: NoteVerifier? = nil) -> [Finding] { own + certificate.findings(key: key) }
}

extension Failure {
    package static let nothingCertified = Failure(
        .invalid, "nothing_certified",
        Text(
            es: "El archivo no trae un certificado: es una valoración previa, u otra cosa. Pida el informe certificado.",
            en: "The file brings no certificate: it is a pre-assessment, or something else. Ask for the certified report."))
}
