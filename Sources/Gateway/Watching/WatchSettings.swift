import Base

/// What an operator may set about watching the program.
package enum WatchSettings {
    /// Who may read `/metrics` and the details of `/readyz`.
    package enum Audience: String, Sendable, CaseIterable {
        /// Who asks from this machine itself, and who has the permission.
        case loopback
        /// Who has the permission.
        case permission
        /// Whoever reaches the server.
        case anyone
    }

    static let metrics = ConfigKey<Audience>(
        "metrics.access", .oneOf, default: .loopback,
        Text(
            es: "Quién lee /metrics: quien pregunta desde esta máquina o tiene permiso, solo quien tiene permiso, o cualquiera.",
            en: "Who reads /metrics: who asks from this machine or has the permission, only who has it, or anyone."))
    static let lag = ConfigKey<Duration>(
        "ready.subscription_lag", .duration(.seconds(1)...(.seconds(86_400))), default: .seconds(300),
        Text(
            es: "Desde qué atraso de una suscripción el programa dice que no está listo.",
            en: "From which lag of a subscription on the program says that it is not ready."))

    package static let declared = [metrics.declaration, lag.declaration] + RequestLogSettings.declared + PaceSettings.declared
}
