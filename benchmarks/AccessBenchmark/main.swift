import Access
import Base
import BenchmarkKit
import Crypto
import Foundation
import Glibc
import Store

/// Figures of one run, each a line of JSON: what asking who asks, and what they may, costs one core.
///
///     AccessBenchmark [ROUNDS]
let rounds = CommandLine.arguments.dropFirst().first.flatMap { Int($0) } ?? 20_000
let world = World.live

let key = P256.Signing.PrivateKey()
let point = Array(key.publicKey.x963Representation)
let document =
    #"{"keys":[{"kty":"EC","crv":"P-256","kid":"one","x":"\#(Base64URL.string(Array(point[1..<33])))","y":"\#(Base64URL.string(Array(point[33...])))"}]}"#
let now = world.now().microseconds / 1_000_000

func token(_ number: Int) throws -> String {
    let header = #"{"alg":"ES256","kid":"one","typ":"at+jwt"}"#
    let claims =
        #"{"iss":"https://identity.example","aud":"zancada","sub":"017f22e2-79b0-7cc3-98c4-dc0c0c07398f","jti":"\#(number)","iat":\#(now),"exp":\#(now + 900),"org":"017f22e2-79b0-7cc3-98c4-dc0c0c073990","roles":["therapist"],"tier":"basic","acr":"passkey"}"#
    let signed = Base64URL.string(Array(header.utf8)) + "." + Base64URL.string(Array(claims.utf8))
    return signed + "." + Base64URL.string(Array(try key.signature(for: Data(signed.utf8)).rawRepresentation))
}

let keys = try JSONWebKeySet(Array(document.utf8))
let terms = TokenTerms(issuer: "https://identity.example", audience: "zancada")
let list = RevocationList(world: world, terms: terms)
let authenticator = StaticJWKSAuthenticator(keys, terms, revocations: list.revocations, world: world)
let known = try token(-1)
_ = try await authenticator.caller(for: known)
try await report("token, remembered", rounds) { _ in _ = try await authenticator.caller(for: known) }

let fresh = try (0..<64).map { try token($0) }
// A cache of two of 64 tokens that come in turn remembers none in time.
let forgetful = StaticJWKSAuthenticator(keys, terms, revocations: list.revocations, world: world, mostCachedTokens: 2)
try await report("token, verified", max(1, rounds / 20)) { _ = try await forgetful.caller(for: fresh[$0 % fresh.count]) }

let rule = AccessRule(
    .grant(to: .all(.sameOrganisation, .isSubject), upTo: .confidential),
    .grant(to: .related(as: ["therapist"]), upTo: .confidential, hiding: ["remark"]),
    .grant(to: .all(.sameOrganisation, .holds("note.supervise")), upTo: .internal))
let book = try RoleBook(extending: [RoleExtension("auditor", permissions: ["note.supervise"])])
let caller = Caller(actor: "eva", tenant: "clinic", roles: ["therapist"])
let record = RecordFacts(tenant: "clinic", subject: "ana")
let relation = try Relation(
    id: world.id(), tenant: "clinic", subject: "ana", grantee: "eva", role: "therapist", from: .epoch, reason: .careTeam)
let standing = Standing(caller, by: book, at: world.now())
try await report("standing", rounds) { _ in _ = Standing(caller, by: book, at: world.now()) }
try await report("decision and mask", rounds) { _ in
    let decision = rule.decision(for: standing, on: record, relations: [relation])
    guard decision.isAllowed, !decision.mask.hides("text", .confidential) else { exit(70) }
}
let columns = RecordColumns(table: "notes")
try await report("predicate", rounds) { _ in _ = try rule.predicate(for: standing, over: columns, .sqlite) }
try await report("explanation", rounds) { _ in _ = rule.explanation(for: standing, on: record, relations: [relation]) }
