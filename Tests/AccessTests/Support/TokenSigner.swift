import Access
import Base
import Crypto
import Foundation

/// Makes tokens as an issuer would, and as nobody should.
struct TokenSigner: Sendable {
    let key: P256.Signing.PrivateKey
    let keyID: String

    init(_ keyID: String = "one") {
        key = P256.Signing.PrivateKey()
        self.keyID = keyID
    }

    /// 2026-01-01T00:00:00Z, as `FixedWorld` begins.
    static let now = 1_767_225_600
    static let terms = TokenTerms(issuer: "https://identity.example", audience: "zancada")

    static let claims: [String: JSON] = [
        "iss": .string("https://identity.example"), "aud": .string("zancada"), "sub": .string("ana"), "jti": .string("t-1"),
        "iat": .number(Double(now - 60)), "exp": .number(Double(now + 840)), "org": .string("clinic"),
        "roles": .array([.string("therapist")]),
    ]

    /// The members of a public key (RFC 7518, section 6.2.1).
    var publicKey: [String: JSON] {
        let point = Array(key.publicKey.x963Representation)
        return [
            "kty": .string("EC"), "crv": .string("P-256"), "kid": .string(keyID), "x": .string(Base64URL.string(Array(point[1..<33]))),
            "y": .string(Base64URL.string(Array(point[33...]))),
        ]
    }

    var header: [String: JSON] { ["alg": .string("ES256"), "kid": .string(keyID)] }

    /// The good claims, with changes; nil takes one away.
    func token(_ changes: [String: JSON?] = [:], header headerChanges: [String: JSON?] = [:]) throws -> String {
        sign(Self.text(Self.changed(header, headerChanges)), Self.text(Self.changed(Self.claims, changes)))
    }

    /// Any two texts, properly signed.
    func sign(_ header: String, _ payload: String) -> String {
        let signed = Base64URL.string(Array(header.utf8)) + "." + Base64URL.string(Array(payload.utf8))
        // Signing fails for no key that could be made.
        let signature = (try? key.signature(for: Data(signed.utf8)).rawRepresentation) ?? Data()
        return signed + "." + Base64URL.string(Array(signature))
    }

    static func keySet(_ signers: [TokenSigner]) throws -> JSONWebKeySet {
        try JSONWebKeySet(Array(document(signers.map(\.publicKey)).utf8))
    }

    static func document(_ keys: [[String: JSON]]) -> String {
        text(["keys": .array(keys.map { .object(object($0)) })])
    }

    static func text(_ members: [String: JSON]) -> String {
        var json = JSONWriter()
        JSON.object(object(members)).write(to: &json)
        return String(decoding: json.bytes, as: UTF8.self)
    }

    private static func object(_ members: [String: JSON]) -> JSON.Object {
        JSON.Object(members.sorted { $0.key < $1.key }.map { JSON.Object.Member($0.key, $0.value) })
    }

    private static func changed(_ members: [String: JSON], _ changes: [String: JSON?]) -> [String: JSON] {
        changes.reduce(into: members) { $0[$1.key] = $1.value }
    }
}

/// What a token was refused with; nil where it was taken.
func refusal(of token: String, _ authenticator: StaticJWKSAuthenticator) async -> String? {
    do {
        _ = try await authenticator.caller(for: token)
        return nil
    } catch {
        return error.kind == .unauthenticated ? error.code : "\(error.kind) \(error.code)"
    }
}
