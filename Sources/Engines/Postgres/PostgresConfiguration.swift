import Store

/// How a PostgreSQL database is reached. The defaults suit one node of a small cluster.
package struct PostgresConfiguration: Sendable {
    /// Where transactions run: the server itself, or PgBouncer in transaction mode before it.
    package var url: DatabaseURL
    /// The server itself where `url` is a pooler: for LISTEN, leases and migrations, which need a session. nil: `url` is it.
    package var direct: DatabaseURL?
    /// Servers that stream from the first, for reads that may be a little old.
    package var replicas: [DatabaseURL] = []
    /// Connections to the primary, and to each replica.
    package var mostConnections = 8
    /// Callers that may wait for a connection; beyond that calls throw `.overloaded`.
    package var mostWaiting = 16_384
    /// How often a closure is run again after others changed the same rows.
    package var mostTries = 12
    /// Whether statements are prepared by name. nil: where the server, not a pooler, answers.
    package var preparesStatements: Bool?

    package init(url: DatabaseURL) {
        self.url = url
    }
}
