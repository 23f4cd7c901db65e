import Base

/// What an operator may set about a program that serves.
enum ServiceSettings {
    static let logLevel = ConfigKey<LogLevel>(
        "log.level", .oneOf, default: .info,
        Text(es: "Desde qué gravedad se escribe en el registro de sucesos.", en: "From which level on the log is written."))

    static let certificateLook = ConfigKey<Duration>(
        "http.tls_look", .duration(.seconds(1)...(.seconds(3_600))), default: .seconds(30),
        Text(
            es: "Cada cuánto mira si los archivos del certificado cambiaron.",
            en: "How often it looks whether the certificate's files changed."))

    static let designPages = ConfigKey<Bool>(
        "http.design_pages", .boolean, default: false,
        Text(
            es: "Si muestra los componentes de las páginas en /design, para quien las construye.",
            en: "Whether it shows the components of the pages at /design, for those who build them."))

    static let declared = [logLevel.declaration, certificateLook.declaration, designPages.declaration]
}
