import Access
import Base
import HTTPTypes
import NIOCore
import Web

/// Lets connections in to live updates: whoever speaks HTTP on the connection asks it with a request for `path`, writes what it
/// answers, and hands the connection over.
///
/// ```swift
/// let admission = try await door.accept(call, host: head.headers.first(name: "host"))
/// // On the event loop, where the connection is still there: write 101 with `admission.fields`, remove the handlers of HTTP, then
/// try admission.install(channel)
/// // and fire what was read behind the request, if anything, as a ByteBuffer.
/// ```
/// A request that is refused is answered as any other: a problem document.
package struct LiveDoor: Sendable {
    package static let path: RoutePath = "/ws"

    private let reception: LiveReception

    package init(_ reception: LiveReception) {
        self.reception = reception
    }

    /// Whether a request asks for a WebSocket at all: `Upgrade: websocket` and `Connection: upgrade` (RFC 6455, section 4.2.1).
    package static func isAsked(_ fields: HTTPFields) -> Bool { WebSocketHandshake.isAsked(fields) }

    /// Looks at the handshake, at who asks, and at the bounds. `host` is the authority that was asked for (`Host`), which a browser's
    /// `Origin` is held to.
    ///
    /// Throws `.badRequest`, `.upgradeRequired`, `.notSignedIn`, `.forbidden` (an origin that is not ours), `.tooMany`, `.overloaded`.
    package func accept(_ call: Call, host: String?) async throws(Problem) -> LiveAdmission {
        let handshake = try WebSocketHandshake(call.fields)
        let token = try reception.token(of: call, host: host)
        let session: LiveSession?
        if let token { session = try await reception.session(for: token) } else { session = nil }
        let seat = try reception.seats.take(for: session?.standing.caller.actor, at: call.peer)
        let (reception, language) = (reception, call.language)
        return LiveAdmission(fields: handshake.answer) { channel in
            let socket = LiveSocket(
                reception, session: session, seat: seat, isCompressed: handshake.isCompressed, language: language,
                on: channel.eventLoop)
            try LiveSocket.install(socket, on: channel)
        }
    }
}

/// A connection that may become a WebSocket. Let go of, it gives its place to others.
package struct LiveAdmission: Sendable {
    /// Of the answer 101, all of them but `Date`.
    package let fields: [(name: String, value: String)]
    /// Puts the handlers of WebSocket into a pipeline that has nothing but TLS: they take and give `ByteBuffer`. To be called on the
    /// channel's event loop, once, after 101 was written.
    package let install: @Sendable (any Channel) throws -> Void
}
