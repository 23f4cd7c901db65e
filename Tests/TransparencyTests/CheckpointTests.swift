import Base
import Testing
import Transparency

@Suite("Checkpoints")
struct CheckpointTests {
    static let root = "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I="

    /// The example of C2SP's tlog-checkpoint.
    @Test("are read and written as tlog-checkpoint shows")
    func example() throws {
        let text =
            "example.com/behind-the-sofa\n20852163\n\(Self.root)\n\n— example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n"
        let signed = try SignedCheckpoint(Array(text.utf8))
        #expect(signed.checkpoint.origin == "example.com/behind-the-sofa")
        #expect(signed.checkpoint.size == 20_852_163)
        #expect(Base64.string(signed.checkpoint.root.bytes) == Self.root)
        #expect(String(decoding: signed.bytes, as: UTF8.self) == text)
    }

    @Test("keep extension lines, which are signed too")
    func extensionLines() throws {
        let journal = try SampleJournal(10)
        let checkpoint = try Checkpoint(
            origin: journal.origin, size: 10, root: journal.frontier.root, extensionLines: ["one line", "another: ñ"])
        let signed = try SignedCheckpoint(SignedCheckpoint(checkpoint, signedBy: [journal.signer]).bytes)
        #expect(signed.checkpoint == checkpoint)
        try signed.verify(origin: journal.origin, keys: journal.keys)
        let text = String(decoding: signed.bytes, as: UTF8.self)
        let altered = try SignedCheckpoint(Array(text.replacing("another", with: "no other").utf8))
        #expect(throws: Failure.checkpointSignatureWrong(journal.signer.verifier.name)) {
            try altered.verify(origin: journal.origin, keys: journal.keys)
        }
    }

    @Test(
        "of another form are refused",
        arguments: [
            "a\n5\n", "a\n\n\(root)\n", "\n5\n\(root)\n", "a\n05\n\(root)\n", "a\n+5\n\(root)\n", "a\n-5\n\(root)\n", "a\n5 \n\(root)\n",
            "a\n٥\n\(root)\n", "a\n5\n\(root)=\n", "a\n5\nCsUYapGGPo4=\n", "a\n99999999999999999999\n\(root)\n",
            "a\n72057594037927936\n\(root)\n", "a\n0\n\(root)\n", "a\n5\n\(root)\nx\n\ny\n", "a\n5\n\(root)\n\n",
            "a\n5\n\(root)\n" + String(repeating: "x\n", count: 17), String(repeating: "a", count: 257) + "\n5\n\(root)\n",
        ])
    func malformed(_ text: String) {
        #expect(throws: Failure.checkpointMalformed(.badLines)) { try SignedCheckpoint(Array((text + "\n— a AAAAAAA=\n").utf8)) }
    }

    @Test("that could not be read again are not made")
    func notMade() {
        for (origin, size, root, lines) in [
            ("", 5, TreeHash.emptyRoot, []), ("a\nb", 5, .emptyRoot, []), ("a", -1, .emptyRoot, []), ("a", 0, .leaf([]), []),
            ("a", 5, .emptyRoot, [""]), ("a", 5, .emptyRoot, ["x\ny"]), ("a", 5, .emptyRoot, Array(repeating: "x", count: 17)),
        ] as [(String, Int, TreeHash, [String])] {
            #expect(throws: Failure.checkpointMalformed(.badLines)) {
                try Checkpoint(origin: origin, size: size, root: root, extensionLines: lines)
            }
        }
    }

    @Test("of another installation, without a known signature, or with a false one are told apart")
    func verification() throws {
        let journal = try SampleJournal(10)
        let other = try SampleJournal(10, installation: "017f22e2-79b0-7cc3-98c4-dc0c0c073990")
        let otherKey = try SampleJournal(10, seed: 2)
        #expect(throws: Failure.otherInstallation(expected: journal.origin, found: other.origin)) {
            try other.checkpoint(at: 10).verify(origin: journal.origin, keys: journal.keys)
        }
        #expect(throws: Failure.checkpointUnsigned) {
            try otherKey.checkpoint(at: 10).verify(origin: journal.origin, keys: journal.keys)
        }
        try otherKey.checkpoint(at: 10, signedBy: [otherKey.signer, journal.signer]).verify(origin: journal.origin, keys: journal.keys)
        let nine = try journal.checkpoint(at: 9).bytes
        let forged = try SignedCheckpoint(Array(String(decoding: nine, as: UTF8.self).replacing("\n9\n", with: "\n8\n").utf8))
        #expect(throws: Failure.checkpointSignatureWrong(journal.signer.verifier.name)) {
            try forged.verify(origin: journal.origin, keys: journal.keys)
        }
    }
}
