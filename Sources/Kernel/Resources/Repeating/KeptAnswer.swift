import Access
import Base
import HTTPTypes
import Store
import Web

/// What is remembered of an answer: what it is made of again, and no content.
package struct KeptAnswer: Sendable, Hashable {
    package let status: Int
    package let location: String
    /// The entity tag, without quotation marks; empty where there is none.
    package let tag: String
    /// Ids, versions and moments, at most 8,000 characters of JSON. It stands in clear.
    package let references: JSON.Object

    package init(status: Int, location: String, tag: String, references: JSON.Object) {
        self.status = status
        self.location = location
        self.tag = tag
        self.references = references
    }

    /// What is answered where the references say all of it.
    package var reply: Reply {
        Reply.json(.init(code: status)) { json in JSON.object(references).write(to: &json) }.with(.location, location)
    }
}

extension KeptAnswer {
    init(_ row: borrowing Row) throws {
        let text: String = try row["refs"]
        guard let references = try JSON.parse(Array(text.utf8)).object else { throw Failure.wrongType("refs", expected: "object") }
        let status: Int64 = try row["status"]
        self.init(status: Int(status), location: try row["location"], tag: try row["tag"], references: references)
    }
}

/// Where one request's answer is kept.
package struct RepeatSlot: Sendable {
    /// Who asked where, with which key: a hash, so that a key which somebody made of a name is not in the database.
    let name: String
    /// What was asked: a hash with the key in it, so that nobody finds a body by trying what it could be.
    let request: String
    let tenant: Identifier
    let at: Instant

    /// Kept answers of this moment and before count no more.
    var oldest: Instant { at - RepeatedRequests.age }

    init(_ call: Call, _ route: String, _ key: String, in tenant: Identifier, by actor: Identifier, at moment: Instant) {
        var frame = FramedFields(reservingBytes: call.body.count + 400)
        frame.append("zancada repeat")
        for text in [tenant.text, actor.text, route, key] { frame.append(text) }
        name = frame.digest
        for item in call.query.items {
            frame.append(item.name)
            frame.append(item.value)
        }
        frame.append(call.path)
        frame.append(call.body)
        request = frame.digest
        self.tenant = tenant
        at = moment
    }

    /// The last thing in the transaction of what was done, which it undoes where the same was done before.
    package func keep(_ answer: KeptAnswer, _ tx: borrowing Transaction) throws {
        var writer = JSONWriter(reservingBytes: 128)
        JSON.object(answer.references).write(to: &writer)
        let references = String(decoding: writer.bytes, as: UTF8.self)
        let kept = try tx.execute(
            """
            INSERT INTO idempotent_answers (slot, tenant, request, status, location, tag, refs, created_at)
            VALUES (\(name), \(tenant), \(request), \(Int64(answer.status)), \(answer.location), \(answer.tag), \(references), \(at))
            ON CONFLICT (slot) DO UPDATE SET request = excluded.request, status = excluded.status, location = excluded.location,
            tag = excluded.tag, refs = excluded.refs, created_at = excluded.created_at
            WHERE idempotent_answers.created_at <= \(oldest)
            """)
        guard kept == 1 else { throw AnsweredAlready() }
    }
}

/// Thrown to undo what was done a second time. `RepeatedRequests.once` catches it.
struct AnsweredAlready: Error {}

extension FramedFields {
    fileprivate var digest: String { Digest(of: bytes).hexadecimal }
}
