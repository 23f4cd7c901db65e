import Base
import Crypto

/// The public keys by which tokens are checked (RFC 7517), read from the document that an issuer publishes.
package struct JSONWebKeySet: Sendable {
    package static let mostBytes = 65_536
    package static let mostKeys = 64

    /// By `kid`.
    private let keys: [Identifier: P256.Signing.PublicKey]

    /// Keys of other types, curves, algorithms and uses are passed over, as the standard asks. Throws a `Failure(.invalid)`
    /// that names the place for what is no such document, for a P-256 key that is damaged, has no `kid` or that of another,
    /// for a private one, and where none is left.
    package init(_ document: [UInt8]) throws(Failure) {
        let read: JSON
        do {
            read = try JSON.parse(document, limits: JSON.Limits(bytes: Self.mostBytes, depth: 8))
        } catch {
            throw .keySet(Text(es: "no es JSON (\(error))", en: "it is not JSON (\(error))"))
        }
        guard let list = read["keys"]?.array else { throw .keySet(Text(es: "falta la lista «keys»", en: "the list “keys” is missing")) }
        guard list.count <= Self.mostKeys else {
            throw .keySet(Text(es: "tiene más de \(Self.mostKeys) claves", en: "it has more than \(Self.mostKeys) keys"))
        }
        var keys: [Identifier: P256.Signing.PublicKey] = [:]
        for (index, entry) in list.enumerated() {
            guard let key = entry.object else { throw .key(index, Text(es: "no es un objeto", en: "is not an object")) }
            // Whatever it is for: a private key that is published is everybody's.
            for name in ["d", "k", "p", "q"] where key[name] != nil {
                throw .key(index, Text(es: "es privada; publique solo la parte pública", en: "is private; publish the public part alone"))
            }
            guard Self.signsES256(key) else { continue }
            guard let name = key["kid"]?.string.flatMap({ try? Identifier($0) }) else {
                throw .key(index, Text(es: "no tiene un «kid» utilizable", en: "has no usable “kid”"))
            }
            guard let x = Self.coordinate(key["x"]), let y = Self.coordinate(key["y"]),
                let point = try? P256.Signing.PublicKey(x963Representation: [4] + x + y)
            else { throw .key(index, Text(es: "no es un punto de P-256", en: "is no point of P-256")) }
            guard keys.updateValue(point, forKey: name) == nil else {
                throw .key(index, Text(es: "repite el «kid» de otra", en: "has the “kid” of another"))
            }
        }
        guard !keys.isEmpty else {
            throw .keySet(Text(es: "no tiene ninguna clave ES256", en: "it holds no ES256 key"))
        }
        self.keys = keys
    }

    package var count: Int { keys.count }

    func key(_ name: Identifier) -> P256.Signing.PublicKey? { keys[name] }

    private static func signsES256(_ key: JSON.Object) -> Bool {
        guard key["kty"]?.string == "EC", key["crv"]?.string == "P-256" else { return false }
        if let algorithm = key["alg"], algorithm.string != "ES256" { return false }
        if let use = key["use"], use.string != "sig" { return false }
        if let operations = key["key_ops"] { return operations.array?.contains(.string("verify")) ?? false }
        return true
    }

    private static func coordinate(_ value: JSON?) -> [UInt8]? {
        guard let text = value?.string, text.utf8.count == 43 else { return nil }
        return Base64URL.read(text.utf8)
    }
}

extension Failure {
    fileprivate static func keySet(_ why: Text) -> Failure {
        Failure(
            .invalid, "jwks_unusable",
            Text(
                es: "El documento de claves (JWKS) no sirve: \(why.spanish).",
                en: "The document of keys (JWKS) cannot be used: \(why.english)."))
    }

    fileprivate static func key(_ index: Int, _ why: Text) -> Failure {
        keySet(Text(es: "la clave /keys/\(index) \(why.spanish)", en: "the key /keys/\(index) \(why.english)"))
    }
}
