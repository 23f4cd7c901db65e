import Base
import Crypto

/// The key by which an installation signs its own access tokens (ES256).
package struct TokenSigningKey: Sendable {
    package let key: P256.Signing.PrivateKey
    package let published: PublishedTokenKey

    static let byteCount = 32

    init(_ key: P256.Signing.PrivateKey) {
        self.key = key
        published = PublishedTokenKey(key.publicKey)
    }

    /// nil for bytes that are no key of P-256.
    init?(_ bytes: [UInt8]) {
        guard bytes.count == Self.byteCount, let key = try? P256.Signing.PrivateKey(rawRepresentation: bytes) else { return nil }
        self.init(key)
    }

    /// 32 random bytes that are a key; one draw in four thousand million is none.
    static func bytes(_ random: Randomness) -> [UInt8] {
        while true {
            let bytes = random.bytes(byteCount)
            if TokenSigningKey(bytes) != nil { return bytes }
        }
    }
}

/// Its public part, as others read it (RFC 7517).
package struct PublishedTokenKey: Sendable, Hashable {
    /// `kid`: the key's thumbprint (RFC 7638), so that a key has one name everywhere.
    package let id: String
    let x: String
    let y: String
    /// Until when its last tokens may be good; nil for the one that signs now.
    var until: Instant?

    init(_ key: P256.Signing.PublicKey) {
        let point = Array(key.x963Representation)
        x = Base64URL.string(Array(point[1..<33]))
        y = Base64URL.string(Array(point[33...]))
        id = Base64URL.string(Array(SHA256.hash(data: Array(#"{"crv":"P-256","kty":"EC","x":"\#(x)","y":"\#(y)"}"#.utf8))))
    }

    init?(_ json: JSON) {
        guard let id = json["kid"]?.string, let x = json["x"]?.string, let y = json["y"]?.string else { return nil }
        self.id = id
        self.x = x
        self.y = y
        if let text = json[Self.untilName] {
            guard let until = text.string.flatMap({ Instant($0) }) else { return nil }
            self.until = until
        }
    }

    /// Others pass over what they do not know (RFC 7517, section 4).
    private static let untilName = "zancada_until"

    func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("kty", "EC")
            json.member("crv", "P-256")
            json.member("x", x)
            json.member("y", y)
            json.member("kid", id)
            json.member("alg", "ES256")
            json.member("use", "sig")
            if let until { json.member(Self.untilName, until) }
        }
    }
}
