import Base
import Crypto
import Foundation
import SwiftASN1
import X509

/// A certificate authority for one clinic's own network: phones install its certificate once, and trust the server from then on, which
/// browsers ask for before they give a camera, a passkey or a page that works without a network.
///
/// It is bound (name constraints, RFC 5280, section 4.2.1.10): what it signs is good for private addresses, for `localhost`, for names that
/// end in `.local`, `.lan`, `.internal` and `.home.arpa`, and for the names it was made for. Whoever steals its key cannot pretend to be a bank.
package struct OwnAuthority: Sendable {
    /// A certificate and its key, in PEM.
    package struct Identity: Sendable {
        package let certificate: String
        package let key: String
        /// The end of its time.
        package let expires: Instant
    }

    private let certificate: Certificate
    private let key: P256.Signing.PrivateKey

    private static let life: TimeInterval = 10 * 365 * 86_400
    /// What browsers take at most, and a little less (398 days).
    private static let serverLife: TimeInterval = 397 * 86_400
    /// Clocks of phones differ.
    private static let leeway: TimeInterval = 86_400

    /// A new one. `names` are the clinic's own, beside the private ones; `title` is what phones show.
    package init(title: String, names: [String], at now: Instant) throws {
        let key = P256.Signing.PrivateKey()
        let name = try Self.name(title)
        let domains = ["localhost", "local", "lan", "internal", "home.arpa"] + names.filter { Self.address($0) == nil }
        let ranges = Self.privateRanges + names.compactMap(Self.address).map { $0 + [UInt8](repeating: 0xFF, count: $0.count) }
        let start = Self.date(now)
        certificate = try Certificate(
            version: .v3, serialNumber: .init(), publicKey: .init(key.publicKey), notValidBefore: start - Self.leeway,
            notValidAfter: start + Self.life, issuer: name, subject: name, signatureAlgorithm: .ecdsaWithSHA256,
            extensions: try .init {
                Critical(BasicConstraints.isCertificateAuthority(maxPathLength: 0))
                Critical(KeyUsage(keyCertSign: true, cRLSign: true))
                Critical(
                    NameConstraints(
                        permittedDNSDomains: NameConstraints.DNSNames(domains),
                        permittedIPRanges: NameConstraints.IPRanges(ranges.map { ASN1OctetString(contentBytes: $0[...]) })))
                SubjectKeyIdentifier(hash: .init(key.publicKey))
            }, issuerPrivateKey: .init(key))
        self.key = key
    }

    /// As it was kept. Throws where it cannot be read.
    package init(certificate: String, key: String) throws {
        self.certificate = try Certificate(pemEncoded: certificate)
        self.key = try P256.Signing.PrivateKey(pemRepresentation: key)
    }

    /// For keeping: the key is secret.
    package var identity: Identity {
        get throws {
            Identity(
                certificate: try certificate.serializeAsPEM().pemString, key: key.pemRepresentation,
                expires: Self.instant(certificate.notValidAfter))
        }
    }

    /// What phones install (DER).
    package var bytes: [UInt8] {
        get throws {
            var serializer = DER.Serializer()
            try serializer.serialize(certificate)
            return serializer.serializedBytes
        }
    }

    /// By which people compare it with what their phone shows: SHA-256, in pairs of hexadecimal digits.
    package var fingerprint: String {
        get throws {
            SHA256.hash(data: try bytes).map { byte in
                let digits = String(byte, radix: 16, uppercase: true)
                return digits.count == 1 ? "0" + digits : digits
            }.joined(separator: ":")
        }
    }

    /// Whether what it signs may be good for a name or an address.
    package func permits(_ name: String) -> Bool {
        guard let constraints = try? certificate.extensions.nameConstraints else { return false }
        if let address = Self.address(name) {
            return constraints.permittedIPRanges.contains { range in
                let (base, mask) = (range.bytes.prefix(range.bytes.count / 2), range.bytes.suffix(range.bytes.count / 2))
                return base.count == address.count && zip(zip(base, mask), address).allSatisfy { $0.0 & $0.1 == $1 & $0.1 }
            }
        }
        return constraints.permittedDNSDomains.contains { name == $0 || name.hasSuffix(".\($0)") }
    }

    /// A certificate for a server of these names and addresses, with a key of its own.
    package func serverIdentity(for names: [String], at now: Instant) throws -> Identity {
        let serverKey = P256.Signing.PrivateKey()
        let start = Self.date(now)
        let end = min(start + Self.serverLife, certificate.notValidAfter)
        let alternatives = names.map { name in
            Self.address(name).map { GeneralName.ipAddress(ASN1OctetString(contentBytes: $0[...])) } ?? .dnsName(name)
        }
        let server = try Certificate(
            version: .v3, serialNumber: .init(), publicKey: .init(serverKey.publicKey), notValidBefore: start - Self.leeway,
            notValidAfter: end, issuer: certificate.subject, subject: try Self.name(names.first ?? "zancada"),
            signatureAlgorithm: .ecdsaWithSHA256,
            extensions: try .init {
                Critical(BasicConstraints.notCertificateAuthority)
                Critical(KeyUsage(digitalSignature: true))
                try ExtendedKeyUsage([.serverAuth])
                SubjectAlternativeNames(alternatives)
                AuthorityKeyIdentifier(keyIdentifier: try certificate.extensions.subjectKeyIdentifier?.keyIdentifier)
                SubjectKeyIdentifier(hash: .init(serverKey.publicKey))
            }, issuerPrivateKey: .init(key))
        return Identity(
            certificate: try server.serializeAsPEM().pemString, key: serverKey.pemRepresentation, expires: Self.instant(end))
    }

    /// Whether a server's certificate is of this authority, good for all of these names, and for at least 30 days more.
    package func isGood(_ certificate: String, for names: [String], at now: Instant) -> Bool {
        guard let server = try? Certificate(pemEncoded: certificate), server.issuer == self.certificate.subject,
            self.certificate.publicKey.isValidSignature(server.signature, for: server),
            server.notValidAfter > Self.date(now) + 30 * 86_400,
            let alternatives = try? server.extensions.subjectAlternativeNames
        else { return false }
        let held = Set(
            alternatives.map { name in
                switch name {
                case .dnsName(let name): name
                case .ipAddress(let bytes): bytes.bytes.map(String.init).joined(separator: ",")
                default: ""
                }
            })
        return names.allSatisfy { held.contains(Self.address($0)?.map(String.init).joined(separator: ",") ?? $0) }
    }

    private static func name(_ text: String) throws -> DistinguishedName {
        try DistinguishedName {
            OrganizationName("Zancada")
            CommonName(String(text.prefix(64)))
        }
    }

    private static func date(_ instant: Instant) -> Date {
        Date(timeIntervalSince1970: Double(instant.microseconds / 1_000_000))
    }

    private static func instant(_ date: Date) -> Instant { Instant(milliseconds: Int64(date.timeIntervalSince1970) * 1_000) }

    /// 4 or 16 bytes; nil for what is no address.
    static func address(_ text: String) -> [UInt8]? {
        var four = in_addr()
        if inet_pton(AF_INET, text, &four) == 1 { return withUnsafeBytes(of: &four) { Array($0) } }
        var sixteen = in6_addr()
        if inet_pton(AF_INET6, text, &sixteen) == 1 { return withUnsafeBytes(of: &sixteen) { Array($0) } }
        return nil
    }

    /// Addresses and masks that belong to nobody in the world (RFC 1918, 3927, 4193, 4291, 6598).
    private static let privateRanges: [[UInt8]] =
        [
            [127, 0, 0, 0, 255, 0, 0, 0], [10, 0, 0, 0, 255, 0, 0, 0], [172, 16, 0, 0, 255, 240, 0, 0],
            [192, 168, 0, 0, 255, 255, 0, 0], [169, 254, 0, 0, 255, 255, 0, 0], [100, 64, 0, 0, 255, 192, 0, 0],
        ] + [sixteen([], 128, last: 1), sixteen([0xFC], 7), sixteen([0xFE, 0x80], 10)]

    private static func sixteen(_ start: [UInt8], _ bits: Int, last: UInt8 = 0) -> [UInt8] {
        var address = start + [UInt8](repeating: 0, count: 16 - start.count)
        address[15] = last
        let mask = (0..<16).map { index -> UInt8 in
            let left = min(max(bits - index * 8, 0), 8)
            return left == 0 ? 0 : 0xFF << UInt8(8 - left)
        }
        return address + mask
    }
}
