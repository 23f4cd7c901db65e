import Base
import Foundation
import Testing
import Transparency

/// `docs/verify_journal.py` is what an outsider has: it must agree with us on what is right, and see what is wrong.
@Suite("The verifier for outsiders")
struct OutsideVerifierTests {
    let script = Python.root.appending(path: "docs/verify_journal.py").path

    /// Optimised Python leaves out assertions: the verdict must not rest on them.
    @Test("accepts what is right, in optimised Python too", arguments: ["", "2"])
    func right(_ optimisation: String) throws {
        let journal = try SampleJournal(300)
        let folder = try Folder()
        var paths: [String] = []
        for (index, size) in [(0, 1), (0, 300), (299, 300), (7, 8), (12, 13), (255, 257), (256, 257), (41, 300)] {
            let key = index == 41 ? [UInt8](repeating: 1, count: 32) : nil
            let file = try journal.inclusionFile(of: index, at: size, withBody: index % 2 == 0, entryKey: key)
            paths.append(try folder.write("inclusion-\(index)-\(size)", file.bytes))
        }
        for (older, newer) in [(1, 300), (7, 8), (8, 300), (255, 257), (256, 257), (257, 300), (13, 13)] {
            paths.append(try folder.write("consistency-\(older)-\(newer)", journal.consistencyFile(from: older, to: newer).bytes))
        }
        let witness = try NoteSigner(name: try #require(NoteKeyName("witness")), seed: Secret([UInt8](repeating: 9, count: 32)))
        paths.append(try folder.write("checkpoint", journal.checkpoint(at: 300, signedBy: [witness, journal.signer]).bytes))
        let environment = ["PYTHONOPTIMIZE": optimisation]
        let (lines, status) = try Python.run([script, journal.signer.verifier.text] + paths, environment: environment)
        #expect(status == 0)
        #expect(lines.count == paths.count)
        for (path, line) in zip(paths, lines) { #expect(line.hasPrefix("\(path): right: ")) }
        let forged = try folder.write("forged", Array("{}".utf8))
        #expect(try Python.run([script, journal.signer.verifier.text, forged], environment: environment).status == 1)
    }

    @Test("sees every alteration that we see")
    func wrong() throws {
        let journal = try SampleJournal(60)
        let folder = try Folder()
        var altered: [(name: String, path: String)] = []
        let (origin, keys) = (journal.origin, journal.keys)
        func alter(_ text: String, _ name: String, _ old: String, _ new: String) throws {
            let other = text.replacing(old, with: new, maxReplacements: 1)
            try #require(other != text, "\(name) alters nothing")
            let bytes = Array(other.utf8)
            #expect(throws: Failure.self, "\(name)") { try InclusionProofFile(bytes).verify(origin: origin, keys: keys) }
            #expect(throws: Failure.self, "\(name)") { try ConsistencyProofFile(bytes).verify(origin: origin, keys: keys) }
            altered.append((name, try folder.write("altered-\(altered.count)", bytes)))
        }
        let inclusion = String(decoding: try journal.inclusionFile(of: 11, at: 60).bytes, as: UTF8.self)
        let numbered = [
            ("index\": 11", "index\": 10"), ("index\": 11", "index\": 60"), ("index\": 11", "index\": -1"), ("size\": 60", "size\": 59"),
        ]
        for (old, new) in numbered { try alter(inclusion, new, old, new) }
        let file = try InclusionProofFile(Array(inclusion.utf8))
        let entry = file.metadata
        for (old, new) in [
            ("microseconds\": ", "microseconds\": 1"), ("version\": 11", "version\": 12"), ("shape\": 1", "shape\": 2"),
            ("\"created\"", "\"deleted\""), ("\"note\"", "\"notes\""), ("actor-ñ-11", "actor-n-11"),
            ("on_behalf_of\": null", "on_behalf_of\": \"\""), ("\"\(entry.entry)\"", "\"\""), ("\"\(entry.tenant)\"", "null"),
            ("\"\(entry.record ?? "")\"", "null"), ("sealing_subject\": \"", "sealing_subject\": \"x"),
            ("subjects\": [", "subjects\": [\"0\", "), ("salt\": \"", "salt\": \"00"), ("entry\": {", "entry\": {\"more\": 1, "),
            ("body_sha256\": \"\(file.bodyHash)", "body_sha256\": \"\(file.bodyHash.flipping(bit: 3))"),
            ("salt\": \"\(Hexadecimal.string(file.salt.bytes))", "salt\": \"\(String(repeating: "0", count: 32))"),
            ("sealed_body\": \"", "sealed_body\": \"AAAA"), ("proof 1", "proof 2"),
        ] { try alter(inclusion, new, old, new) }
        for hash in file.proof.hashes {
            try alter(inclusion, "hash", hash.hexadecimal, hash.flipping(bit: 255).hexadecimal)
            try alter(inclusion, "hash twice", "\"\(hash.hexadecimal)\"", "\"\(hash.hexadecimal)\", \"\(hash.hexadecimal)\"")
        }
        let consistency = String(decoding: try journal.consistencyFile(from: 23, to: 60).bytes, as: UTF8.self)
        for hash in try ConsistencyProofFile(Array(consistency.utf8)).hashes {
            try alter(consistency, "hash", hash.hexadecimal, hash.flipping(bit: 0).hexadecimal)
        }
        let note = file.checkpoint
        let root = Base64.string(note.checkpoint.root.bytes)
        let otherRoot = Base64.string(note.checkpoint.root.flipping(bit: 9).bytes)
        let signature = Base64.string(Array(journal.signer.verifier.keyID.bigEndianBytes + note.note.signatures[0].bytes))
        for place in [3, 4, 30, 40, 60, 67] {
            var bytes = journal.signer.verifier.keyID.bigEndianBytes + note.note.signatures[0].bytes
            bytes[place] ^= 1
            try alter(inclusion, "signature byte \(place)", signature, Base64.string(bytes))
        }
        for text in [inclusion, consistency] {
            try alter(text, "root", root, otherRoot)
            try alter(text, "origin", "\"\(origin)\\n", "\"\(origin)0\\n")
            try alter(text, "size", "\\n60\\n", "\\n61\\n")
            try alter(text, "signer", "— \(origin)", "— \(origin)0")
        }
        let (lines, status) = try Python.run([script, journal.signer.verifier.text] + altered.map(\.path))
        #expect(status == 1)
        #expect(lines.count == altered.count)
        for (alteration, line) in zip(altered, lines) {
            #expect(line.hasPrefix("\(alteration.path): WRONG: "), "\(alteration.name): \(line)")
        }
    }

    @Test("refuses a fork, a rollback, another installation's journal and another key")
    func otherJournals() throws {
        let journal = try SampleJournal(40)
        var forked = try SampleJournal(20)
        try forked.grow(by: 30, salting: 1)
        let folder = try Folder()
        let fork = ConsistencyProofFile(
            older: try journal.checkpoint(at: 30), newer: try forked.checkpoint(at: 40),
            hashes: try forked.proof(from: 30, to: 40).hashes)
        let rollback = ConsistencyProofFile(older: try journal.checkpoint(at: 40), newer: try journal.checkpoint(at: 30), hashes: [])
        let sameSize = ConsistencyProofFile(older: try journal.checkpoint(at: 30), newer: try forked.checkpoint(at: 30), hashes: [])
        let other = try SampleJournal(40, installation: "017f22e2-79b0-7cc3-98c4-dc0c0c073990").inclusionFile(of: 3, at: 40)
        let otherKey = try SampleJournal(40, seed: 2).inclusionFile(of: 3, at: 40)
        let paths = try [fork.bytes, rollback.bytes, sameSize.bytes, other.bytes, otherKey.bytes].enumerated().map { number, bytes in
            try folder.write("\(number)", bytes)
        }
        let (lines, status) = try Python.run([script, journal.signer.verifier.text] + paths)
        #expect(status == 1)
        for (path, line) in zip(paths, lines) { #expect(line.hasPrefix("\(path): WRONG: "), "\(line)") }
        #expect(lines.count == paths.count)
    }

    /// RFC 8032, section 7.1: its Ed25519 against the published signatures.
    @Test("knows Ed25519")
    func ed25519() throws {
        let code = """
            import sys; sys.path.insert(0, sys.argv[1]); from verify_journal import is_signed
            for key, text, signature in [line.split(":") for line in sys.argv[2:]]:
                print(is_signed(*map(bytes.fromhex, (key, signature, text))))
            """
        let vectors = [
            "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a::e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
            "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c:72:92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
            "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025:af82:6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
        ]
        let wrong = vectors.map { $0.replacing(":72:", with: ":73:").replacing(":af82:", with: ":af83:").replacing("::", with: ":00:") }
        let (lines, _) = try Python.run(["-B", "-c", code, Python.root.appending(path: "docs").path] + vectors + wrong)
        #expect(lines == ["True", "True", "True", "False", "False", "False"])
    }
}

extension UInt32 {
    fileprivate var bigEndianBytes: [UInt8] { withUnsafeBytes(of: bigEndian) { Array($0) } }
}
