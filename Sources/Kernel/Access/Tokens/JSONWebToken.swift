import Base

/// A signed token as it stands on the wire (RFC 7515, compact form), taken apart and not yet believed.
///
/// Stricter than the standard where that costs no honest client anything: ES256 alone, a header of `alg`, `kid` and `typ`
/// and nothing else (so no token brings its own key, and no extension goes unnoticed), base64url in its one form, no JSON
/// with the same name twice.
package struct JSONWebToken: Sendable {
    package static let mostBytes = 8_192
    static let headerLimits = JSON.Limits(bytes: 1_024, depth: 3)
    static let payloadLimits = JSON.Limits(bytes: 6_144, depth: 4)

    /// `kid`.
    package let keyID: Identifier
    package let claims: JSON.Object
    /// What was signed: the first two parts with their dot.
    let signed: [UInt8]
    /// r and s, 32 bytes each.
    let signature: [UInt8]

    package init(_ text: String) throws(TokenFault) {
        guard text.utf8.count <= Self.mostBytes else { throw .malformed }
        let bytes = Array(text.utf8)
        let parts = bytes.split(separator: UInt8(ascii: "."), maxSplits: 3, omittingEmptySubsequences: false)
        guard parts.count == 3 else { throw .malformed }
        let header = try Self.object(parts[0], Self.headerLimits)
        // The algorithm first: what is said of the rest would depend on it.
        guard let algorithm = header["alg"]?.string else { throw .malformed }
        guard Self.isSame(algorithm, "ES256") else { throw .algorithm }
        for member in header.members {
            guard Self.knownHeader.contains(where: { Self.isSame($0, member.name) }) else { throw .header }
        }
        if let type = header["typ"] {
            guard let type = type.string?.lowercased(), type == "jwt" || type == "at+jwt" else { throw .header }
        }
        guard let keyID = header["kid"]?.string.flatMap({ try? Identifier($0) }) else { throw .header }
        guard let signature = Base64URL.read(parts[2]), signature.count == 64 else { throw .signature }
        self.keyID = keyID
        self.signature = signature
        claims = try Self.object(parts[1], Self.payloadLimits)
        signed = Array(bytes[..<parts[1].endIndex])
    }

    private static let knownHeader = ["alg", "kid", "typ"]

    /// By bytes: names that Unicode holds equivalent are not the same here.
    private static func isSame(_ one: String, _ other: String) -> Bool { one.utf8.elementsEqual(other.utf8) }

    private static func object(_ part: ArraySlice<UInt8>, _ limits: JSON.Limits) throws(TokenFault) -> JSON.Object {
        guard part.count <= limits.bytes * 4 / 3 + 4, let bytes = Base64URL.read(part) else { throw .malformed }
        do {
            guard let object = try JSON.parse(bytes, limits: limits).object else { throw TokenFault.malformed }
            return object
        } catch {
            throw .malformed
        }
    }
}
