import Access
import Base
import Records
import Runtime
import Store

/// Reads and writes what the feature keeps.
package struct SkeletonStore: Sendable {
    private let host: FeatureHost

    package init(_ host: FeatureHost) {
        self.host = host
    }

    /// An item as it stands.
    package struct Entry: Sendable {
        package let id: String
        package let version: Int64
        package let item: SkeletonItem

        init(_ record: Record) throws {
            (id, version) = (record.id, record.version)
            item = try SkeletonItem.kind.value(from: record.body)
        }
    }

    /// Throws as `RecordStore.create`.
    @discardableResult
    package func add(_ item: SkeletonItem, about person: Identifier, by standing: Standing) async throws -> Entry {
        let body = try SkeletonItem.kind.body(of: item).bytes
        return try Entry(try await host.store.create(SkeletonItem.kind.shape, body, about: person, by: standing))
    }

    /// A page of a person's items, the earliest first. Throws as `RecordStore.list`.
    package func items(of person: Identifier, _ request: PageRequest, by standing: Standing) async throws -> Page<Entry> {
        try await host.store.list(SkeletonItem.kind.shape, of: person, request, by: standing).map { try Entry($0) }
    }

    /// Closes the version that was read, and tells others in the same transaction. Throws as `RecordStore.update`.
    @discardableResult
    package func close(_ entry: Entry, of person: Identifier, by standing: Standing) async throws -> Entry {
        var item = entry.item
        item.isClosed = true
        let event = try await SkeletonEvents.closed.entry(
            .init(version: entry.version + 1), of: entry.id, version: entry.version + 1, about: person, by: standing, host)
        let body = try SkeletonItem.kind.body(of: item).bytes
        return try Entry(
            try await host.store.update(SkeletonItem.kind.shape, entry.id, body, ifVersion: entry.version, by: standing) { tx in
                try JournalWriter.append(event, tx)
            })
    }
}
