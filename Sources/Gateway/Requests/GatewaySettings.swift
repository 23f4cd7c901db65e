import Base

/// What an operator may set about the door.
package enum GatewaySettings {
    package static let listen = ConfigKey<ListenAddress>(
        "http.listen", .listenAddress, default: ListenAddress(host: "127.0.0.1", port: 8_080),
        Text(es: "Dónde escucha; el puerto 0 es uno cualquiera que esté libre.", en: "Where it listens; port 0 is any that is free."))
    package static let certificate = ConfigKey<String?>(
        "http.tls_certificate", .optional(.text()), default: nil,
        Text(
            es: "Certificado del servidor, archivo PEM; se lee de nuevo cuando cambia. Sin él, sin TLS.",
            en: "The server's certificate, a PEM file; read anew when it changes. Without it, no TLS."))
    package static let certificateKey = ConfigKey<String?>(
        "http.tls_key", .optional(.text()), default: nil,
        Text(es: "Clave del certificado, archivo PEM.", en: "The certificate's key, a PEM file."))
    package static let ownAuthority = ConfigKey<Bool>(
        "http.own_authority", .boolean, default: false,
        Text(
            es:
                "Si el servidor es su propia autoridad de certificados, para la red de una clínica: los teléfonos la instalan desde /certificate.",
            en: "Whether the server is its own certificate authority, for a clinic's network: phones install it from /certificate."))
    package static let names = ConfigKey<[String]>(
        "http.names", .list(mostCount: 32), default: [],
        Text(
            es: "Nombres por los que se llama al servidor, además de los de esta máquina.",
            en: "Names by which the server is called, beside this machine's."))
    package static let plainListen = ConfigKey<ListenAddress?>(
        "http.plain_listen", .optional(.listenAddress), default: nil,
        Text(
            es: "Con TLS: dónde escucha además sin TLS, solo para instalar la autoridad y llevar a la dirección segura.",
            en: "With TLS: where it listens without it as well, only for installing the authority and leading to the secure address."))
    package static let origins = ConfigKey<[String]>(
        "http.origins", .list(mostCount: 64), default: [],
        Text(
            es: "Sitios cuyas páginas pueden usar la API con un token, como https://app.example.org.",
            en: "Places whose pages may use the API with a token, such as https://app.example.org."))
    static let connections = ConfigKey<Int>(
        "http.connections", .integer(16...1_000_000), default: 20_000,
        Text(es: "Conexiones abiertas a la vez, como mucho.", en: "Connections open at once, at most."))
    static let idle = ConfigKey<Duration>(
        "http.idle", .duration(.seconds(5)...(.seconds(3_600))), default: .seconds(75),
        Text(es: "Cuánto dura una conexión en la que no se pide nada.", en: "How long a connection lasts on which nothing is asked."))
    static let drain = ConfigKey<Duration>(
        "http.drain", .duration(.zero...(.seconds(600))), default: .seconds(20),
        Text(
            es: "Cuánto se espera, al parar, a lo que se está respondiendo.", en: "How long a stop waits for what is being answered."))
    static let compresses = ConfigKey<Bool>(
        "http.compress", .boolean, default: true, Text(es: "Si las respuestas se comprimen.", en: "Whether answers are compressed."))

    package static let declared = [
        listen.declaration, certificate.declaration, certificateKey.declaration, ownAuthority.declaration,
        names.declaration, plainListen.declaration, origins.declaration, connections.declaration,
        idle.declaration, drain.declaration, compresses.declaration,
    ]
}

extension GatewayTerms {
    package init(_ settings: Config) {
        origins = Set(settings[GatewaySettings.origins])
        mostConnections = settings[GatewaySettings.connections]
        idleTime = settings[GatewaySettings.idle]
        drainTime = settings[GatewaySettings.drain]
        compresses = settings[GatewaySettings.compresses]
    }
}

/// A host and a port: `127.0.0.1:8080`, `[::1]:8080`, `localhost:0`.
package struct ListenAddress: Sendable, Hashable, CustomStringConvertible {
    package let host: String
    package let port: Int

    package init(host: String, port: Int) {
        self.host = host
        self.port = port
    }

    /// nil for what is none.
    package init?(_ text: String) {
        guard let colon = text.lastIndex(of: ":"), let port = UInt16(text[text.index(after: colon)...]) else { return nil }
        var host = text[..<colon]
        if host.first == "[", host.last == "]" {
            host = host.dropFirst().dropLast()
        } else if host.contains(":") {
            return nil
        }
        guard !host.isEmpty, host.utf8.count <= 253, host.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else { return nil }
        (self.host, self.port) = (String(host), Int(port))
    }

    package var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }
}

extension ConfigForm where Value == ListenAddress {
    static var listenAddress: Self {
        Self(
            takes: Text(es: "una dirección y un puerto, como 127.0.0.1:8080", en: "an address and a port, such as 127.0.0.1:8080"),
            read: { ListenAddress($0) }, write: \.description)
    }
}
