import Base
import Testing
import Transparency

@Suite("Proof files")
struct ProofFileTests {
    let journal: SampleJournal

    init() throws {
        journal = try SampleJournal(60)
    }

    @Test("come back as they were written, and verify")
    func roundTrip() throws {
        for index in 0..<60 {
            let key = index % 3 == 0 ? [UInt8](repeating: UInt8(index), count: 32) : nil
            let file = try journal.inclusionFile(of: index, at: index + 1 + (59 - index) / 2, withBody: index % 2 == 0, entryKey: key)
            let read = try InclusionProofFile(file.bytes)
            #expect(read == file)
            #expect(read.bytes == file.bytes)
            try read.verify(origin: journal.origin, keys: journal.keys)
        }
        for (older, newer) in [(1, 60), (30, 31), (60, 60), (0, 5), (32, 60)] {
            let file = try journal.consistencyFile(from: older, to: newer)
            let read = try ConsistencyProofFile(file.bytes)
            #expect(read == file)
            try read.verify(origin: journal.origin, keys: journal.keys)
        }
    }

    /// White space, and the letters of an escape, may change without changing what a file says.
    @Test("with any byte changed are refused, fail to verify, or say the same")
    func tamperedBytes() throws {
        let inclusion = try journal.inclusionFile(of: 11, at: 60)
        let consistency = try journal.consistencyFile(from: 23, to: 60)
        var random = FixedWorld(seed: 2).world.random
        for (bytes, isInclusion) in [(inclusion.bytes, true), (consistency.bytes, false)] {
            for place in bytes.indices {
                var altered = bytes
                altered[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
                do {
                    if isInclusion {
                        let file = try InclusionProofFile(altered)
                        try file.verify(origin: journal.origin, keys: journal.keys)
                        #expect(file == inclusion, "byte \(place)")
                    } else {
                        let file = try ConsistencyProofFile(altered)
                        try file.verify(origin: journal.origin, keys: journal.keys)
                        #expect(file == consistency, "byte \(place)")
                    }
                } catch {
                    #expect(error.kind == .invalid)
                }
            }
        }
    }

    @Test("name the member that cannot be read")
    func malformed() throws {
        let text = String(decoding: try journal.inclusionFile(of: 11, at: 60).bytes, as: UTF8.self)
        func fault(_ old: String, _ new: String) throws -> String? {
            let altered = text.replacing(old, with: new, maxReplacements: 1)
            try #require(altered != text)
            do {
                _ = try InclusionProofFile(Array(altered.utf8))
                return nil
            } catch {
                return error.message.english
            }
        }
        #expect(try fault("inclusion proof 1", "inclusion proof 2")?.contains("(at /format)") == true)
        #expect(try fault("\"index\": 11", "\"index\": 60")?.contains("(at /index)") == true)
        #expect(try fault("\"index\": 11", "\"index\": -1")?.contains("(at /index)") == true)
        #expect(try fault("\"index\": 11", "\"index\": 1.5")?.contains("(at /index)") == true)
        #expect(try fault("\"size\": 60", "\"size\": \"60\"")?.contains("(at /size)") == true)
        #expect(try fault("\"size\": 60", "\"note\": 1, \"size\": 60")?.contains("(at /note)") == true)
        #expect(try fault("\"verb\": \"created\"", "\"verb\": null")?.contains("(at /entry/verb)") == true)
        #expect(try fault("\"version\": 11", "\"version\": 11e30")?.contains("(at /entry/version)") == true)
        #expect(try fault("\"hashes\": [\n    \"", "\"hashes\": [\n    \"00")?.contains("(at /hashes/0)") == true)
        #expect(try fault("\"salt\": \"", "\"salt\": \"00")?.contains("(at /salt)") == true)
        #expect(try fault("\"subjects\": [", "\"subjects\": [\"z\",")?.contains("(at /entry/subjects)") == true)
        #expect(try fault("zancada/", "\\u0000zancada/")?.contains("not a checkpoint") == true)
        for bytes in [[], Array("[]".utf8), Array("{}".utf8), Array(text.utf8.dropLast(5))] as [[UInt8]] {
            #expect(throws: Failure.self) { try InclusionProofFile(bytes) }
            #expect(throws: Failure.self) { try ConsistencyProofFile(bytes) }
        }
    }

    @Test("that do not fit together are refused by what does not fit")
    func mismatches() throws {
        let file = try journal.inclusionFile(of: 11, at: 60)
        func verified(_ body: [UInt8]?, _ proof: InclusionProof, _ checkpoint: SignedCheckpoint) -> Failure? {
            do {
                try InclusionProofFile(
                    metadata: file.metadata, salt: file.salt, bodyHash: file.bodyHash, sealedBody: body, proof: proof,
                    checkpoint: checkpoint
                ).verify(origin: journal.origin, keys: journal.keys)
                return nil
            } catch {
                return error
            }
        }
        #expect(verified(file.sealedBody, file.proof, file.checkpoint) == nil)
        #expect(verified([1, 2, 3], file.proof, file.checkpoint) == .proofOfOtherBody)
        #expect(verified(nil, file.proof, try journal.checkpoint(at: 59)) == .proofWrong)
        let other = try MerkleTree.inclusionProof(of: 12, in: 60, journal.tiles.read)
        #expect(verified(nil, other, file.checkpoint) == .proofWrong)
        #expect(throws: Failure.journalRolledBack(seen: 60, offered: 30)) {
            try ConsistencyProofFile(older: journal.checkpoint(at: 60), newer: journal.checkpoint(at: 30), hashes: [])
                .verify(origin: journal.origin, keys: journal.keys)
        }
    }
}
