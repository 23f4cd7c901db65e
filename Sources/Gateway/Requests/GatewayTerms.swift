import Access
import Base
import Records
import Web

/// What an operator decides about the door.
package struct GatewayTerms: Sendable {
    /// Other places whose pages may ask here with a token: `https://app.example.org`; none by default. Cookies never go along.
    package var origins: Set<String> = []
    /// The most connections at once; more wait to be accepted.
    package var mostConnections = 20_000
    /// From a connection's begin to the end of its handshake, and from there to the end of its first head.
    package var headTime: Duration = .seconds(20)
    /// From an answer to the end of the next head: bytes that trickle in do not make it longer.
    package var idleTime: Duration = .seconds(75)
    /// A body that is read whole must be there by then; 1 s more for each 16 KiB beyond the first.
    package var bodyTime: Duration = .seconds(20)
    /// An answer of which nothing more is taken for so long is given up.
    package var writeTime: Duration = .seconds(30)
    /// How long a stop waits for what is under way.
    package var drainTime: Duration = .seconds(20)
    /// Bytes of bodies that are read whole and have not been answered, in all; more are told to come back.
    package var mostBodyBytes = 256 << 20
    /// Whether answers are compressed.
    package var compresses = true

    package init() {}
}

/// What the door asks of others.
package struct GatewayPorts: Sendable {
    package let authenticator: Authenticator
    package let roles: RoleBook
    /// Who was merged into a caller.
    package let aliases: @Sendable (Caller) async throws -> Set<Identifier>
    package var pacing: Pacing
    package var caching: ReplyCaching
    /// Who lets connections in to live updates; nil: nobody.
    package var live: LiveDoor?
    /// Told of every request whose answer begins to be made; `finished` follows.
    package var begun: @Sendable (Route?) -> Void
    /// Told of every answer, once its head is known.
    package var finished: @Sendable (Finished) -> Void
    package let log: Log
    package let world: World

    package init(
        authenticator: Authenticator, roles: RoleBook, aliases: @escaping @Sendable (Caller) async throws -> Set<Identifier> = { _ in [] },
        pacing: Pacing = .none, caching: ReplyCaching = .none, live: LiveDoor? = nil,
        begun: @escaping @Sendable (Route?) -> Void = { _ in }, finished: @escaping @Sendable (Finished) -> Void = { _ in }, log: Log,
        world: World
    ) {
        self.authenticator = authenticator
        self.roles = roles
        self.aliases = aliases
        self.pacing = pacing
        self.caching = caching
        self.begun = begun
        self.finished = finished
        self.live = live
        self.log = log
        self.world = world
    }
}
