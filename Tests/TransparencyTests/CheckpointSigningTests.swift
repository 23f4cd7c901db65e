import Base
import Testing
import Transparency

@Suite("Signing a checkpoint")
struct CheckpointSigningTests {
    let journal: SampleJournal

    init() throws {
        journal = try SampleJournal(40)
    }

    private func sign(_ tree: SampleJournal, _ size: Int, after last: SignedCheckpoint?) throws -> SignedCheckpoint {
        try SignedCheckpoint.signing(
            size: size, origin: journal.origin, by: journal.signer, after: last, keys: journal.keys, tree.tiles.read)
    }

    @Test("follows the tree as it grows")
    func growth() throws {
        var last: SignedCheckpoint?
        for size in [0, 1, 1, 13, 40] {
            last = try sign(journal, size, after: last)
            #expect(try last == journal.checkpoint(at: size))
        }
    }

    @Test("is refused where the tree does not continue what was signed")
    func refusals() throws {
        let last = try journal.checkpoint(at: 30)
        var forked = try SampleJournal(20)
        try forked.grow(by: 30, salting: 1)
        #expect(throws: Failure.journalForked(older: 30, newer: 40)) { try sign(forked, 40, after: last) }
        #expect(throws: Failure.journalForked(older: 30, newer: 30)) { try sign(forked, 30, after: last) }
        #expect(throws: Failure.journalRolledBack(seen: 30, offered: 29)) { try sign(journal, 29, after: last) }
        #expect(throws: Failure.tileMissing(TileAddress(level: 0, index: 0))) { try sign(journal, 41, after: last) }
        let other = try SampleJournal(40, seed: 2)
        #expect(throws: Failure.checkpointUnsigned) { try sign(journal, 40, after: other.checkpoint(at: 30)) }
        // One bit of one stored hash, before what was signed.
        let address = TileAddress(level: 0, index: 0)
        let tile = try #require(journal.tiles.read(address))
        var hashes = tile.hashes
        hashes[3] = hashes[3].flipping(bit: 77)
        #expect(throws: Failure.journalForked(older: 30, newer: 40)) {
            try SignedCheckpoint.signing(
                size: 40, origin: journal.origin, by: journal.signer, after: last, keys: journal.keys
            ) { _ in Tile(address, hashes) }
        }
    }
}
