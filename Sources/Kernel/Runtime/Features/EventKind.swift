import Access
import Base
import Foundation
import Keys
import Records
import Store
import Transparency

/// Something that a feature tells others: an entry of the journal with the verb `published`, written in the transaction of what it
/// tells about. Whoever subscribes to the journal hears it.
///
/// ```swift
/// static let reviewed = EventKind("exercise.reviewed", Text(…), example: Reviewed(exercise: …, verdict: "approved"))
/// …
/// let entry = try await Self.reviewed.entry(value, of: record, version: 3, by: standing, host)
/// try await host.database.write { tx in … try JournalWriter.append(entry, tx) }
/// ```
package struct EventKind<Value: Codable & Sendable & Hashable>: Sendable {
    package let shape: EventShape

    /// `name` is what it is about and what happened to it, `exercise.reviewed`, at most 40 characters. The example is what documents
    /// show and tests decode.
    package init(_ name: String, _ meaning: Text, example: Value) {
        shape = EventShape(name: name, meaning: meaning) {
            let bytes = try Self.encode(example)
            guard try Self.decode(bytes) == example else { throw Failure.eventExampleDiffers(name) }
            return bytes
        }
    }

    /// The entry that tells it, about a version of a record. The value is sealed under the key of `subject`, or of the organisation
    /// where it is about nobody. Throws what the keyring throws.
    package func entry(
        _ value: Value, of record: String, version: Int64, about subject: Identifier? = nil, by standing: Standing, _ host: FeatureHost
    ) async throws -> JournalEntry {
        let tenant = try standing.organisation().text
        let key =
            if let subject { try await host.keyring.standingKey(of: subject.text, in: tenant) } else {
                try await host.keyring.sealingKey(of: tenant, in: tenant)
            }
        let context = EntryContext(tenant: tenant, kind: shape.name, record: record, version: version)
        let body = try key.seal(try Self.encode(value), as: context, random: host.world.random)
        return try JournalEntry(
            .published, shape.name, record: record, version: Int(version), shape: 1, about: subject.map { [$0.text] } ?? [],
            by: standing, in: host.world, body: body, under: key)
    }

    /// From the body that a subscription was given. Throws `Failure(.fault)` for another event's.
    package func value(from bytes: [UInt8]) throws -> Value {
        do { return try Self.decode(bytes) } catch { throw Failure.wrongType(shape.name, expected: "\(Value.self)") }
    }

    private static func encode(_ value: Value) throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        return [UInt8](try encoder.encode(value))
    }

    private static func decode(_ bytes: [UInt8]) throws -> Value {
        try JSONDecoder().decode(Value.self, from: Data(bytes))
    }
}

/// An event without its Swift type.
package struct EventShape: Sendable {
    package let name: String
    package let meaning: Text
    /// Its example as JSON. Throws where it does not come back as it was: walked by a test.
    package let example: @Sendable () throws -> [UInt8]

    init(name: String, meaning: Text, example: @escaping @Sendable () throws -> [UInt8]) {
        precondition(Permission(name) != nil && name.count <= 40, "an event is named thing.happened")
        self.name = name
        self.meaning = meaning
        self.example = example
    }
}

extension Failure {
    fileprivate static func eventExampleDiffers(_ name: String) -> Failure {
        Failure(
            .fault, "event_example",
            Text(
                es: "El ejemplo del suceso \(name) no vuelve igual de JSON: avise a quien mantiene el programa.",
                en: "The example of the event \(name) does not come back from JSON as it was: tell whoever maintains the program."))
    }
}
