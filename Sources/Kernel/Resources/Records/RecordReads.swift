import Access
import Base
import HTTPTypes
import Records
import Runtime
import Web

/// What is read: nothing of it is decoded where all may be seen.
extension RecordResource {
    @Sendable func read(_ call: Call) async throws -> Reply {
        let record = try await host.store.read(kind, try call.value(Self.id), by: try call.signedIn())
        let tag = EntityTag(record, kind)
        guard record.deletedAt == nil else { throw Problem.deleted(tag) }
        guard !call.knows(tag) else { return Reply(.notModified, .none, fields: [.eTag: tag.text]) }
        return Reply.json(RecordEnvelope.bytes(record)).with(.eTag, tag.text)
    }

    @Sendable func list(_ call: Call) async throws -> Reply {
        let standing = try call.signedIn()
        let subject = isAboutPeople ? try call.optional(Self.subject).map { try Identifier($0) } : nil
        let field = try sorting.flatMap { try call.optional($0) }
        let page = try await host.store.list(
            kind, orderedBy: field.map { RecordIndex(by: $0) }, of: subject, try call.page(), by: standing)
        return .json(RecordEnvelope.bytes(page))
    }

    /// In a body, because what is looked for may be confidential, and addresses stand in logs and histories.
    @Sendable func search(_ call: Call) async throws -> Reply {
        let standing = try call.signedIn()
        let (field, value) = try searched(try call.json(depth: 2))
        let records = try await host.store.find(kind, field, value, by: standing)
        return .json(RecordEnvelope.bytes(Page(items: records, next: nil)))
    }

    private func searched(_ json: JSON) throws -> (field: String, value: String) {
        var faults: [FieldFault] = []
        for member in json.object?.members ?? [] where member.name != "field" && member.name != "value" {
            let message = Text(es: "no es un campo de la búsqueda", en: "is no field of a search")
            faults.append(FieldFault("/\(member.name.prefix(60))", "unknown_field", message))
        }
        let field = json["field"]?.string
        if field.map(exactFields.contains) != true {
            let listed = exactFields.joined(separator: ", ")
            faults.append(FieldFault("/field", "not_a_choice", Text(es: "debe ser una de: \(listed)", en: "must be one of: \(listed)")))
        }
        let value = json["value"]?.string
        if value.map({ (1...Self.mostValue).contains($0.unicodeScalars.count) }) != true {
            let message = Text(
                es: "debe ser un texto de 1 a \(Self.mostValue) caracteres", en: "must be text of 1 to \(Self.mostValue) characters")
            faults.append(FieldFault("/value", "text_expected", message))
        }
        guard faults.isEmpty, let field, let value else { throw InvalidInput(faults: faults) }
        return (field, value)
    }

    @Sendable func history(_ call: Call) async throws -> Reply {
        let standing = try call.signedIn()
        let request = try call.page()
        var version: Int64 = 0
        if let cursor = request.after {
            guard let last = Int64(String(decoding: cursor.bytes, as: UTF8.self)), last > 0 else { throw Problem.cursorOfAnotherList }
            version = last
        }
        let versions = try await host.store.history(
            kind, try call.value(Self.id), after: version, atMost: request.rowsToFetch, by: standing)
        return .json(RecordEnvelope.bytes(Page(fetched: versions, for: request) { Cursor(Array(String($0.version).utf8)) }))
    }
}
