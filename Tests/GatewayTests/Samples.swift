import Access
import Base
import HTTPTypes
import Web

/// Routes, calls and callers for tests of the gateway's parts.
enum Sample {
    static func route(
        _ name: String = "thing.read", _ path: RoutePath = "/things", access: RouteAccess = .anyoneKnown, pace: Pace = .metered,
        caching: Caching = .never, answer: AnswerShape = .ok(.json(.anything)),
        handle: @escaping Route.Handler = { _ in .text("here") }
    ) -> Route {
        Route(
            .get, path, name, Text(verbatim: name), access: access,
            parameters: path.names.map { ParameterShape($0, in: .path, .text(1...200), Text(verbatim: $0)) }, answers: [answer], pace: pace,
            caching: caching, handle: handle)
    }

    static func caller(
        _ actor: String = "ana", in tenant: String? = "clinic", roles: Set<RoleName> = [], tier: Caller.Tier = .free,
        for other: String? = nil, assurance: Caller.Assurance = .password
    ) throws -> Caller {
        Caller(
            actor: try Identifier(actor), tenant: try tenant.map { try Identifier($0) }, onBehalfOf: try other.map { try Identifier($0) },
            roles: roles, tier: tier, assurance: assurance)
    }

    static func call(
        _ path: String = "/things", query: Query = .empty, fields: HTTPFields = [:], standing: Standing? = nil,
        language: Language = .spanish,
        isSecure: Bool = true, isBrowserSession: Bool = false, peer: String = "192.0.2.1", world: World
    ) -> Call {
        Call(
            method: .get, path: path, query: query, fields: fields, id: world.id(of: Call.self),
            trace: TraceContext(
                trace: world.random.bytes(16), span: world.random.bytes(8), parent: nil, isSampled: false, state: nil),
            standing: standing, language: language, deadline: world.elapsed() + .seconds(10), peer: peer, isSecure: isSecure,
            isBrowserSession: isBrowserSession)
    }
}
