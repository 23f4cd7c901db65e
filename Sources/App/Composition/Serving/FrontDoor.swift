import Access
import Base
import Gateway
import Records
import Runtime
import Web

/// The door of a program that serves: everybody's routes, who may come in, and where it listens.
struct FrontDoor: Sendable {
    let gateway: Gateway
    let responder: Responder
    private let identity: TLSIdentity?
    private let log: Log

    /// Throws where a certificate is no good.
    init(_ routes: [Route], authenticator: Authenticator, _ host: FeatureHost) throws {
        log = host.log
        let settings = host.settings
        identity = try Self.identity(settings)
        let subjects = Subjects(host.database, host.keyring, world: host.world)
        responder = Responder(
            routes, GatewayTerms(settings),
            GatewayPorts(
                authenticator: authenticator, roles: host.roles, aliases: { try await Self.aliases(of: $0, subjects) }, log: host.log,
                world: host.world))
        let address = settings[GatewaySettings.listen]
        gateway = Gateway(
            responder, listeners: [Gateway.Listener(host: address.host, port: address.port, identity: identity)])
    }

    /// Both files or none.
    private static func identity(_ settings: Config) throws(Failure) -> TLSIdentity? {
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
        return Set(try await subjects.person(caller.actor, in: tenant).aliases)
    }

    /// Listens until the task is cancelled; `whenReady` is told the addresses.
    func run(whenReady: ([ListenAddress]) throws -> Void) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            if let identity { group.addTask { [log] in await Self.keepFresh(identity, log) } }
            let host = gateway.listenHost
            try await gateway.run { ports in try whenReady(ports.map { ListenAddress(host: host, port: $0) }) }
            group.cancelAll()
        }
    }

    var isSecure: Bool { identity != nil }

    /// A renewed certificate is there within a minute.
    private static func keepFresh(_ identity: TLSIdentity, _ log: Log) async {
        while true {
            do { try await Task.sleep(for: .seconds(30)) } catch { return }
            do throws(Failure) {
                if try identity.reload() { log.info("certificate renewed") }
            } catch {
                log.error("certificate unusable", ["code": .public(error.code)])
            }
        }
    }
}
