import Access
import Base
import Foundation
import HTTPTypes
import Web

/// The token endpoint of OAuth 2.0 (RFC 6749), and what says where everything is (OpenID Connect Discovery 1.0; RFC 8414).
struct OAuthRoutes: Sendable {
    let parts: IdentityParts

    var all: [Route] {
        [token, keys] + ["/.well-known/openid-configuration", "/.well-known/oauth-authorization-server"].map(discovery)
    }

    private var token: Route {
        Route(
            .post, "/oauth2/token", "oauth.token",
            Text(
                es: "Tokens para un programa: por sus credenciales o por un token de renovación.",
                en: "Tokens for a program: for its credentials or for a refresh token."), access: .anyone,
            body: .form(
                .object(
                    [
                        .init("grant_type", .choice(["client_credentials", "refresh_token"])),
                        .init("refresh_token", .text(1...200), isRequired: false), .init("scope", .text(1...2_000), isRequired: false),
                        .init("client_id", .text(1...200), isRequired: false), .init("client_secret", .text(1...200), isRequired: false),
                    ], open: true), mostBytes: 8_192),
            answers: [
                .ok(
                    .json(
                        .named(
                            "OAuthTokens",
                            .object(
                                SessionReplies.tokenMembers + [.init("scope", .text(0...2_000), isRequired: false)])))),
                AnswerShape(
                    400, Text(es: "No se dan tokens; «error» dice por qué.", en: "No tokens are given; “error” says why."),
                    .json(Self.errorSchema)),
                AnswerShape(
                    401, Text(es: "El programa no probó quién es.", en: "The program did not prove who it is."), .json(Self.errorSchema)),
            ], repeating: .another
        ) { call in
            guard let form = try? Query(String(decoding: call.body, as: UTF8.self)),
                Set(form.items.map(\.name)).count == form.items.count
            else { return Self.error("invalid_request") }
            switch form["grant_type"] {
            case "client_credentials": return try await machine(call, form)
            case "refresh_token": return try await renewal(form)
            case nil: return Self.error("invalid_request")
            default: return Self.error("unsupported_grant_type")
            }
        }
    }

    /// RFC 6749, section 4.4. A scope is the name of a role; nothing said asks for all that the client has.
    private func machine(_ call: Call, _ form: Query) async throws -> Reply {
        let basic = Self.basic(call.fields[.authorization])
        // RFC 6749, section 2.3: one way of saying who one is, not two.
        guard basic == nil || form["client_secret"] == nil, let credentials = basic ?? Self.posted(form) else {
            return Self.error("invalid_client", .unauthorized)
        }
        var asked: Set<RoleName>?
        if let scope = form["scope"] {
            let words = scope.split(separator: " ").map { RoleName(String($0)) }
            guard !words.contains(nil) else { return Self.error("invalid_scope") }
            asked = Set(words.compactMap(\.self))
        }
        guard let found = try await parts.clients.caller(credentials.id, secret: credentials.secret, asking: asked) else {
            return Self.error("invalid_client", .unauthorized)
        }
        let given = found.caller.roles
        guard asked.map({ $0 == given }) ?? true else { return Self.error("invalid_scope") }
        let (token, life) = try await parts.signer.token(for: found.caller, asOf: found.asOf)
        return .json { json in
            json.object { json in
                json.member("access_token", token)
                json.member("token_type", "Bearer")
                json.member("expires_in", Int(life.components.seconds))
                json.member("scope", RoleWords.write(given))
            }
        }
    }

    /// RFC 6749, section 6.
    private func renewal(_ form: Query) async throws -> Reply {
        guard let text = form["refresh_token"] else { return Self.error("invalid_request") }
        do {
            let (session, caller) = try await parts.renewed(text)
            return try await SessionReplies(parts: parts).tokens(session, caller)
        } catch let failure as Failure where failure.kind == .unauthenticated {
            return Self.error("invalid_grant")
        }
    }

    private static func posted(_ form: Query) -> (id: String, secret: String)? {
        guard let id = form["client_id"], let secret = form["client_secret"] else { return nil }
        return (id, secret)
    }

    /// RFC 6749, section 2.3.1: both parts are form-encoded before they are joined.
    private static func basic(_ field: String?) -> (id: String, secret: String)? {
        guard let field, field.utf8.count <= 1_024, field.lowercased().hasPrefix("basic "),
            let data = Data(base64Encoded: String(field.dropFirst(6))), let text = String(data: data, encoding: .utf8),
            let colon = text.firstIndex(of: ":"),
            let id = PercentText.decoded(Array(text[..<colon].utf8), plusIsSpace: true),
            let secret = PercentText.decoded(Array(text[text.index(after: colon)...].utf8), plusIsSpace: true)
        else { return nil }
        return (id, secret)
    }

    /// RFC 6749, section 5.2.
    private static func error(_ code: String, _ status: HTTPResponse.Status = .badRequest) -> Reply {
        let reply = Reply.json(status) { json in json.object { $0.member("error", code) } }
        return status == .unauthorized ? reply.with(.wwwAuthenticate, "Basic realm=\"zancada\"") : reply
    }

    private static let errorSchema = Schema.named("OAuthError", .object([.init("error", .text(1...100))]))

    private var keys: Route {
        Route(
            .get, "/oauth2/jwks", "oauth.keys",
            Text(es: "Las claves públicas que comprueban los tokens.", en: "The public keys that check tokens."),
            access: .anyone, answers: [.ok(.json(Self.keySetSchema))], pace: .page, caching: .everyone(.seconds(60))
        ) { _ in .json(try await parts.signer.published()) }
    }

    private static let keySetSchema = Schema.named(
        "KeySet",
        .object([.init("keys", .list(.object([.init("kty", .choice(["EC"])), .init("kid", .text(1...200))], open: true), atMost: 64))]))

    private func discovery(_ path: String) -> Route {
        let name = path.hasSuffix("openid-configuration") ? "oauth.discovery" : "oauth.server_metadata"
        return Route(
            .get, RoutePath(stringLiteral: path), name,
            Text(es: "Dónde está cada cosa, para clientes de OAuth y OpenID.", en: "Where everything is, for clients of OAuth and OpenID."),
            access: .anyone,
            answers: [
                .ok(
                    .json(
                        .named(
                            "Discovery", .object([.init("issuer", .format("uri")), .init("token_endpoint", .format("uri"))], open: true))))
            ], pace: .page, caching: .everyone(.seconds(300))
        ) { _ in
            let place = parts.signer.issuer
            return .json { json in
                json.object { json in
                    json.member("issuer", place)
                    json.member("token_endpoint", "\(place)/oauth2/token")
                    json.member("jwks_uri", "\(place)/oauth2/jwks")
                    json.member(
                        "grant_types_supported", array: { for item in ["client_credentials", "refresh_token"] { $0.string(item) } })
                    json.member(
                        "token_endpoint_auth_methods_supported",
                        array: { for item in ["client_secret_basic", "client_secret_post"] { $0.string(item) } })
                    json.member("id_token_signing_alg_values_supported", array: { $0.string("ES256") })
                    json.member("response_types_supported", array: { $0.string("token") })
                    json.member("subject_types_supported", array: { $0.string("public") })
                    json.member("scopes_supported", array: { for role in parts.grantable.sorted() { $0.string(role.text) } })
                    json.member("service_documentation", "\(place)/api")
                }
            }
        }
    }
}
