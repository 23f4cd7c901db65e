import Base
import CPostgres
import Glibc
import Store

/// A server as libpq is told to reach it: what the URL says, and what we add where it says nothing.
struct Target: Sendable {
    let options: [(keyword: String, value: String)]
    /// Host, port and name for sentences; never who or by what password.
    let place: String
    /// Never to be printed.
    private let secrets: [String]
    /// Whether a password would leave this machine in clear unless TLS is demanded.
    private let demandsEncryption: Bool
    /// Whether another than the server meant could answer in its place: it is elsewhere, and nobody looks at its certificate.
    let trustsAnyone: Bool
    /// Who else has to lead to the same database; nil: nobody.
    var kinship: Kinship?

    /// Throws a `Failure(.usage)` that repeats nothing of the URL where libpq cannot read it.
    init(_ url: DatabaseURL) throws(Failure) {
        guard url.dialect == .postgres, let parsed = PQconninfoParse(url.exposed, nil) else { throw Self.unreadable }
        defer { PQconninfoFree(parsed) }
        var options: [(keyword: String, value: String)] = []
        var option = parsed
        while let keyword = option.pointee.keyword {
            if let value = option.pointee.val { options.append((String(cString: keyword), String(cString: value))) }
            option += 1
        }
        // Where the @ was forgotten, the password stands in the port's place, and libpq would repeat it.
        let isPort = { (value: String) in value.utf8.allSatisfy { ($0 >= 0x30 && $0 <= 0x39) || $0 == UInt8(ascii: ",") } }
        guard options.allSatisfy({ $0.keyword != "port" || isPort($0.value) }) else { throw Self.unreadable }
        secrets = options.filter { $0.keyword == "password" || $0.keyword == "sslpassword" }.map(\.value).filter { !$0.isEmpty }
        place = url.description

        let staysHere = Self.staysHere(options)
        let mode = Self.told("sslmode", or: "PGSSLMODE", options)
        demandsEncryption = !staysHere && mode == nil
        trustsAnyone = !staysHere && mode != "verify-full" && mode != "verify-ca"
        for (keyword, value) in Self.additions + [("sslmode", mode ?? (staysHere ? "allow" : "require"))]
        where !options.contains(where: { $0.keyword == keyword }) {
            options.append((keyword, value))
        }
        // Ours, whatever the URL says: everything here is read as UTF-8.
        options.removeAll { $0.keyword == "client_encoding" }
        options.append(("client_encoding", "UTF8"))
        self.options = options
    }

    /// Dead peers are noticed in a minute rather than in two hours. GSSAPI would look for tickets before each connection.
    private static let additions = [
        ("fallback_application_name", "zancada"), ("gssencmode", "disable"), ("keepalives_idle", "30"), ("keepalives_interval", "10"),
        ("keepalives_count", "3"), ("tcp_user_timeout", "15000"),
    ]

    /// What the URL says, or the environment where it says nothing, as libpq reads it.
    private static func told(_ keyword: String, or variable: String, _ options: [(keyword: String, value: String)]) -> String? {
        options.first { $0.keyword == keyword }?.value ?? getenv(variable).map { String(cString: $0) }
    }

    /// Whether every address is this machine's own. A service's file, which only libpq reads, may name any.
    private static func staysHere(_ options: [(keyword: String, value: String)]) -> Bool {
        guard told("service", or: "PGSERVICE", options) == nil else { return false }
        let hosts = [told("host", or: "PGHOST", options), told("hostaddr", or: "PGHOSTADDR", options)].compactMap { $0 }
        return hosts.flatMap { $0.split(separator: ",") }.allSatisfy { isLocal($0) }
    }

    /// A number that begins with 127 is; a name that does is anybody's.
    private static func isLocal(_ host: Substring) -> Bool {
        var address = in_addr()
        if inet_pton(AF_INET, String(host), &address) == 1 { return UInt32(bigEndian: address.s_addr) >> 24 == 127 }
        return host.hasPrefix("/") || host.hasPrefix("@") || host == "localhost" || host == "::1"
    }

    /// Seconds to wait for one connection; libpq leaves `connect_timeout` to whoever connects without blocking.
    var patience: Duration {
        let told = options.first { $0.keyword == "connect_timeout" }.flatMap { Int($0.value) } ?? 0
        return .seconds(told > 0 ? min(told, 60) : 5)
    }

    /// One line of what libpq or the server said, without secrets.
    func redacted(_ message: String) -> String {
        var text = message
        for secret in secrets { text = text.replacing(secret, with: "***") }
        let line = text.split(whereSeparator: \.isNewline).first.map(String.init) ?? ""
        return String(line.prefix(300))
    }

    private static let unreadable = Failure(
        .usage, "unreadable_database_url",
        Text(
            es:
                "La dirección de la base de datos no se entiende: escriba postgres://USUARIO:CLAVE@SERVIDOR:PUERTO/BASE, con %40 en lugar de @ en la clave.",
            en: "The database's address cannot be read: write postgres://USER:PASSWORD@HOST:PORT/NAME, with %40 for an @ in the password."))
}

extension Target: CustomStringConvertible, CustomReflectable {
    var description: String { place }

    /// Whoever dumps an engine sees no password.
    var customMirror: Mirror { Mirror(self, children: ["place": place]) }
}

/// Why no connection could be made.
struct ConnectFailure: Error, Sendable {
    /// What the program is told: a `Failure(.unavailable)`.
    let failure: Failure
    /// Whether trying again without changing anything may help.
    let isPassing: Bool
    /// Whether the server answered, but takes no more connections now.
    var isFull = false
    /// Whether it is another database than the one meant.
    var isStranger = false

    init(_ why: Text, isPassing: Bool) {
        failure = .databaseUnavailable(why)
        self.isPassing = isPassing
    }
}

extension Target {
    /// The sentence for a connection that libpq could not make. `message` is libpq's, with SQLSTATEs in it (verbose).
    func connectFailure(_ message: String) -> ConnectFailure {
        let detail = redacted(message.split(whereSeparator: \.isNewline).last { !$0.contains("LOCATION:") }.map(String.init) ?? "")
        let lower = message.lowercased()
        func has(_ states: String...) -> Bool { states.contains { message.contains(" \($0): ") } }
        if has("28P01", "28000") || lower.contains("authentication failed") || lower.contains("no password supplied") {
            return ConnectFailure(
                Text(
                    es: "\(place) no acepta ese usuario con esa clave; corríjalos en la dirección (\(detail))",
                    en: "\(place) does not accept that user with that password; correct them in the address (\(detail))"), isPassing: false)
        }
        if has("3D000") || lower.contains("no such database") {
            return ConnectFailure(
                Text(
                    es: "\(place) no existe; créela o corrija su nombre en la dirección",
                    en: "\(place) does not exist; create it, or correct its name in the address"), isPassing: false)
        }
        if has("53300") {
            var full = ConnectFailure(
                Text(
                    es: "\(place) no admite más conexiones; suba max_connections o baje el número de conexiones del programa",
                    en: "\(place) takes no more connections; raise max_connections, or lower the program's number of connections"),
                isPassing: true)
            full.isFull = true
            return full
        }
        if lower.contains("does not support ssl") {
            return ConnectFailure(
                demandsEncryption
                    ? Text(
                        es:
                            "\(place) no cifra la conexión y la clave viajaría en claro; active TLS en el servidor, o escriba sslmode en la dirección si acepta el riesgo",
                        en:
                            "\(place) does not encrypt the connection, and the password would travel in clear; turn TLS on at the server, or write sslmode in the address if you accept the risk"
                    )
                    : Text(
                        es: "\(place) no cifra la conexión (TLS) y la dirección lo exige; active TLS en el servidor",
                        en: "\(place) does not encrypt the connection (TLS), which the address demands; turn TLS on at the server"),
                isPassing: false)
        }
        if lower.contains("certificate") || lower.contains("ssl error") {
            return ConnectFailure(
                Text(
                    es: "el certificado de \(place) no es de confianza; revise sslrootcert y el nombre del servidor (\(detail))",
                    en: "the certificate of \(place) is not to be trusted; check sslrootcert and the host's name (\(detail))"),
                isPassing: false)
        }
        if lower.contains("connection refused") || lower.contains("no such file or directory") {
            return ConnectFailure(
                Text(
                    es: "nadie contesta en \(place); arranque el servidor o corrija la dirección",
                    en: "nobody answers at \(place); start the server, or correct the address"), isPassing: true)
        }
        if has("57P03") {
            return ConnectFailure(
                Text(es: "\(place) está arrancando o parándose; espere", en: "\(place) is starting or stopping; wait"), isPassing: true)
        }
        return ConnectFailure(
            Text(es: "\(place) no se alcanza (\(detail))", en: "\(place) cannot be reached (\(detail))"), isPassing: true)
    }
}
