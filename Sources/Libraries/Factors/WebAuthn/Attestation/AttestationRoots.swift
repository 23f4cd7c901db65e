import Base
import Foundation
import SwiftASN1
@_spi(FixedExpiryValidationTime) import X509

/// Certificates of makers in which an installation puts trust: its policy, empty unless somebody wrote it down.
package struct AttestationRoots: Sendable {
    private let roots: [Certificate]

    /// In DER. Throws `.malformed` where one is no certificate.
    package init(_ certificates: [[UInt8]]) throws(AttestationCertificate.Fault) {
        var roots: [Certificate] = []
        for bytes in certificates {
            guard let root = try? Certificate(derEncoded: bytes) else { throw .malformed }
            roots.append(root)
        }
        self.roots = roots
    }

    /// Whether a chain leads from the certificate to a root (RFC 5280, section 6.1: signatures, authorities, names, constraints), each
    /// valid at `moment`; a root may also be the certificate itself (WebAuthn Level 2, section 7.1, step 21). Never where there is no root.
    ///
    /// Revocation is not looked up: that is a list which an installation keeps by taking a root out.
    package func anchors(_ certificate: AttestationCertificate, at moment: Instant) async -> Bool {
        guard !roots.isEmpty else { return false }
        let time = Date.init(timeIntervalSince1970: Double(moment.microseconds) / 1_000_000)
        // A chain of one, whose end need not be an authority.
        if roots.contains(certificate.leaf) {
            return certificate.leaf.notValidBefore <= time && time <= certificate.leaf.notValidAfter
        }
        var verifier = Verifier(rootCertificates: CertificateStore(roots)) {
            RFC5280Policy(fixedExpiryValidationTime: time)
        }
        switch await verifier.validate(leaf: certificate.leaf, intermediates: CertificateStore(certificate.others)) {
        case .validCertificate: return true
        case .couldNotValidate: return false
        }
    }
}
