import Base
import Runtime

/// What an operator may set about a program that serves.
enum ServiceSettings {
    static let logLevel = ConfigKey<LogLevel>(
        "log.level", .oneOf, default: .info,
        Text(es: "Desde qué gravedad se escribe en el registro de sucesos.", en: "From which level on the log is written."))

    static let stopWithin = ConfigKey<Duration>(
        "serve.stop_within", .duration(.seconds(1) ... .seconds(600)), default: .seconds(20),
        Text(
            es: "Cuánto se espera, al detenerse, a lo que está en marcha.", en: "How long what is under way is waited for when stopping."))

    static let declared = [logLevel.declaration, stopWithin.declaration]
}
