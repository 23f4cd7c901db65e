import Base
import HTTPTypes
import NIOCore
import NIOHTTP1
import Web

/// An answer that is ready to be sent: what the route said, and what every answer says beside it.
struct Answer: Sendable {
    let reply: Reply
    private let id: ID<Call>
    /// nil where nobody told of a trace.
    private let trace: TraceContext?
    /// nil where the route said it itself.
    private let cacheControl: String?
    private let safety: SafetyFields

    /// `cacheControl`: unless the reply says another.
    init(_ reply: Reply, id: ID<Call>, trace: TraceContext?, cacheControl: String, isSecure: Bool) {
        self.reply = reply
        self.id = id
        self.trace = trace
        self.cacheControl = reply.fields[.cacheControl] == nil ? cacheControl : nil
        safety = SafetyFields.of(reply, isSecure: isSecure)
    }

    /// Where its body ends.
    enum Extent {
        /// After so many bytes.
        case length(Int)
        /// Where the last piece of it does.
        case chunks
        /// With the connection: for HTTP/1.0.
        case connection

        /// As the head tells it; nil where it does not, or the answer has no body at all.
        func field(_ status: HTTPResponse.Status) -> (name: String, value: String)? {
            switch self {
            case .length(let length):
                let mayHaveLength = status.code >= 200 && status != .noContent && status != .notModified
                return mayHaveLength ? ("Content-Length", String(length)) : nil
            case .chunks: return ("Transfer-Encoding", "chunked")
            case .connection: return nil
            }
        }
    }

    /// As its head goes to a codec.
    func head(_ extent: Extent?, date: String) -> HTTPResponseHead {
        var headers = HTTPHeaders()
        headers.reserveCapacity(reply.fields.count + safety.fields.count + 5)
        for field in reply.fields { headers.add(name: field.name.rawName, value: field.value) }
        for (name, value) in safety.fields { headers.add(name: name, value: value) }
        for (name, value) in ownFields { headers.add(name: name, value: value) }
        headers.add(name: "Date", value: date)
        if let (name, value) = extent?.field(reply.status) { headers.add(name: name, value: value) }
        return HTTPResponseHead(version: .http1_1, status: HTTPResponseStatus(statusCode: reply.status.code), headers: headers)
    }

    /// The head as HTTP/1.1 has it (RFC 9112, sections 4 and 5), the empty line behind it too. No field's value can hold a line's end:
    /// its type takes none.
    func write(_ extent: Extent, date: String, closes: Bool, to buffer: inout ByteBuffer) {
        let status = HTTPResponseStatus(statusCode: reply.status.code)
        buffer.writeString("HTTP/1.1 ")
        buffer.writeString(String(status.code))
        buffer.writeString(" ")
        buffer.writeString(status.reasonPhrase)
        buffer.writeString("\r\n")
        for field in reply.fields { buffer.writeField(field.name.rawName, field.value) }
        buffer.writeBytes(safety.lines)
        for (name, value) in ownFields { buffer.writeField(name, value) }
        buffer.writeField("Date", date)
        if let (name, value) = extent.field(reply.status) { buffer.writeField(name, value) }
        buffer.writeString(closes ? "Connection: close\r\n\r\n" : "\r\n")
    }

    private var ownFields: [(name: String, value: String)] {
        var fields = [("X-Request-ID", id.description)]
        if let cacheControl { fields.append(("Cache-Control", cacheControl)) }
        // Whoever told of a trace is told which of its spans this was.
        if let trace { fields.append(("traceparent", trace.traceparent)) }
        return fields
    }
}

extension ByteBuffer {
    fileprivate mutating func writeField(_ name: String, _ value: String) {
        writeString(name)
        writeString(": ")
        writeString(value)
        writeString("\r\n")
    }
}
