import Access
import Base
import Markup

/// What a route says of itself, in words: for OpenAPI, for the page of the API, for `zancada routes`.
package struct RouteWords: Sendable {
    private let route: Route

    package init(_ route: Route) { self.route = route }

    /// Routes of one thing stand together: what is before the dot of their names.
    package static func group(of route: Route) -> String { route.name.split(separator: ".").first.map(String.init) ?? route.name }

    package var access: Text {
        switch route.access {
        case .anyone: Text(es: "cualquiera", en: "anyone")
        case .anyoneKnown: Text(es: "cualquiera, con sesión o sin ella", en: "anyone, signed in or not")
        case .signedIn: Text(es: "quien inició sesión", en: "whoever signed in")
        case .permission(let permission):
            Text(es: "quien tiene el permiso \(permission)", en: "whoever has the permission \(permission)")
        }
    }

    package var pace: Text {
        switch route.pace {
        case .metered: Text(es: "contada por hora", en: "metered by the hour")
        case .signIn: Text(es: "pocos intentos", en: "few attempts")
        case .page: Text(es: "ráfagas", en: "bursts")
        case .upload: Text(es: "contada por bytes", en: "metered by bytes")
        case .unlimited: Text(es: "sin límite", en: "unlimited")
        }
    }

    package var repeating: Text {
        switch route.repeating {
        case .harmless: Text(es: "repetirla no cambia nada", en: "asking again changes nothing")
        case .refusedWithoutKey:
            Text(es: "con Idempotency-Key, repetirla da la misma respuesta", en: "with Idempotency-Key, asking again gives the same answer")
        case .another: Text(es: "cada vez hace otra", en: "each time does another")
        }
    }

    /// `10 s`.
    package var time: String { "\(route.time.components.seconds) s" }

    /// Who may ask, how often, and what asking again does.
    package var description: Text {
        func sentence(_ language: Language) -> String {
            let parts = [
                language(es: "Quién: \(access(language)).", en: "Who: \(access(language))."),
                language(es: "Frecuencia: \(pace(language)).", en: "Pace: \(pace(language))."),
                language(es: "Tiempo: \(time).", en: "Time: \(time)."),
                language(es: "Además, \(repeating(language)).", en: "Besides, \(repeating(language))."),
            ]
            return parts.joined(separator: " ")
        }
        return Text(es: sentence(.spanish), en: sentence(.english))
    }
}
