import Access
import Base
import BenchmarkKit
import Factors
import FeatureKit
import Foundation
import Glibc
import Identity
import Keys
import Passwords
import Runtime
import TestKit

/// Figures of one run, each a line of JSON: what finding out who asks costs one core, with an access token and with a browser's cookie that
/// were there before.
///
///     IdentityBenchmark [ROUNDS]
let rounds = CommandLine.arguments.dropFirst().first.flatMap { Int($0) } ?? 100_000

try await FeatureGround.with(.sqlite, [IdentityFeature.manifest]) { ground in
    let host = ground.host
    let keys = TokenKeys(in: host.keyring.folder, random: host.world.random)
    let terms = TokenTerms(issuer: "http://localhost:8080", audience: "zancada")
    let parts = IdentityParts(
        host,
        IdentityParts.Ports(
            signer: TokenSigner(keys, terms, world: host.world), ended: EndedSessions(world: host.world),
            gate: PasswordGate(cost: .smallest, random: host.world.random),
            organisations: OrganisationPort { _ in }, grantable: ["therapist"],
            relyingParty: RelyingParty(id: "localhost", name: "Zancada", origins: ["http://localhost:8080"])))
    let made = try await AdminDesk(parts).create(
        try MailAddress("a@example.org"), name: "A", language: .english, as: ["therapist"], in: "clinic")
    // What ended before is heard with the first who asks.
    let early = StaticJWKSAuthenticator([], revocations: parts.revocations, world: host.world)
    _ = try? await parts.authenticator(early.authenticator).authenticator.caller(for: "nobody")
    let (token, cookie) = try await parts.credentials(of: made.account, in: "clinic")
    let published = try JSONWebKeySet(try keys.published() ?? [])
    let tokens = StaticJWKSAuthenticator(published, terms, revocations: parts.revocations, world: host.world)
    let authenticator = parts.authenticator(tokens.authenticator).authenticator
    for (name, shown) in [("access token, known", token), ("cookie, known", cookie)] {
        _ = try await authenticator.caller(for: shown)
        try await report(name, rounds) { _ in _ = try await authenticator.caller(for: shown) }
    }
}
