/// Why we close a WebSocket (RFC 6455, section 7.4; from 4000 on our own). docs/live.md says what a client does about each.
package enum CloseCode: UInt16, Sendable, Hashable, CaseIterable {
    case normal = 1000
    /// The program ends: come back to another.
    case goingAway = 1001
    case protocolError = 1002
    /// Binary messages mean nothing here.
    case notText = 1003
    case invalidText = 1007
    case tooLarge = 1009
    case fault = 1011
    /// What was asked of others cannot be answered now: come back later.
    case tryAgainLater = 1013
    /// A message that means nothing.
    case badMessage = 4400
    /// Nobody said who they are in time, or the token or the session is no good (any more).
    case notSignedIn = 4401
    /// Another caller's token on a connection that has one.
    case anotherCaller = 4403
    /// It took nothing of what was sent, or does not answer pings.
    case tooSlow = 4408
    /// Too many messages, or too many connections.
    case tooMany = 4429

    /// For people who debug a client; no more than 123 bytes.
    var reason: String {
        switch self {
        case .normal: ""
        case .goingAway: "going away"
        case .protocolError: "protocol error"
        case .notText: "only text is spoken here"
        case .invalidText: "not UTF-8"
        case .tooLarge: "message too large"
        case .fault: "fault"
        case .tryAgainLater: "try again later"
        case .badMessage: "message not understood"
        case .notSignedIn: "not signed in"
        case .anotherCaller: "token of another caller"
        case .tooSlow: "too slow"
        case .tooMany: "too many"
        }
    }
}

/// What the other side did wrong, and so how it is closed.
package struct WebSocketFault: Error, Sendable, Hashable {
    package let code: CloseCode
    /// For people who debug a client.
    package let reason: String

    init(_ code: CloseCode, _ reason: String? = nil) {
        self.code = code
        self.reason = reason ?? code.reason
    }
}
