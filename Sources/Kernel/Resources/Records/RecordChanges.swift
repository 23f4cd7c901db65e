import Access
import Base
import HTTPTypes
import Records
import Runtime
import Store
import Web

/// What is changed: each change says which version it is of.
extension RecordResource {
    @Sendable func create(_ call: Call) async throws -> Reply {
        let standing = try call.signedIn()
        let subject = kind.subject == .given ? try Identifier(try call.value(givenSubject)) : nil
        return try await repeats.once(call, "\(kind.name).create") { slot in
            let write = try await making(call.body, subject, standing)
            let record = write.record
            let tag = EntityTag(record, kind)
            let kept = KeptAnswer(
                status: 201, location: "\(path)/\(record.id)", tag: tag.opaque, references: Self.references(to: record))
            try await host.database.within(organisation: record.tenant).write { tx in
                try write.put(tx)
                try slot.keep(kept, tx)
            }
            return Self.created(RecordEnvelope.bytes(record), kept)
        } again: { kept in
            // The body that was sent is the one that was sent before, and gives the same record.
            let body = try kind.validated(call.body).bytes
            guard let head = Self.head(kept, author: standing) else { throw Failure.referenceUnreadable }
            return Self.created(RecordEnvelope.bytes(head, body), kept)
        }
    }

    @Sendable func replace(_ call: Call) async throws -> Reply {
        try await change(call) { _ in call.body }
    }

    @Sendable func patch(_ call: Call) async throws -> Reply {
        let patch = try call.json(depth: 16)
        return try await change(call) { record in
            var writer = JSONWriter(reservingBytes: record.body.count + call.body.count)
            MergePatch.apply(patch, to: try JSON.parse(record.body)).write(to: &writer)
            return writer.bytes
        }
    }

    private func change(_ call: Call, to body: (Record) throws -> [UInt8]) async throws -> Reply {
        let standing = try call.signedIn()
        let condition = try call.changeCondition()
        let record = try await host.store.read(kind, try call.value(Self.id), by: standing)
        let tag = EntityTag(record, kind)
        guard record.deletedAt == nil else { throw Problem.deleted(tag) }
        guard condition.allowsChanging(tag) else { throw Problem.stale(tag) }
        guard record.hidden.isEmpty else { throw Problem.partlyHidden }
        let changed = try await host.store.update(kind, record.id, try body(record), ifVersion: record.version, by: standing)
        return Reply.json(RecordEnvelope.bytes(changed)).with(.eTag, EntityTag(changed, kind).text)
    }

    @Sendable func delete(_ call: Call) async throws -> Reply {
        let standing = try call.signedIn()
        let record = try await matched(call, by: standing)
        guard record.deletedAt == nil else { throw Problem.deleted(EntityTag(record, kind)) }
        let deleted = try await host.store.delete(kind, record.id, ifVersion: record.version, by: standing)
        return Reply.done.with(.eTag, EntityTag(deleted, kind).text)
    }

    @Sendable func restore(_ call: Call) async throws -> Reply {
        let standing = try call.signedIn()
        let record = try await matched(call, by: standing)
        let restored = try await host.store.restore(kind, record.id, ifVersion: record.version, by: standing)
        // As the caller may see it: bringing it back shows nothing more.
        let shown = try await host.store.read(kind, restored.id, by: standing)
        return Reply.json(RecordEnvelope.bytes(shown)).with(.eTag, EntityTag(shown, kind).text)
    }

    /// The record where it is one of the versions that the call names.
    private func matched(_ call: Call, by standing: Standing) async throws -> Record {
        let condition = try call.changeCondition()
        let record = try await host.store.read(kind, try call.value(Self.id), by: standing)
        let tag = EntityTag(record, kind)
        guard condition.allowsChanging(tag) else { throw Problem.stale(tag) }
        return record
    }
}

/// What a create leaves behind to be answered again.
extension RecordResource {
    private static func created(_ body: [UInt8], _ kept: KeptAnswer) -> Reply {
        Reply.json(body, .created).with(.location, kept.location).with(.eTag, EntityTag(opaque: kept.tag).text)
    }

    private static func references(to record: Record) -> JSON.Object {
        JSON.Object([
            .init("id", .string(record.id)), .init("at", .string(record.createdAt.description)),
            .init("subjects", .array(record.subjects.map { .string($0) })),
        ])
    }

    private static func head(_ kept: KeptAnswer, author: Standing) -> RecordEnvelope.Head? {
        guard let id = kept.references["id"]?.string, let at = kept.references["at"]?.string.flatMap({ Instant($0) }) else { return nil }
        return RecordEnvelope.Head(
            id: id, version: 1, createdAt: at, updatedAt: at, author: author.caller.actor.text,
            subjects: (kept.references["subjects"]?.array ?? []).compactMap(\.string), hidden: [])
    }
}

extension Failure {
    fileprivate static let referenceUnreadable = Failure(
        .fault, "reference_unreadable",
        Text(
            es: "Lo que se guardó de una respuesta no se entiende: avise a quien mantiene el programa.",
            en: "What was kept of an answer cannot be understood: tell whoever maintains the program."))
}
