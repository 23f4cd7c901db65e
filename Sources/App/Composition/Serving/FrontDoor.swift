import Access
import Base
import Gateway
import Metrics
import NIOCore
import NIOPosix
import Records
import Runtime
import Web

/// The door of a program that serves: everybody's routes, who may come in, and where it listens.
struct FrontDoor: Sendable {
    let gateway: Gateway
    let isSecure: Bool
    private let listen: [ListenAddress]
    private let identity: TLSIdentity?
    private let certificates: OwnCertificates?
    private let loops: MultiThreadedEventLoopGroup
    private let mounts: Mounts
    private let log: Log
    private let world: World
    /// Between two looks at the files of the certificate.
    private let look: Duration

    /// Throws where a certificate is no good.
    init(_ features: [any Feature], authenticator: Authenticator, _ office: RecordOffice, _ host: FeatureHost) throws {
        log = host.log
        world = host.world
        let settings = host.settings
        look = settings[ServiceSettings.certificateLook]
        certificates =
            settings[GatewaySettings.ownAuthority]
            ? try OwnCertificates(in: office.data, names: settings[GatewaySettings.names], at: host.world.now()) : nil
        identity = try Self.identity(settings, certificates)
        isSecure = identity != nil
        let subjects = Subjects(host.database, host.keyring, world: host.world)
        loops = MultiThreadedEventLoopGroup(numberOfThreads: System.coreCount)
        let connections = Later<Gateway>()
        mounts = Mounts(
            features, host, authenticator: authenticator, aliases: { try await Self.aliases(of: $0, subjects) }, loops: loops,
            installing: try certificates.map { try CertificateRoutes(authority: $0.authority).all } ?? [],
            schema: { try await Roster.requireSchema(of: host.database) },
            conditions: [
                .keys(office), ReadyCondition("stopping") { connections.value?.isDraining == true ? .stopping : nil },
            ], openConnections: { connections.value?.openConnections ?? 0 })
        let watch = mounts.watch
        let cache = ReplyCache(
            MemoryCache(bytes: settings[CacheSettings.memory], world: host.world), hits: watch.cacheHits["answers"],
            misses: watch.cacheMisses["answers"])
        let ports = GatewayPorts(
            authenticator: authenticator, roles: host.roles, aliases: { try await Self.aliases(of: $0, subjects) },
            pacing: PaceKeeper(PaceSettings(settings), world: host.world).pacing, caching: cache.caching, live: LiveDoor(mounts.reception),
            begun: { watch.begin($0) }, finished: { watch.finish($0) }, log: host.log, world: host.world)
        let address = settings[GatewaySettings.listen]
        var listeners = [
            Gateway.Listener(
                Responder(mounts.routes, GatewayTerms(settings), ports), host: address.host, port: address.port, identity: identity)
        ]
        var listen = [address]
        if isSecure, let plain = settings[GatewaySettings.plainListen] {
            let responder = Responder(
                mounts.routes.filter { $0.name.hasPrefix("certificate.") } + AssetRoutes.all + [SecurePlace.route(port: address.port)],
                GatewayTerms(settings), ports)
            listeners.append(Gateway.Listener(responder, host: plain.host, port: plain.port))
            listen.append(plain)
        }
        self.listen = listen
        gateway = Gateway(listeners, on: loops)
        connections.value = gateway
    }

    /// Both files or none.
    private static func identity(_ settings: Config, _ own: OwnCertificates?) throws(Failure) -> TLSIdentity? {
        if let own { return try TLSIdentity(certificates: own.certificatePath, key: own.keyPath) }
        switch (settings[GatewaySettings.certificate], settings[GatewaySettings.certificateKey]) {
        case (let certificate?, let key?): return try TLSIdentity(certificates: certificate, key: key)
        case (nil, nil): return nil
        default:
            throw Failure(
                .invalid, "tls_half",
                Text(
                    es: "http.tls_certificate y http.tls_key van juntos: dé los dos o ninguno.",
                    en: "http.tls_certificate and http.tls_key go together: give both or neither."))
        }
    }

    /// Only patients are people whom records are about, and only those have been merged.
    private static func aliases(of caller: Caller, _ subjects: Subjects) async throws -> Set<Identifier> {
        guard caller.roles.contains("patient"), let tenant = caller.tenant else { return [] }
        do {
            // Whichever of their ids the account has.
            return Set(try await subjects.person(caller.actor, in: tenant).names)
        } catch let failure as Failure where failure.kind == .notFound {
            // An account about whom nothing is filed yet.
            return []
        }
    }

    /// Listens until the task is cancelled; `whenReady` is told the addresses.
    func run(whenReady: ([ListenAddress]) throws -> Void) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await mounts.feed.run() }
            if let identity { group.addTask { await keepFresh(identity) } }
            try await gateway.run(
                whenReady: { ports in try whenReady(zip(listen, ports).map { ListenAddress(host: $0.host, port: $1) }) },
                // They would be waited for: nobody who listens ever ends by themselves.
                whenStopping: { mounts.feed.endAll() })
            group.cancelAll()
        }
        try await loops.shutdownGracefully()
    }

    /// Looks again and again whether the certificate was renewed.
    private func keepFresh(_ identity: TLSIdentity) async {
        while true {
            do { try await Task.sleep(for: look) } catch { return }
            do {
                try certificates?.renew(at: world.now())
                if try identity.reload() { log.info("certificate renewed") }
            } catch {
                log.error("certificate unusable", ["code": .public((error as? Failure)?.code ?? "tls")])
            }
        }
    }
}

extension ReadyCondition.Lack {
    fileprivate static let stopping = ReadyCondition.Lack(
        "stopping", Text(es: "El programa se está deteniendo.", en: "The program is stopping."))
}
