import Base
import Testing
import Transparency

@Suite("A witness")
struct WitnessTests {
    @Test("follows a journal as it grows, by whatever steps, and after it was stored")
    func growth() throws {
        let journal = try SampleJournal(300)
        var witness = Witness(origin: journal.origin, keys: journal.keys)
        var seen = 0
        for size in [0, 1, 1, 2, 7, 8, 255, 256, 257, 300, 300] {
            let proof = seen == size ? nil : try journal.proof(from: seen, to: size)
            try witness.accept(journal.checkpoint(at: size), proof: proof)
            #expect(witness.last?.checkpoint.size == size)
            seen = size
            let stored = try SignedCheckpoint(#require(witness.last).bytes)
            witness = try Witness(origin: journal.origin, keys: journal.keys, last: stored)
        }
    }

    @Test("refuses each way of cheating by its name, and stays as it was")
    func refusals() throws {
        let journal = try SampleJournal(40)
        var forked = try SampleJournal(20)
        try forked.grow(by: 30, salting: 1)
        let other = try SampleJournal(50, installation: "017f22e2-79b0-7cc3-98c4-dc0c0c073990")
        let otherKey = try SampleJournal(50, seed: 2)
        var witness = Witness(origin: journal.origin, keys: journal.keys)
        try witness.accept(journal.checkpoint(at: 30), proof: nil)
        let before = witness
        func refuses(_ failure: Failure, _ offered: SignedCheckpoint, _ proof: ConsistencyProof?) {
            #expect(throws: failure) { try witness.accept(offered, proof: proof) }
            #expect(witness == before)
        }
        refuses(.journalForked(older: 30, newer: 40), try forked.checkpoint(at: 40), try forked.proof(from: 30, to: 40))
        refuses(.journalForked(older: 30, newer: 40), try forked.checkpoint(at: 40), try journal.proof(from: 30, to: 40))
        refuses(.journalForked(older: 30, newer: 30), try forked.checkpoint(at: 30), nil)
        refuses(.journalRolledBack(seen: 30, offered: 29), try journal.checkpoint(at: 29), try journal.proof(from: 29, to: 30))
        refuses(.journalRolledBack(seen: 30, offered: 0), try journal.checkpoint(at: 0), nil)
        refuses(.consistencyProofMissing(older: 30, newer: 40), try journal.checkpoint(at: 40), nil)
        refuses(
            .consistencyProofMalformed(older: 30, newer: 40), try journal.checkpoint(at: 40), try journal.proof(from: 29, to: 40))
        refuses(
            .consistencyProofMalformed(older: 30, newer: 40), try journal.checkpoint(at: 40),
            ConsistencyProof(older: 30, newer: 40, hashes: try journal.proof(from: 30, to: 40).hashes.dropLast()))
        refuses(
            .otherInstallation(expected: journal.origin, found: other.origin), try other.checkpoint(at: 50),
            try other.proof(from: 30, to: 50))
        refuses(.checkpointUnsigned, try otherKey.checkpoint(at: 40), try otherKey.proof(from: 30, to: 40))
        let text = String(decoding: try journal.checkpoint(at: 40).bytes, as: UTF8.self)
        refuses(
            .checkpointSignatureWrong(journal.signer.verifier.name),
            try SignedCheckpoint(Array(text.replacing("\n40\n", with: "\n39\n").utf8)), try journal.proof(from: 30, to: 39))
        try witness.accept(journal.checkpoint(at: 40), proof: journal.proof(from: 30, to: 40))
    }

    @Test("finds out with another that a journal shows two faces, whoever saw more of it")
    func twoWitnesses() throws {
        let journal = try SampleJournal(40)
        var forked = try SampleJournal(20)
        try forked.grow(by: 20, salting: 1)
        var one = Witness(origin: journal.origin, keys: journal.keys)
        try one.accept(journal.checkpoint(at: 40), proof: nil)
        var other = Witness(origin: journal.origin, keys: journal.keys)
        try other.accept(forked.checkpoint(at: 35), proof: nil)
        #expect(throws: Failure.journalForked(older: 35, newer: 40)) {
            try one.compare(with: forked.checkpoint(at: 35), proof: journal.proof(from: 35, to: 40))
        }
        #expect(throws: Failure.journalForked(older: 35, newer: 40)) {
            try other.compare(with: journal.checkpoint(at: 40), proof: forked.proof(from: 35, to: 40))
        }
        #expect(throws: Failure.journalForked(older: 40, newer: 40)) { try one.compare(with: forked.checkpoint(at: 40), proof: nil) }
        // What both histories share is no contradiction, older or newer than what was seen.
        try one.compare(with: forked.checkpoint(at: 20), proof: journal.proof(from: 20, to: 40))
        try other.compare(with: journal.checkpoint(at: 20), proof: forked.proof(from: 20, to: 35))
        #expect(one.last?.checkpoint.size == 40)
    }

    @Test("does not begin again from a stored checkpoint that was altered")
    func storedCheckpoint() throws {
        let journal = try SampleJournal(10)
        let text = String(decoding: try journal.checkpoint(at: 10).bytes, as: UTF8.self)
        let altered = try SignedCheckpoint(Array(text.replacing("\n10\n", with: "\n9\n").utf8))
        #expect(throws: Failure.checkpointSignatureWrong(journal.signer.verifier.name)) {
            try Witness(origin: journal.origin, keys: journal.keys, last: altered)
        }
    }
}
