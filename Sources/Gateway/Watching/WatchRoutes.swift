import Access
import Base
import HTTPTypes
import Markup
import Metrics
import Web

/// Where operators and their programs look: `/healthz`, `/readyz`, `/metrics`, `/operator`.
package enum WatchRoutes {
    /// To see how the program is doing: routes, queues, errors. No records.
    package static let permission: Permission = "system.watch"

    /// `watch` is made with the routes, these among them, so it is asked for when they are called.
    package static func routes(_ watch: @escaping @Sendable () -> Watch?) -> [Route] {
        [health, ready(watch), metrics(watch), page(watch)]
    }

    private static let health = Route(
        .get, "/healthz", "system.health",
        Text(es: "Dice que el proceso vive.", en: "Says that the process lives."), access: .anyone,
        answers: [.ok(.json(.object([Schema.Member("alive", .bool)])))], pace: .unlimited
    ) { _ in .json { $0.object { $0.member("alive", true) } } }

    private static func ready(_ watch: @escaping @Sendable () -> Watch?) -> Route {
        Route(
            .get, "/readyz", "system.ready",
            Text(
                es: "Dice si conviene mandar solicitudes aquí y, si no, qué falta (503, con un fallo por cada cosa).",
                en: "Says whether requests should come here, and if not, what is missing (503, with a fault for each thing)."),
            access: .anyoneKnown, answers: [.ok(.json(.object([Schema.Member("ready", .bool)])))], pace: .unlimited
        ) { call in
            guard let watch = watch() else { throw Problem.fault }
            let lacks = await watch.lacks()
            guard !lacks.isEmpty else { return .json { $0.object { $0.member("ready", true) } } }
            let isInformed = call.isFromHere || call.mayWatch
            throw Problem(
                .overloaded, "not_ready",
                Text(es: "Aún no está listo: espere y vuelva a preguntar.", en: "It is not ready: wait and ask again."),
                faults: lacks.map { name, lack in
                    FieldFault("/\(name)", isInformed ? lack.code : "not_ready", isInformed ? lack.message : Text(verbatim: name))
                }, retryAfter: .seconds(5))
        }
    }

    private static func metrics(_ watch: @escaping @Sendable () -> Watch?) -> Route {
        Route(
            .get, "/metrics", "system.metrics",
            Text(es: "Las métricas, en el formato de Prometheus.", en: "The metrics, in Prometheus' format."), access: .anyoneKnown,
            answers: [.ok(.other("text/plain"))], refusals: [.forbidden], pace: .unlimited
        ) { call in
            guard let watch = watch() else { throw Problem.fault }
            let isAllowed =
                switch watch.settings[WatchSettings.metrics] {
                case .anyone: true
                case .loopback: call.isFromHere || call.mayWatch
                case .permission: call.mayWatch
                }
            guard isAllowed else { throw Problem.watchersOnly }
            return Reply(.ok, type: Metrics.mediaType, .bytes(await watch.exposition()))
        }
    }

    /// Renews itself each ten seconds, until somebody asks it not to (`?still=1`).
    private static func page(_ watch: @escaping @Sendable () -> Watch?) -> Route {
        let still = Parameter.choice(
            "still", in: .query, ["1"],
            Text(es: "Que la página no se renueve sola.", en: "That the page does not renew itself."))
        return Route(
            .get, "/operator", "system.page",
            Text(es: "Cómo va el programa, para quien lo administra.", en: "How the program is doing, for operators."),
            access: .permission(permission), parameters: [still.shape], answers: [.ok(.page)], pace: .page
        ) { call in
            guard let watch = watch() else { throw Problem.fault }
            let isStill = try call.optional(still) != nil
            let page = OperatorPage.page(await watch.overview(), Interface(call), isStill: isStill)
            let reply = Reply.page(page)
            guard !isStill, let refresh = HTTPField.Name("Refresh") else { return reply }
            return reply.with(refresh, "10")
        }
    }
}

extension Call {
    /// Whether whoever asks is on this machine. A proxy on it speaks for others, and says so.
    var isFromHere: Bool {
        guard PeerAddress(peer).isLoopback else { return false }
        return !Self.forwarded.contains { name in HTTPField.Name(name).map { fields[$0] != nil } ?? false }
    }

    private static let forwarded = ["Forwarded", "X-Forwarded-For", "X-Real-IP", "X-Forwarded-Host", "Via"]

    var mayWatch: Bool { standing?.permissions.contains(WatchRoutes.permission) ?? false }
}

extension Problem {
    fileprivate static let watchersOnly = Problem(
        .forbidden, "watchers_only",
        Text(
            es:
                "Esto lo lee quien administra el sistema: pregunte desde la misma máquina o con una cuenta que tenga el permiso system.watch.",
            en: "This is for whoever runs the system: ask from the machine itself, or with an account that has the permission system.watch."
        ))
}
