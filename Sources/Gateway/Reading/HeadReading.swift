import NIOHTTP1
import Web

/// What the door believes of a head, for whoever attacks its reading without a connection.
package struct HeadReading: Sendable, Hashable {
    package let path: String
    package let query: Substring
    package let host: String
    package let length: Int?
    package let hasBody: Bool
    /// The token by which it says who asks; also that of a cookie.
    package let token: String?

    /// Throws as the door refuses it.
    package init(_ head: HTTPRequestHead, isHTTP2: Bool) throws(Problem) {
        let read = try RequestHead(head, isHTTP2: isHTTP2)
        (path, query, host, length, hasBody) = (read.path, read.query, read.host, read.length, read.hasBody)
        token = Credentials(read.known).token
        _ = WebSocketHandshake.isAsked(read.fields) ? try WebSocketHandshake(read.fields) : nil
    }
}
