import Base
import Store
import Transparency

/// Signs what the journal has come to, and never anything that does not continue what was signed before.
package struct Checkpoints: Sendable {
    private let database: Database
    private let tree: JournalTree
    private let signer: NoteSigner
    private let world: World
    package let origin: String

    /// `origin` names the installation (`Checkpoint.origin`).
    package init(database: Database, signer: NoteSigner, origin: String, world: World) {
        self.database = database
        self.signer = signer
        self.origin = origin
        self.world = world
        tree = JournalTree(database)
    }

    package var verifier: NoteVerifier { signer.verifier }

    /// Takes every entry that has a position into the tree, signs the tree and stores the checkpoint; the stored one where nothing
    /// was added since.
    ///
    /// Throws as `SignedCheckpoint.signing`: where the tree does not continue the last checkpoint, entries were altered or removed
    /// since, and nothing is signed.
    package func sign() async throws -> SignedCheckpoint {
        let size = try await tree.catchUp()
        let last = try await last()
        let (origin, signer) = (origin, signer)
        let signed = try await database.read { tx in
            try SignedCheckpoint.signing(size: size, origin: origin, by: signer, after: last, keys: [signer.verifier]) {
                try JournalTree.tile($0, tx)
            }
        }
        if let last, last.checkpoint == signed.checkpoint { return last }
        let root = signed.checkpoint.root
        let now = world.now()
        try await database.write { tx in
            try tx.execute(
                """
                INSERT INTO journal_checkpoints (size, root, signed_at, note)
                VALUES (\(size), \(root.bytes), \(now), \(String(decoding: signed.bytes, as: UTF8.self)))
                ON CONFLICT (size) DO NOTHING
                """)
        }
        return signed
    }

    /// The newest that was stored; nil before the first.
    package func last() async throws -> SignedCheckpoint? {
        let note: String? = try await database.first("SELECT note FROM journal_checkpoints ORDER BY size DESC LIMIT 1") { try $0["note"] }
        return try note.map { try SignedCheckpoint(Array($0.utf8)) }
    }

    /// All that were stored, the smallest first.
    package func all() async throws -> [SignedCheckpoint] {
        let notes: [String] = try await database.rows("SELECT note FROM journal_checkpoints ORDER BY size", atMost: 1_000_000) {
            try $0["note"]
        }
        return try notes.map { try SignedCheckpoint(Array($0.utf8)) }
    }
}
