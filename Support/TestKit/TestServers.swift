import Base
import Foundation
import Store

/// The servers that `scripts/services` runs, as its `environment` names them. Where they are not there, tests fail: none is
/// skipped.
package struct TestServers: Sendable {
    package let superuser: ServerAddress
    package let owner: ServerAddress
    package let app: ServerAddress
    /// The program's role through PgBouncer, in transaction mode.
    package let pooled: ServerAddress
    package let replica: ServerAddress
    /// A database whose encoding is SQL_ASCII, with which nothing can be done.
    package let ascii: ServerAddress
    /// The certificate that vouches for the servers' own, for `sslmode=verify-full`.
    package let authorityPath: String
    private let scriptPath: String

    /// Throws `ServersAreMissing`.
    package static func running() throws -> TestServers {
        let environment = ProcessInfo.processInfo.environment
        func value(_ name: String) throws -> String {
            guard let value = environment["ZANCADA_TEST_\(name)"], !value.isEmpty else { throw ServersAreMissing(variable: name) }
            return value
        }
        func address(_ name: String) throws -> ServerAddress {
            guard let address = ServerAddress(try value("\(name)_URL")) else { throw ServersAreMissing(variable: name) }
            return address
        }
        return TestServers(
            superuser: try address("SUPERUSER"), owner: try address("OWNER"), app: try address("APP"), pooled: try address("POOLED"),
            replica: try address("REPLICA"), ascii: try address("ASCII"), authorityPath: try value("CA"),
            scriptPath: try value("SERVICES"))
    }

    package enum Server: String, Sendable {
        case primary
        case replica
        case pgbouncer
    }

    package enum Command: String, Sendable {
        /// In an orderly way.
        case halt
        /// As a power cut would.
        case kill
        /// Stopped where it runs, and started at the same port with the same data.
        case restart
    }

    /// Stops, kills or starts one of the servers and waits until it is so, for as long as the script allows (60 s).
    package func run(_ command: Command, _ server: Server) async throws {
        let status = try await Child.run(scriptPath, [command.rawValue, server.rawValue])
        guard status == 0 else { throw CommandFailed(command: "\(command) \(server)", status: status) }
    }
}

/// Who connects to which database, at which port of 127.0.0.1.
package struct ServerAddress: Sendable, Hashable {
    package var user: String
    package var password: String
    package var port: UInt16
    package var database: String
    /// What stands behind the `?`.
    package var parameters: [String] = []

    init?(_ url: String) {
        guard let parts = URLComponents(string: url), let user = parts.user, let password = parts.password,
            let port = parts.port.flatMap(UInt16.init(exactly:))
        else { return nil }
        self.user = user
        self.password = password
        self.port = port
        database = String(parts.path.dropFirst())
    }

    package func with(_ change: (inout ServerAddress) -> Void) -> ServerAddress {
        var address = self
        change(&address)
        return address
    }

    /// `postgres://…`, password included.
    package var text: String {
        let tail = parameters.isEmpty ? "" : "?" + parameters.joined(separator: "&")
        return "postgres://\(user):\(password)@127.0.0.1:\(port)/\(database)\(tail)"
    }

    package func url() throws -> DatabaseURL { try DatabaseURL(text) }
}

/// Told to whoever runs the tests by hand.
package struct ServersAreMissing: Error, CustomStringConvertible {
    let variable: String

    package var description: String {
        "ZANCADA_TEST_\(variable) is not set: run 'make test', or 'make services' and 'eval \"$(scripts/services environment)\"' before the tests."
    }
}

struct CommandFailed: Error {
    let command: String
    let status: Int32
}
