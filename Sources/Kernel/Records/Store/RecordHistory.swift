import Access
import Base
import Keys
import Store
import Transparency

/// One version of a record, as the journal keeps it.
package struct RecordVersion: Sendable {
    package let version: Int
    package let verb: String
    package let at: Instant
    package let actor: String
    /// JSON of the present shape, without hidden fields.
    package let body: [UInt8]
}

extension RecordStore {
    /// Every version of a record, the earliest first, at most `limit` after `version`. Throws as `read`.
    package func history(
        _ kind: KindShape, _ id: String, after version: Int64 = 0, atMost limit: Int = 1_000, by standing: Standing
    ) async throws -> [RecordVersion] {
        let tenant = try standing.organisation()
        let (row, mask) = try await row(kind, id, allowedBy: kind.access.read, by: standing)
        var versions: [RecordVersion] = []
        for standing in try await JournalReader(database).history(of: id, in: tenant.text, after: version, atMost: limit) {
            let entry = standing.entry
            guard let keys = try await keyring.openingKeys(entry.metadata) else { throw Failure.recordNotFound(kind.name) }
            let body = try entry.opened(by: keys, as: kind)
            let shown = try shown(kind, row, body, mask)
            versions.append(
                RecordVersion(
                    version: entry.metadata.version, verb: entry.metadata.verb, at: entry.metadata.time, actor: entry.metadata.actor,
                    body: shown.body))
        }
        try await reads.read(kind, Record(row, kind, body: [], hidden: []), by: standing)
        return versions
    }
}
