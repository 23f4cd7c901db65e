import Access
import Base
import Store
import Transparency

/// The journal as lines of JSON, for whoever wants to compute all of it anew without us (`docs/verify_journal.py`).
///
/// The first line is the header. Each other one is a leaf in the order of the tree: with its entry where it is exported, alone
/// where it is another organisation's. Hashes name nobody.
package struct JournalExport: Sendable {
    private let database: Database
    private let world: World

    package static let format = "zancada journal export 1"
    package static let permission: Permission = "journal.export"

    /// Leaves, with their entries, that are held at a time.
    private static let batch = 100

    package init(_ database: Database, world: World) {
        self.database = database
        self.world = world
    }

    /// Tells the journals of the organisations that they are exported. To be called before the checkpoint is signed, so that the
    /// export tells of itself.
    ///
    /// Throws `Failure(.forbidden)` without the permission.
    package func announce(by standing: Standing) async throws {
        try standing.require(Self.permission)
        let entry = try JournalEntry(.exported, "journal", by: standing, in: world)
        try await database.within(organisation: entry.metadata.tenant).write { tx in try JournalWriter.append(entry, tx) }
    }

    /// Gives the lines to `write`, from position `first` up to the size of `checkpoint`. `organisations` are those whose entries are
    /// told; `isWhole` says that they are all.
    ///
    /// Throws `Failure(.usage)` where the journal is not that long, and what `write` throws.
    package func write(
        of organisations: [String], isWhole: Bool, from first: Int, withBodies: Bool, checkpoint: SignedCheckpoint,
        to write: ([UInt8]) throws -> Void
    ) async throws {
        let size = checkpoint.checkpoint.size
        guard (0...size).contains(first) else { throw Failure.beyondTheEnd(first, size: size) }
        let before = try await database.read { tx in try TreeFrontier(size: first) { try JournalTree.tile($0, tx) }.subtrees }
        var json = JSONWriter()
        json.object { json in
            json.member("format", Self.format)
            json.member("origin", checkpoint.checkpoint.origin)
            json.member("organisation", isWhole ? nil : organisations.first)
            json.member("from", first)
            json.member("before", array: { json in for hash in before { json.string(hash.hexadecimal) } })
            json.member("checkpoint", String(decoding: checkpoint.bytes, as: UTF8.self))
        }
        json.endLine()
        try write(json.bytes)
        for start in stride(from: first, to: size, by: Self.batch) {
            let block = start..<min(start + Self.batch, size)
            var entries: [Int64: JournalEntry] = [:]
            for tenant in database.dialect == .sqlite && isWhole ? [nil] : organisations.map(Optional.some) {
                for standing in try await standing(of: tenant, in: block) { entries[standing.position ?? -1] = standing.entry }
            }
            for (position, leaf) in try await leaves(in: block) {
                json.removeAllBytes()
                Self.line(position, leaf, entries[Int64(position)], withBodies, &json)
                try write(json.bytes)
            }
        }
    }

    private static func line(_ position: Int, _ leaf: TreeHash, _ entry: JournalEntry?, _ withBodies: Bool, _ json: inout JSONWriter) {
        json.object { json in
            json.member("position", position)
            json.member("leaf", leaf.hexadecimal)
            if let entry {
                json.member("entry", object: entry.metadata.write)
                json.member("salt", Hexadecimal.string(entry.salt.bytes))
                json.member("body_sha256", TreeHash.digest(of: entry.body).hexadecimal)
                if withBodies, !entry.body.isEmpty { json.member("sealed_body", Base64.string(entry.body)) }
            }
        }
        json.endLine()
    }

    private func leaves(in block: Range<Int>) async throws -> [(Int, TreeHash)] {
        try await database.rows(
            """
            SELECT positions.position AS position, leaves.leaf AS leaf FROM journal_positions AS positions
            JOIN journal_leaves AS leaves ON leaves.entry = positions.entry
            WHERE positions.position >= \(block.lowerBound) AND positions.position < \(block.upperBound) ORDER BY positions.position
            """
        ) { (try $0["position"] as Int, TreeHash(bytes: try $0["leaf"] as [UInt8]) ?? .emptyRoot) }
    }

    /// An organisation's entries; all on SQLite for nil.
    private func standing(of tenant: String?, in block: Range<Int>) async throws -> [StandingEntry] {
        var walled = database
        walled.terms.organisation = tenant
        let ofTenant: SQL = tenant.map { "AND entries.tenant = \($0)" } ?? ""
        return try await walled.rows(
            """
            SELECT positions.position AS position, \(JournalReader.columns) FROM journal_positions AS positions
            JOIN journal_entries AS entries ON entries.entry = positions.entry
            WHERE positions.position >= \(block.lowerBound) AND positions.position < \(block.upperBound) \(ofTenant)
            """
        ) { try StandingEntry($0) }
    }
}

extension Failure {
    static func beyondTheEnd(_ position: Int, size: Int) -> Failure {
        Failure(
            .usage, "position_beyond_end",
            Text(
                es: "El diario tiene \(size) entradas: la posición \(position) no existe; use una de 0 a \(size).",
                en: "The journal has \(size) entries: there is no position \(position); use one from 0 to \(size)."))
    }
}
