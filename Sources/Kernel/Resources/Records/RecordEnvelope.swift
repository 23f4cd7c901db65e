import Access
import Base
import Records
import Web

/// How a record stands in an answer: what is known about it, and under `record` its own JSON, in the bytes in which it was sealed.
package enum RecordEnvelope {
    package static func bytes(_ record: Record) -> [UInt8] {
        var bytes: [UInt8] = []
        append(Head(record), record.body, to: &bytes)
        return bytes
    }

    /// What is known about a record beside its body.
    struct Head: Sendable {
        let id: String
        let version: Int64
        let createdAt: Instant
        let updatedAt: Instant
        let author: String
        let subjects: [String]
        let hidden: [String]
    }

    static func bytes(_ head: Head, _ body: [UInt8]) -> [UInt8] {
        var bytes: [UInt8] = []
        append(head, body, to: &bytes)
        return bytes
    }

    /// A page of them.
    package static func bytes(_ page: Page<Record>) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(64 + page.items.reduce(0) { $0 + $1.body.count + 400 })
        bytes += #"{"items":["#.utf8
        for (index, record) in page.items.enumerated() {
            if index > 0 { bytes.append(UInt8(ascii: ",")) }
            append(Head(record), record.body, to: &bytes)
        }
        bytes += "]".utf8
        appendNext(page.next, to: &bytes)
        return bytes
    }

    static func bytes(_ page: Page<RecordVersion>) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes += #"{"items":["#.utf8
        for (index, version) in page.items.enumerated() {
            if index > 0 { bytes.append(UInt8(ascii: ",")) }
            var head = JSONWriter(reservingBytes: 128)
            head.object { json in
                json.member("version", version.version)
                json.member("verb", version.verb)
                json.member("at", version.at)
                json.member("actor", version.actor)
            }
            close(head.bytes, around: version.body, in: &bytes)
        }
        bytes += "]".utf8
        appendNext(page.next, to: &bytes)
        return bytes
    }

    private static func append(_ head: Head, _ body: [UInt8], to bytes: inout [UInt8]) {
        var writer = JSONWriter(reservingBytes: 320)
        writer.object { json in
            json.member("id", head.id)
            json.member("version", Int(head.version))
            json.member("created_at", head.createdAt)
            json.member("updated_at", head.updatedAt)
            json.member("author", head.author)
            json.member("subjects", array: { json in for subject in head.subjects { json.string(subject) } })
            json.member("hidden", array: { json in for field in head.hidden { json.string(field) } })
        }
        bytes.reserveCapacity(bytes.count + writer.bytes.count + body.count + 12)
        close(writer.bytes, around: body, in: &bytes)
    }

    /// The body goes in as it is: it is JSON of one line that its kind has written.
    private static func close(_ head: [UInt8], around body: [UInt8], in bytes: inout [UInt8]) {
        bytes += head[..<(head.count - 1)]
        bytes += #","record":"#.utf8
        bytes += body
        bytes.append(UInt8(ascii: "}"))
    }

    private static func appendNext(_ next: Cursor?, to bytes: inout [UInt8]) {
        bytes += #","next":"#.utf8
        // A cursor is base64url: nothing in it needs escaping.
        if let next { bytes += "\"\(next.text)\"}".utf8 } else { bytes += "null}".utf8 }
    }
}

extension RecordEnvelope.Head {
    init(_ record: Record) {
        self.init(
            id: record.id, version: record.version, createdAt: record.createdAt, updatedAt: record.updatedAt, author: record.author,
            subjects: record.subjects, hidden: record.hidden)
    }
}
