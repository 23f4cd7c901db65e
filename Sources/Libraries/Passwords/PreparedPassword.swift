import Base
import Foundation

/// A password in the form in which it is judged and hashed: Unicode's NFKC, so that the same keys give the same bytes on every phone
/// (NIST SP 800-63B, section 3.1.1.2).
package struct PreparedPassword: Sendable {
    /// Asked before anything is done with what was sent.
    package static let mostBytes = 1_024

    /// UTF-8; wiped with the last copy.
    package let bytes: Secret

    /// Throws `.empty`, `.tooLong` for more than `mostBytes`, `.noText` for what is not UTF-8.
    ///
    /// A password of ASCII is used as it lies. Any other passes through texts that nobody wipes, for Foundation normalises nothing else.
    package init(_ password: Secret) throws(PasswordFault) {
        guard password.byteCount > 0 else { throw .empty }
        guard password.byteCount <= Self.mostBytes else { throw .tooLong }
        if password.withExposedBytes({ $0.allSatisfy { $0 < 0x80 } }) {
            bytes = password
            return
        }
        guard let text = password.withExposedBytes({ String(validating: $0, as: UTF8.self) }) else { throw .noText }
        bytes = Secret(text.precomposedStringWithCompatibilityMapping)
    }
}
