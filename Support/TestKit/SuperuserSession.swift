import CPostgres
import Store

/// A connection of the superuser, for what tests do around the engine: databases that come and go, connections that are
/// cut, replicas that are held back. Its statements go straight to libpq, so that no engine is tested by itself.
package final class SuperuserSession {
    private let connection: OpaquePointer

    /// Throws `ServerRefused`.
    package init(_ address: ServerAddress) throws {
        guard let connection = PQconnectdb(address.text + (address.parameters.isEmpty ? "?" : "&") + "connect_timeout=20") else {
            throw ServerRefused(message: "out of memory")
        }
        guard PQstatus(connection) == CONNECTION_OK else {
            defer { PQfinish(connection) }
            throw ServerRefused(message: String(cString: PQerrorMessage(connection)))
        }
        self.connection = connection
        try run("SET statement_timeout = '30s'; SET client_min_messages = error")
    }

    deinit { PQfinish(connection) }

    /// Runs statements and returns the first column of the last one's first row; nil where it is NULL or there is none.
    @discardableResult
    package func run(_ statements: String) throws -> String? {
        let result = PQexec(connection, statements)
        defer { PQclear(result) }
        switch PQresultStatus(result) {
        case PGRES_COMMAND_OK, PGRES_EMPTY_QUERY: return nil
        case PGRES_TUPLES_OK:
            guard PQntuples(result) > 0, PQgetisnull(result, 0, 0) == 0, let value = PQgetvalue(result, 0, 0) else { return nil }
            return String(cString: value)
        default: throw ServerRefused(message: String(cString: PQerrorMessage(connection)))
        }
    }

    /// Cuts every connection to a database but this one, as an operator would.
    package func cutConnections(to database: String) throws {
        try run(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '\(database)' AND pid <> pg_backend_pid()")
    }
}

package struct ServerRefused: Error, CustomStringConvertible {
    let message: String
    package var description: String { message }
}
