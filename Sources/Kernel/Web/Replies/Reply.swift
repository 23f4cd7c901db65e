import Base
import HTTPTypes
import Markup

/// What a handler answers.
package struct Reply: Sendable {
    package var status: HTTPResponse.Status
    /// Beyond those that the gateway adds: length, type, date, caching, safety.
    package var fields: HTTPFields
    package var content: Content

    /// How its body is made.
    package enum Content: Sendable {
        case none
        /// Whole, in memory.
        case bytes([UInt8])
        /// Written as it goes: the writer waits where the other side is slow. `length` where it is known.
        case stream(length: Int?, @Sendable (any ReplyWriter) async throws -> Void)
    }

    package init(_ status: HTTPResponse.Status, type: String? = nil, _ content: Content, fields: HTTPFields = [:]) {
        self.status = status
        self.fields = fields
        if let type { self.fields[.contentType] = type }
        self.content = content
    }
}

/// The other side of an answer that is written as it goes.
package protocol ReplyWriter: Sendable {
    /// Returns once the bytes are on their way, or in a buffer of a few of them. Throws `CancellationError` where the other side left.
    func write(_ bytes: [UInt8]) async throws
}

extension Reply {
    /// JSON that was written already.
    package static func json(_ bytes: [UInt8], _ status: HTTPResponse.Status = .ok) -> Reply {
        Reply(status, type: "application/json", .bytes(bytes))
    }

    /// JSON, written here.
    package static func json(_ status: HTTPResponse.Status = .ok, _ write: (inout JSONWriter) -> Void) -> Reply {
        var writer = JSONWriter(reservingBytes: 256)
        write(&writer)
        return .json(writer.bytes, status)
    }

    /// A whole page.
    package static func page(_ page: HTML, _ status: HTTPResponse.Status = .ok) -> Reply {
        Reply(status, type: "text/html; charset=utf-8", .bytes(page.bytes))
    }

    package static func text(_ text: String, _ status: HTTPResponse.Status = .ok) -> Reply {
        Reply(status, type: "text/plain; charset=utf-8", .bytes(Array(text.utf8)))
    }

    /// Done, with nothing more to say.
    package static let done = Reply(.noContent, .none)

    /// Go there and read (303): what a form does when it has been taken.
    package static func see(_ path: String) -> Reply {
        Reply(.seeOther, .none, fields: [.location: path])
    }

    /// The same with one more header field.
    package func with(_ name: HTTPField.Name, _ value: String) -> Reply {
        var copy = self
        copy.fields[name] = value
        return copy
    }
}
