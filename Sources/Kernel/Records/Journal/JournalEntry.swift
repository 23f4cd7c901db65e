import Access
import Base
import Keys
import Store
import Transparency

/// What happened, as it is written down for ten years: who did what to which record, and the sealed body it then had.
///
/// Made, and hashed, before the write closure: running the closure again writes the same entry.
package struct JournalEntry: Sendable, Hashable {
    package let metadata: EntryMetadata
    /// Which of the sealing subject's keys; 0 where there is no body. Stands beside the entry, not in its hash: a body opens under
    /// one key alone.
    package let keyVersion: Int64
    package let salt: LeafSalt
    /// Sealed; empty where there is none.
    package let body: [UInt8]
    /// What the tree holds of it.
    package let leaf: TreeHash

    package init(_ metadata: EntryMetadata, salt: LeafSalt, keyVersion: Int64 = 0, body: [UInt8] = []) {
        self.metadata = metadata
        self.salt = salt
        self.keyVersion = keyVersion
        self.body = body
        leaf = LeafEntry(salt: salt, metadata: metadata, sealedBody: body).hash
    }
}

extension JournalEntry {
    /// What a caller did, now unless it is said when: to a version of a record, to a `subject`, an `organisation`. `body` is sealed
    /// under `key`.
    ///
    /// Throws `Failure(.forbidden)` for a caller without organisation.
    package init(
        _ verb: JournalVerb, _ kind: String, record: String? = nil, version: Int = 0, shape: Int = 0, about subjects: [String] = [],
        by standing: Standing, in world: World, at moment: Instant? = nil, body: [UInt8] = [], under key: SubjectKey? = nil
    ) throws(Failure) {
        let caller = standing.caller
        let metadata = EntryMetadata(
            entry: world.id(of: JournalEntry.self).description, tenant: try standing.organisation().text, time: moment ?? world.now(),
            actor: caller.actor.text, onBehalfOf: caller.onBehalfOf?.text, verb: verb.rawValue, kind: kind, record: record,
            version: version, shape: shape, sealingSubject: key?.subject, subjects: subjects)
        self.init(metadata, salt: LeafSalt(world.random), keyVersion: key?.version ?? 0, body: body)
    }
}

/// What can happen to a record, or around it.
package enum JournalVerb: String, Sendable, Hashable, CaseIterable {
    case created
    case updated
    case deleted
    case restored
    case read
    case listed
    case exported
    case denied
    case published
    case erased
    /// Two people were found to be the same.
    case merged
    /// Somebody was let in to a person's data, and is no longer.
    case granted
    case ended
    /// Somebody came in, and left.
    case signedIn = "signed in"
    case signedOut = "signed out"
    /// Around keys and the journal itself.
    case rolled
    case witnessed
}

/// An entry where it stands.
package struct StandingEntry: Sendable {
    /// The index in the tree, from 0; nil where it has none yet.
    package let position: Int64?
    /// Its number in this database.
    package let number: Int64
    package let entry: JournalEntry

    /// Columns as `JournalReader.columns` names them.
    init(_ row: borrowing Row) throws {
        number = try row["entry"]
        let metadata = EntryMetadata(
            entry: try row["id"], tenant: try row["tenant"], time: try row["at"], actor: try row["actor"],
            onBehalfOf: try row["on_behalf_of"], verb: try row["verb"], kind: try row["kind"], record: try row["record"],
            version: try row["version"], shape: try row["shape"], sealingSubject: try row["sealing_subject"],
            subjects: Self.subjects(try row["subjects"]))
        guard let salt = LeafSalt(bytes: try row["salt"] as [UInt8]) else { throw Failure.wrongType("salt", expected: "16 bytes") }
        let body: [UInt8]? = try row["body"]
        entry = JournalEntry(metadata, salt: salt, keyVersion: try row["key_version"], body: body ?? [])
        position = try row["position"]
    }

    private static func subjects(_ column: String?) -> [String] { column?.split(separator: "\n").map(String.init) ?? [] }
}
