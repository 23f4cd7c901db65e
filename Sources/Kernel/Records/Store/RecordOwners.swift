import Access
import Base
import Keys
import Store
import Transparency

/// Whose a record is, and so under whose key it is sealed. That never changes.
enum RecordOwners: Sendable, Hashable {
    case organisation
    case one(Identifier)
    /// At least one, each once, in the order of their bytes: the record has a key of its own, of which each has a copy.
    case several([Identifier])

    var people: [Identifier] {
        switch self {
        case .organisation: []
        case .one(let person): [person]
        case .several(let people): people
        }
    }
}

extension KindShape {
    /// Whose a new record is. Throws `Failure(.invalid)` where that is not said, or said twice.
    func owners(of valid: ValidRecord, id: String, given: Identifier?) throws(Failure) -> RecordOwners {
        if subject != .given, given != nil { throw .subjectNotTaken }
        switch subject {
        case .given:
            guard let given else { throw .subjectMissing }
            return .one(given)
        case .field(let field):
            guard let text = valid.object[field]?.string else { throw .subjectMissing }
            return .one(try Identifier(text.lowercased()))
        case .several(let field):
            var people: Set<Identifier> = []
            for element in valid.object[field]?.array ?? [] {
                guard let text = element.string else { throw .subjectMissing }
                people.insert(try Identifier(text.lowercased()))
            }
            guard !people.isEmpty else { throw .subjectMissing }
            return .several(people.sorted())
        case .itself: return .one(try Identifier(id))
        case .organisation: return .organisation
        }
    }

    func owners(of row: StoredRecord) throws(Failure) -> RecordOwners {
        if case .several = subject {
            var people: [Identifier] = []
            for text in row.subjects { people.append(try Identifier(text)) }
            return .several(people)
        }
        guard let text = row.subjects.first else { return .organisation }
        return .one(try Identifier(text))
    }

    /// The name of the key that seals this kind's records about a person: what the law makes us keep has one of its own, which
    /// outlives the other.
    package func keyName(of person: String) -> String { retention == nil ? person : Self.keptName(of: person) }

    /// Whose keys open these rows.
    func keyNames(of rows: [StoredRecord]) -> [String] {
        rows.flatMap { $0.subjects.isEmpty ? [$0.tenant] : $0.subjects.map { keyName(of: $0) } }
    }

    /// A person's id is a UUID, so no person is called so.
    static func keptName(of person: String) -> String { "kept_\(person)" }
    /// Whose a key is, by its name.
    static func person(ofKey name: String) -> String { name.hasPrefix("kept_") ? String(name.dropFirst(5)) : name }
}

/// The key under which a version is sealed, and the keys that must stand for it to be written.
struct SealingKeys: Sendable {
    let key: SubjectKey
    let required: [SubjectKey]
    /// Where the record is new and about several people.
    let shared: SharedKey?

    init(_ key: SubjectKey, requiring required: [SubjectKey], shared: SharedKey? = nil) {
        self.key = key
        self.required = required
        self.shared = shared
    }
}

extension RecordStore {
    /// Throws `Failure`: `.notFound` for a person whom nobody created, `.conflict` for one who is erased.
    func newKeys(_ kind: KindShape, _ owners: RecordOwners, id: String, in tenant: String) async throws -> SealingKeys {
        switch owners {
        case .organisation:
            let key = try await keyring.sealingKey(of: tenant, in: tenant)
            return SealingKeys(key, requiring: [key])
        case .one(let person):
            let key = try await keyring.personKey(of: person.text, in: tenant, isNew: kind.subject == .itself)
            return try await keys(kind, of: person, having: key)
        case .several(let people):
            var (owners, required): ([SubjectKey], [SubjectKey]) = ([], [])
            for person in people {
                let keys = try await keys(
                    kind, of: person, having: try await keyring.personKey(of: person.text, in: tenant, isNew: false))
                owners.append(keys.key)
                required += keys.required
            }
            let shared = try SharedKey(of: id, for: owners, random: world.random)
            return SealingKeys(shared.key, requiring: required, shared: shared)
        }
    }

    /// For one more version of a record.
    func nextKeys(_ kind: KindShape, _ owners: RecordOwners, id: String, in tenant: String) async throws -> SealingKeys {
        switch owners {
        case .organisation, .one: return try await newKeys(kind, owners, id: id, in: tenant)
        // Who erases the last of them removes the row as well, and the write closure finds none.
        case .several:
            guard let keys = try await keyring.sharedKeys(of: id, in: tenant) else { throw Failure.recordNotFound(kind.name) }
            return SealingKeys(keys.newest, requiring: [])
        }
    }

    private func keys(_ kind: KindShape, of person: Identifier, having own: SubjectKey) async throws -> SealingKeys {
        guard kind.retention != nil else { return SealingKeys(own, requiring: [own]) }
        let kept = try await keyring.sealingKey(of: kind.keyName(of: person.text), in: own.tenant)
        // The person's own key as well: it goes when they are erased, and this one may stay.
        return SealingKeys(kept, requiring: [kept, own])
    }

    /// What opens a record; nil where nobody is left who could. `isFormer`: under the key that it has where the kind has gained or
    /// lost its retention since.
    func openingKeys(_ kind: KindShape, _ row: StoredRecord, isFormer: Bool = false) async throws -> SubjectKeys? {
        switch try kind.owners(of: row) {
        case .one(let person):
            let isKept = (kind.retention != nil) != isFormer
            return try await keyring.keys(of: isKept ? KindShape.keptName(of: person.text) : person.text, in: row.tenant)
        case .organisation where !isFormer: return try await keyring.keys(of: row.tenant, in: row.tenant)
        case .several where !isFormer: return try await keyring.sharedKeys(of: row.id, in: row.tenant)
        case .organisation, .several: return nil
        }
    }
}

extension Keyring {
    /// What opens the body of an entry; nil where nothing does any more.
    func openingKeys(_ entry: EntryMetadata) async throws -> SubjectKeys? {
        guard let name = entry.sealingSubject else { return nil }
        // A record about several people is its own sealing subject; one that is a person is about itself.
        if entry.isShared { return try await sharedKeys(of: name, in: entry.tenant) }
        return try await keys(of: name, in: entry.tenant)
    }

    /// The key of a person who was created; of one who is new, a new one.
    fileprivate func personKey(of person: String, in tenant: String, isNew: Bool) async throws -> SubjectKey {
        isNew ? try await sealingKey(of: person, in: tenant) : try await standingKey(of: person, in: tenant)
    }
}
