import Base

/// What an operator may set about a program that serves.
enum ServiceSettings {
    static let logLevel = ConfigKey<LogLevel>(
        "log.level", .oneOf, default: .info,
        Text(es: "Desde qué gravedad se escribe en el registro de sucesos.", en: "From which level on the log is written."))

    static let declared = [logLevel.declaration]
}
