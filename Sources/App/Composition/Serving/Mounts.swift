import Access
import Base
import Gateway
import HTTPTypes
import Identity
import Metrics
import NIOCore
import Runtime
import Synchronization
import Web

/// Everything that a program answers over HTTP, and what stands behind the routes that are no feature's: live updates, and watching.
struct Mounts: Sendable {
    let routes: [Route]
    let feed: LiveFeed
    let reception: LiveReception
    let watch: Watch

    /// `schema` throws where the database is not at this program's schema; `conditions` are asked before requests should come here, beside
    /// the database's own; `installing` is there where the program is its own certificate authority.
    init(
        _ features: [any Feature], _ host: FeatureHost, authenticator: Authenticator,
        aliases: @escaping @Sendable (Caller) async throws -> Set<Identifier> = { _ in [] }, loops: any EventLoopGroup,
        installing: [Route] = [],
        schema: @escaping @Sendable () async throws -> Void = {}, conditions: [ReadyCondition] = [],
        openConnections: @escaping @Sendable () -> Int = { 0 }
    ) {
        feed = LiveFeed(
            host, kinds: Roster.kinds, identity: LiveIdentity(authenticator, roles: host.roles, world: host.world, aliases: aliases),
            loops: loops)
        reception = LiveReception(feed, origins: Set(host.settings[GatewaySettings.origins]))
        // Watching is made with the routes, its own among them.
        let watching = Later<Watch>()
        let identity = features.lazy.compactMap { ($0 as? IdentityFeature)?.parts }.first
        var routes: [Route] = features.flatMap(\.routes)
        routes += [reception.eventsRoute, Self.home(watching, identity, host)]
        routes += WatchRoutes.routes({ watching.value })
        let design = host.settings[ServiceSettings.designPages] ? DesignRoutes.all : []
        for more in [AssetRoutes.all, PreferenceRoutes.all, design, installing] { routes += more }
        routes += APIRoutes.describing(routes, version: Program.version)
        self.routes = routes
        watch = Watch(
            routes, Watch.Sources(schema: schema, conditions: conditions, version: Program.version, openConnections: openConnections),
            host: host)
        for (name, help) in [
            ("live_connections", "Connections that listen to changes now."), ("live_subscriptions", "Topics that they listen to, in all."),
        ] {
            watch.metrics.computed(name, help) { [reception] in
                reception.gauges.filter { $0.name == name }.map { MetricReading($0.value) }
            }
        }
        watching.value = watch
    }

    /// The first page. `identity`: who says who looks.
    private static func home(_ watching: Later<Watch>, _ identity: IdentityParts?, _ host: FeatureHost) -> Route {
        let hasDesign = host.settings[ServiceSettings.designPages]
        return Route(
            .get, "/", "home.page", Text(es: "La página de inicio.", en: "The home page."), access: .anyoneKnown, answers: [.ok(.page)],
            pace: .page
        ) { call in
            let lacks = await watching.value?.lacks() ?? []
            let health =
                lacks.isEmpty
                ? [
                    HomePage.Health(
                        Text(es: "Servidor", en: "Server"), isWell: true,
                        Text(es: "Atiende con normalidad.", en: "It answers as it should."))
                ]
                : lacks.map {
                    HomePage.Health(Text(verbatim: $0.name), isWell: false, Text(es: "Aún no está listo.", en: "It is not ready."))
                }
            let shell = if let identity { try await VisitorShell(identity).shell(call) } else { Shell() }
            let places = call.standing.map { host.destinations(of: $0).map(\.card) } ?? []
            let links = places + (identity == nil ? [] : entrance(call.standing)) + links + (hasDesign ? [design] : [])
            return .page(HomePage.page(Interface(call), shell: shell, links: links, health: health, version: Program.version))
        }
    }

    /// To one's account, or to where one signs in.
    private static func entrance(_ standing: Standing?) -> [NavigationCard] {
        guard let standing else {
            return [
                NavigationCard(
                    .lock, Text(es: "Entrar", en: "Sign in"),
                    Text(es: "Con su dirección y su contraseña.", en: "With your address and your password."), "/sign-in")
            ]
        }
        var cards = [
            NavigationCard(
                .person, Text(es: "Mi cuenta", en: "My account"),
                Text(es: "Sus datos, su contraseña y sus sesiones.", en: "Your details, your password and your sessions."), "/account")
        ]
        if standing.caller.tenant != nil, standing.permissions.contains(OrganisationOffice.read) {
            cards.append(
                NavigationCard(
                    .people, Text(es: "Organización", en: "Organisation"),
                    Text(es: "Las personas, sus roles y las invitaciones.", en: "The people, their roles and the invitations."),
                    "/organisation"))
        }
        return cards
    }

    private static let links = [
        NavigationCard(
            .book, Text(es: "La API", en: "The API"),
            Text(es: "Todo lo que un programa puede pedir, y cómo.", en: "All that a program may ask, and how."), "/api"),
        NavigationCard(
            .chart, Text(es: "Cómo va el servidor", en: "How the server is doing"),
            Text(es: "Tráfico, trabajos y salud, para quien lo administra.", en: "Traffic, jobs and health, for whoever runs it."),
            "/operator"),
    ]
    private static let design = NavigationCard(
        .tools, Text(es: "Componentes de las páginas", en: "Components of the pages"),
        Text(es: "Para quien construye páginas.", en: "For those who build pages."), "/design")
}

/// Something that is there a moment later than whoever needs it.
final class Later<Value: Sendable>: Sendable {
    private let held = Mutex<Value?>(nil)

    var value: Value? {
        get { held.withLock { $0 } }
        set { held.withLock { $0 = newValue } }
    }
}
