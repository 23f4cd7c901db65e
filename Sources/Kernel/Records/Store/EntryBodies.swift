import Base
import Keys
import Store
import Transparency

/// Opens bodies of the journal's entries, as whoever works for an organisation is given them: not those of people who are erased,
/// kept by law or not.
package struct EntryBodies: Sendable {
    private let keyring: Keyring
    private let kinds: [String: KindShape]

    /// What became of a body.
    package enum Body: Sendable, Hashable {
        /// JSON; of a record, in the kind's present shape.
        case open([UInt8])
        /// Nobody whom it is about is left.
        case erased
        /// The entry has none.
        case none
    }

    /// `kinds`: bodies of others stay in the shape they were written in.
    package init(_ keyring: Keyring, kinds: [KindShape]) {
        self.keyring = keyring
        self.kinds = Dictionary(kinds.map { ($0.name, $0) }) { one, _ in one }
    }

    /// Opens entries of one organisation, in their order; what is wrong with one is its own result: `Failure(.invalid)` where it was
    /// altered, `.unavailable` where a newer program wrote it, and what an upgrade throws.
    ///
    /// Throws what the database and the root throw. Cost: one statement for all keys that are not kept, and one for each record
    /// about several people.
    package func opened(_ entries: [JournalEntry]) async throws -> [Result<Body, any Error>] {
        guard let tenant = entries.first?.metadata.tenant else { return [] }
        do {
            // All keys at once, so that opening finds them kept.
            _ = try await keyring.keys(of: entries.flatMap { Self.keyNames($0.metadata) }, in: tenant)
        } catch let failure as Failure where failure.kind == .invalid {
            // One of them is altered: found again below by those entries that it is of.
        }
        var results: [Result<Body, any Error>] = []
        results.reserveCapacity(entries.count)
        for entry in entries {
            do {
                guard !entry.body.isEmpty else {
                    results.append(.success(.none))
                    continue
                }
                let keys = try await keys(of: entry.metadata)
                results.append(Result { try keys.map { .open(try opened(entry, by: $0)) } ?? .erased })
            } catch let failure as Failure where failure.kind == .invalid {
                results.append(.failure(failure))
            }
        }
        return results
    }

    private func opened(_ entry: JournalEntry, by keys: SubjectKeys) throws -> [UInt8] {
        try entry.opened(by: keys, as: entry.metadata.verb == JournalVerb.published.rawValue ? nil : kinds[entry.metadata.kind])
    }

    /// nil where nobody is left.
    private func keys(of entry: EntryMetadata) async throws -> SubjectKeys? {
        guard let keys = try await keyring.openingKeys(entry), try await isAnybodyLeft(entry) else { return nil }
        return keys
    }

    /// Whether one of those whom it is about is not erased: what the law makes us keep opens without them.
    private func isAnybodyLeft(_ entry: EntryMetadata) async throws -> Bool {
        let people = Self.people(entry)
        guard !people.isEmpty else { return true }
        return try await !keyring.keys(of: people, in: entry.tenant).isEmpty
    }

    private static func people(_ entry: EntryMetadata) -> [String] {
        guard let name = entry.sealingSubject else { return [] }
        let person = KindShape.person(ofKey: name)
        if person != name { return [person] }
        return entry.isShared ? entry.subjects : []
    }

    private static func keyNames(_ entry: EntryMetadata) -> [String] {
        guard let name = entry.sealingSubject else { return [] }
        return (entry.isShared ? [] : [name]) + people(entry)
    }
}

extension JournalEntry {
    /// The body as JSON, of the kind's present shape where one is given. Throws `Failure(.invalid)` where it was altered,
    /// `.unavailable` for a newer shape, and what an upgrade throws.
    func opened(by keys: SubjectKeys, as kind: KindShape?) throws -> [UInt8] {
        let (record, version) = (metadata.record ?? "", Int64(metadata.version))
        let context = EntryContext(tenant: metadata.tenant, kind: metadata.kind, record: record, version: version)
        let plain: [UInt8]
        do {
            plain = try keys.open(body, as: context)
        } catch {
            throw Failure.recordAltered(metadata.kind, record, version: version)
        }
        return try kind?.upgraded(plain, from: metadata.shape) ?? plain
    }
}

extension EntryMetadata {
    /// Whether it is about several people, under a key of its own, rather than a person's.
    var isShared: Bool {
        guard let name = sealingSubject else { return false }
        return name == record && !subjects.contains(name)
    }
}
