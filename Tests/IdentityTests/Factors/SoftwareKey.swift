import Base
import Crypto
import Factors
import Foundation
import Testing

/// An authenticator made of software, and the browser before it: what it sends is written from the standards (WebAuthn Level 2, sections
/// 5.8.1, 6.1 and 6.5; RFC 9052) and not by the code that reads it.
struct SoftwareKey: Sendable {
    private enum Key: Sendable {
        case es256(P256.Signing.PrivateKey)
        case edDSA(Curve25519.Signing.PrivateKey)
    }

    let id: [UInt8]
    private let key: Key
    private var userHandle: [UInt8] = []
    /// 0 and not counting where nil.
    var count: UInt32? = 0
    var isVerifying = true
    var isSynced = false
    var origin = "https://clinica.example"
    /// Signs its registration itself instead of saying nothing of its make.
    var isSelfAttesting = false

    init(_ algorithm: CredentialAlgorithm = .es256) {
        id = (0..<32).map { _ in UInt8.random(in: 0...255) }
        key = algorithm == .es256 ? .es256(P256.Signing.PrivateKey()) : .edDSA(Curve25519.Signing.PrivateKey())
    }

    static let model: [UInt8] = [0xEA, 0x9B, 0x8D, 0x66, 0x4D, 0x01, 0x1D, 0x21, 0x3C, 0xE4, 0xB6, 0xB4, 0x8C, 0xB5, 0x75, 0xD4]

    /// `navigator.credentials.create()`.
    mutating func create(_ options: [UInt8]) throws -> JSON {
        let options = try JSON.parse(options)
        let challenge = try #require(options["challenge"]?.string)
        userHandle = try #require(options["user"]?["id"]?.string.flatMap { Base64URL.read($0.utf8) })
        let party = try #require(options["rp"]?["id"]?.string)
        let excluded = (options["excludeCredentials"]?.array ?? []).compactMap { $0["id"]?.string }
        guard !excluded.contains(Base64URL.string(id)) else { throw InvalidState() }
        let client = clientData("webauthn.create", challenge)
        let data = authenticatorData(party, flags: 0x40) + Self.model + [0, UInt8(id.count)] + id + publicKey
        var statement: [UInt8] = [0xA0]
        if isSelfAttesting {
            let signature = try sign(data + Array(SHA256.hash(data: client)))
            let algorithm: UInt8 = if case .es256 = key { 0x26 } else { 0x27 }
            statement = [0xA2] + Self.text("alg") + [algorithm] + Self.text("sig") + Self.bytes(signature)
        }
        let object =
            [0xA3] + Self.text("fmt") + Self.text(isSelfAttesting ? "packed" : "none") + Self.text("attStmt") + statement
            + Self.text("authData") + Self.bytes(data)
        return try message(
            [
                "clientDataJSON": Base64URL.string(client), "attestationObject": Base64URL.string(object),
            ], transports: true)
    }

    /// `navigator.credentials.get()`.
    mutating func get(_ options: [UInt8]) throws -> JSON {
        let options = try JSON.parse(options)
        let allowed = (options["allowCredentials"]?.array ?? []).compactMap { $0["id"]?.string }
        guard allowed.isEmpty || allowed.contains(Base64URL.string(id)) else { throw InvalidState() }
        if let count { self.count = count + 1 }
        let client = clientData("webauthn.get", try #require(options["challenge"]?.string))
        let data = authenticatorData(try #require(options["rpId"]?.string), flags: 0)
        let signature = try sign(data + Array(SHA256.hash(data: client)))
        return try message([
            "clientDataJSON": Base64URL.string(client), "authenticatorData": Base64URL.string(data),
            "signature": Base64URL.string(signature), "userHandle": Base64URL.string(userHandle),
        ])
    }

    private func clientData(_ type: String, _ challenge: String) -> [UInt8] {
        Array(#"{"type":"\#(type)","challenge":"\#(challenge)","origin":"\#(origin)","crossOrigin":false}"#.utf8)
    }

    private func authenticatorData(_ party: String, flags: UInt8) -> [UInt8] {
        let flags = flags | 0x01 | (isVerifying ? 0x04 : 0) | (isSynced ? 0x18 : 0)
        return Array(SHA256.hash(data: Array(party.utf8))) + [flags] + withUnsafeBytes(of: (count ?? 0).bigEndian) { Array($0) }
    }

    private var publicKey: [UInt8] {
        switch key {
        case .es256(let key):
            let point = Array(key.publicKey.rawRepresentation)
            return [0xA5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21] + Self.bytes(Array(point[..<32])) + [0x22]
                + Self.bytes(Array(point[32...]))
        case .edDSA(let key):
            return [0xA4, 0x01, 0x01, 0x03, 0x27, 0x20, 0x06, 0x21] + Self.bytes(Array(key.publicKey.rawRepresentation))
        }
    }

    private func sign(_ bytes: [UInt8]) throws -> [UInt8] {
        switch key {
        case .es256(let key): Array(try key.signature(for: bytes).derRepresentation)
        case .edDSA(let key): Array(try key.signature(for: bytes))
        }
    }

    private func message(_ members: [String: String], transports: Bool = false) throws -> JSON {
        var json = JSONWriter()
        json.object { json in
            for name in ["id", "rawId"] { json.member(name, Base64URL.string(id)) }
            json.member("type", "public-key")
            json.member(
                "response",
                object: { json in
                    for name in members.keys.sorted() { json.member(name, members[name]) }
                    if transports { json.member("transports", array: { $0.string("internal") }) }
                })
        }
        return try JSON.parse(json.bytes)
    }

    /// RFC 8949, section 3: a head of the shortest form.
    private static func head(_ major: UInt8, _ count: Int) -> [UInt8] {
        switch count {
        case 0..<24: [major << 5 | UInt8(count)]
        case 24..<256: [major << 5 | 24, UInt8(count)]
        default: [major << 5 | 25, UInt8(count >> 8), UInt8(count & 0xFF)]
        }
    }

    private static func bytes(_ bytes: [UInt8]) -> [UInt8] { head(2, bytes.count) + bytes }
    private static func text(_ text: String) -> [UInt8] { head(3, text.utf8.count) + Array(text.utf8) }
}

/// The browser's `InvalidStateError`: the authenticator holds one already, or none of those that were asked for.
struct InvalidState: Error {}
