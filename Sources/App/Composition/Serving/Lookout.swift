import Access
import Base
import Gateway
import Keys
import Metrics
import Records
import Runtime
import Web

/// How a program that serves is watched, and holds those who ask to their pace: put between its routes and its door.
struct Lookout: Sendable {
    let watch: Watch
    private let pace: PaceKeeper
    private let replies: ReplyCache
    private let gateway = Later<Gateway>()

    /// `routes`: all that are mounted, `WatchRoutes` among them.
    init(_ routes: [Route], conditions: [ReadyCondition], _ host: FeatureHost) {
        let database = host.database
        watch = Watch(
            routes,
            Watch.Sources(
                schema: { try await Roster.requireSchema(of: database) },
                conditions: conditions + [Self.notDraining(gateway)], version: Program.version,
                openConnections: { [gateway] in gateway.value?.openConnections ?? 0 }), host: host)
        pace = PaceKeeper(PaceSettings(host.settings), world: host.world)
        replies = ReplyCache(
            MemoryCache(bytes: host.settings[CacheSettings.memory], world: host.world), hits: watch.cacheHits["answers"],
            misses: watch.cacheMisses["answers"])
    }

    /// Sees to it that the gateway asks and tells.
    func join(_ ports: inout GatewayPorts) {
        ports.pacing = pace.pacing
        ports.caching = replies.caching
        ports.begun = { [watch] in watch.begin($0) }
        ports.finished = { [watch] in watch.finish($0) }
    }

    /// Once there is one.
    func look(at gateway: Gateway) { self.gateway.give(gateway) }

    private static func notDraining(_ gateway: Later<Gateway>) -> ReadyCondition {
        ReadyCondition("draining") {
            guard gateway.value?.isDraining ?? false else { return nil }
            return ReadyCondition.Lack(
                "draining", Text(es: "Se le pidió parar y termina lo empezado.", en: "It was told to stop and finishes what it began."))
        }
    }
}

extension ReadyCondition {
    /// Where there are organisations, the root key that opens theirs is there.
    static func keys(_ office: RecordOffice) -> ReadyCondition {
        ReadyCondition("keys") {
            do {
                if try !office.root.folder.organisations().isEmpty { _ = try office.root.presentNames() }
                return nil
            } catch {
                let failure = error as? Failure
                return Lack(
                    failure?.code ?? "keys",
                    failure?.message ?? Text(es: "No se pueden leer las claves.", en: "The keys cannot be read."))
            }
        }
    }
}
