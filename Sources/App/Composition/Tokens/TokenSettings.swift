import Access
import Base
import Identity

/// What an operator may set about the tokens by which clients say who they are.
enum TokenSettings {
    static let audience = ConfigKey<String>(
        "tokens.audience", .text(mostBytes: 200), default: "zancada",
        Text(es: "Para quién deben ser los tokens («aud»).", en: "For whom tokens must be (“aud”)."))

    static let keySet = ConfigKey<String?>(
        "tokens.jwks", .optional(.text(mostBytes: 4_096)), default: nil,
        Text(
            es: "Archivo con las claves públicas (JWKS) de otro emisor cuyos tokens también valen.",
            en: "File with the public keys (JWKS) of another issuer whose tokens are taken as well."))

    static let issuer = ConfigKey<String?>(
        "tokens.issuer", .optional(.text(mostBytes: 1_024)), default: nil,
        Text(es: "Ese otro emisor, como sus tokens lo nombran («iss»).", en: "That other issuer, as its tokens name it (“iss”)."))

    static let declared = [audience.declaration, keySet.declaration, issuer.declaration]

    /// Under which tokens of this installation's own are made and taken.
    static func ownTerms(_ settings: Config) -> TokenTerms {
        TokenTerms(issuer: settings[IdentitySettings.place], audience: settings[audience])
    }
}
