import Base

/// Where a database is, as `--database` and the configuration name it: the scheme chooses the engine.
///
/// `sqlite:PATH`, `postgres://USER:PASSWORD@HOST:PORT/NAME?sslmode=verify-full`. What stands behind `postgres:` is libpq's
/// to read. Prints without its password.
package struct DatabaseURL: Sendable, Hashable {
    /// The engine that the scheme names.
    package let dialect: Dialect
    /// SQLite: the path. PostgreSQL: the whole URL, password included.
    package let exposed: String

    /// Throws a `Failure(.usage)` that does not repeat the text, since it may hold a password.
    package init(_ text: String) throws(Failure) {
        guard text.utf8.count <= Self.mostBytes, !text.utf8.contains(where: { $0 < 0x20 || $0 == 0x7f }) else { throw Self.unreadable }
        if text.hasPrefix("sqlite:") {
            var path = text.dropFirst("sqlite:".count)
            if path.hasPrefix("//") { path = path.dropFirst(2) }
            guard !path.isEmpty else { throw Self.unreadable }
            self.init(.sqlite, String(path))
        } else if text.hasPrefix("postgres://") || text.hasPrefix("postgresql://") {
            self.init(.postgres, text)
        } else {
            throw Self.unreadable
        }
    }

    /// The SQLite database in a file.
    package init(sqlite path: String) {
        self.init(.sqlite, path)
    }

    private init(_ dialect: Dialect, _ exposed: String) {
        self.dialect = dialect
        self.exposed = exposed
    }

    private static let mostBytes = 4096

    private static let unreadable = Failure(
        .usage, "unreadable_database_url",
        Text(
            es: "La dirección de la base de datos no se entiende: escriba sqlite:ARCHIVO o postgres://USUARIO:CLAVE@SERVIDOR:PUERTO/BASE.",
            en: "The database's address cannot be read: write sqlite:FILE or postgres://USER:PASSWORD@HOST:PORT/NAME."))
}

extension DatabaseURL: CustomStringConvertible, CustomReflectable {
    /// Scheme, host and name at most: neither who nor by what password, nor any parameter.
    package var description: String {
        guard dialect == .postgres else { return "sqlite:\(exposed)" }
        let rest = exposed.drop { $0 != "/" }.dropFirst(2)
        let place = rest.prefix { $0 != "?" }
        // A ? in a password that its writer forgot to escape: what stands before it is not the place.
        guard !rest[place.endIndex...].contains("@") else { return "postgres://…" }
        // The last @, because a password may hold one that its writer forgot to escape.
        let host = place.lastIndex(of: "@").map { place[place.index(after: $0)...] } ?? place
        // A forgotten @: what would be the port is the password.
        guard host.prefix(while: { $0 != "/" }).split(separator: ",").allSatisfy(Self.hasPlainPort) else { return "postgres://…" }
        return "postgres://\(host)"
    }

    /// `db`, `db:5432`, `[::1]:5432`.
    private static func hasPlainPort(_ host: Substring) -> Bool {
        let name = host.hasPrefix("[") ? host.drop { $0 != "]" } : host
        guard let colon = name.firstIndex(of: ":") else { return true }
        return name[name.index(after: colon)...].utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    }

    package var customMirror: Mirror { Mirror(self, children: ["url": description]) }
}
