import Access
import Base
import FeatureKit
import Foundation
import HTTPTypes
import Identity
import Keys
import Passwords
import Runtime
import Store
import Synchronization
import TestKit
import Web

/// Identity's pages on a database of their own, asked as the gateway asks them, by a browser with its cookies and a clock to be set.
final class PageGround: Sendable {
    let feature: IdentityFeature
    let ground: FeatureGround
    /// One, as a program has: what ends a session is heard by it.
    let authenticator: SessionAuthenticator
    private let clock: Clock

    final class Clock: Sendable {
        private let passed = Mutex<Duration>(.zero)
        var late: Duration { passed.withLock { $0 } }
        func pass(_ time: Duration) { passed.withLock { $0 += time } }
    }

    static let password = "cuatro caballos leen periodicos"

    private init(_ ground: FeatureGround, _ clock: Clock, _ folder: String) throws {
        self.ground = ground
        self.clock = clock
        let world = ground.host.world
        feature = IdentityFeature(
            ground.host,
            IdentityParts.Ports(
                signer: TokenSigner(
                    TokenKeys(in: try KeyFolder(folder), random: world.random),
                    TokenTerms(issuer: "https://here.example", audience: "zancada"),
                    world: world),
                ended: EndedSessions(world: world), gate: PasswordGate(cost: .smallest, random: world.random),
                organisations: OrganisationPort { _ in }, grantable: ["organisation_admin", "therapist", "patient", "coach", "guest"],
                relyingParty: FactorGround.party))
        authenticator = feature.parts.authenticator(
            Authenticator { (_: String) throws(Failure) in throw TokenFault.unknownKey.failure })
    }

    static func with(_ body: (PageGround) async throws -> Void) async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "zancada-pages-\(UUID().uuidString)").path
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let (clock, live) = (Clock(), World.live)
        let (now, elapsed) = (live.now(), live.elapsed())
        let world = World(now: { now + clock.late }, elapsed: { elapsed + clock.late }, random: live.random)
        try await FeatureGround.with(.sqlite, [relations, IdentityFeature.manifest], world: world) { ground in
            try await body(try PageGround(ground, clock, folder))
        }
    }

    /// The kernel's permission, as the program declares it.
    private static let relations = Manifest(
        "relations", Text(es: "Relaciones", en: "Relations"), purpose: Text(es: "Prueba.", en: "Test."),
        permissions: [
            PermissionShape("relation.change", Text(es: "relacionar", en: "relate"), to: ["organisation_admin"])
        ])

    func pass(_ time: Duration) { clock.pass(time) }

    var routes: [Route] { feature.routes }

    /// The code of a link that lets an account choose its password.
    func account(_ address: String, _ name: String, _ roles: Set<RoleName>, in organisation: Identifier = "clinic") async throws -> String {
        let (_, link) = try await AdminDesk(feature.parts).create(
            try MailAddress(address), name: name, language: .spanish, as: roles, in: organisation)
        return String(link.split(separator: "=").last ?? "")
    }

    /// The same with its password chosen.
    func member(_ address: String, _ name: String = "Rosa Quispe", _ roles: Set<RoleName> = ["organisation_admin"]) async throws {
        let code = try await account(address, name, roles)
        try await feature.parts.registration.reset(code, password: Secret(Self.password))
    }
}

/// A browser: what it was given it sends back.
final class PageBrowser: Sendable {
    private let house: PageGround
    private let language: Language
    private let accepts: String?
    private let jar = Mutex<[String: String]>([:])

    init(_ house: PageGround, _ language: Language = .spanish, accepts: String? = "text/html,application/xhtml+xml,*/*;q=0.8") {
        self.house = house
        self.language = language
        self.accepts = accepts
    }

    var cookies: [String: String] { jar.withLock { $0 } }

    func take(_ name: String, _ value: String) { jar.withLock { $0[name] = value } }

    func forget(_ name: String) { jar.withLock { $0[name] = nil } }

    struct Page {
        let status: Int
        let place: String?
        let text: String
        let fields: HTTPFields

        /// What a person reads.
        var words: String { text.replacing(/<[^>]*>/, with: " ") }
    }

    struct NoRoute: Error { let path: String }

    func get(_ target: String) async throws -> Page { try await ask(.get, target, "") }

    func post(_ target: String, _ values: [(String, String)] = []) async throws -> Page {
        try await ask(.post, target, values.map { "\(PercentText.encoded($0.0))=\(PercentText.encoded($0.1))" }.joined(separator: "&"))
    }

    @discardableResult
    func signIn(_ address: String, _ password: String = PageGround.password, next: String? = nil) async throws -> Page {
        try await post("/sign-in", [("email", address), ("password", password)] + (next.map { [("next", $0)] } ?? []))
    }

    private func ask(_ method: HTTPRequest.Method, _ target: String, _ body: String) async throws -> Page {
        let parts = target.split(separator: "?", maxSplits: 1).map(String.init)
        let host = house.ground.host
        guard let (route, captured) = match(method, parts[0]) else { throw NoRoute(path: target) }
        var fields: HTTPFields = [.userAgent: "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"]
        if let accepts { fields[.accept] = accepts }
        let cookies = cookies
        if !cookies.isEmpty { fields[.cookie] = cookies.map { "\($0)=\($1)" }.sorted().joined(separator: "; ") }
        var standing: Standing?
        if route.access != .anyone {
            guard let token = cookies["session"] else { throw Problem.notSignedIn }
            standing = Standing(try await house.authenticator.authenticator.caller(for: token), by: host.roles, at: host.world.now())
        }
        if case .permission(let permission) = route.access { try standing?.require(permission) }
        let call = Call(
            method: method, path: parts[0], query: try Query(parts.count > 1 ? parts[1] : ""), fields: fields, captured: captured,
            body: Array(body.utf8), id: host.world.id(of: Call.self),
            trace: TraceContext(trace: [1], span: [1], parent: nil, isSampled: false, state: nil), standing: standing, language: language,
            deadline: host.world.elapsed() + .seconds(20), peer: "192.0.2.7", isSecure: false, isBrowserSession: standing != nil)
        let reply = try await route.handle(call)
        keep(reply.fields)
        var text = ""
        if case .bytes(let bytes) = reply.content { text = String(decoding: bytes, as: UTF8.self) }
        return Page(status: reply.status.code, place: reply.fields[.location], text: text, fields: reply.fields)
    }

    private func match(_ method: HTTPRequest.Method, _ path: String) -> (Route, [(name: String, value: String)])? {
        let segments = path.split(separator: "/").map(String.init)
        var best: (route: Route, captured: [(name: String, value: String)])?
        for route in house.routes where route.method == method && route.path.segments.count == segments.count {
            var captured: [(name: String, value: String)] = []
            let fits = zip(route.path.segments, segments).allSatisfy { segment, text in
                switch segment {
                case .text(let word): return word == text
                case .name(let name), .rest(let name):
                    captured.append((name, text))
                    return true
                }
            }
            if fits, captured.count < best?.captured.count ?? .max { best = (route, captured) }
        }
        return best.map { ($0.route, $0.captured) }
    }

    private func keep(_ fields: HTTPFields) {
        for value in fields[values: .setCookie] {
            let pair = value.prefix { $0 != ";" }.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            jar.withLock { $0[pair[0]] = value.contains("Max-Age=0") ? nil : pair[1] }
        }
    }
}
