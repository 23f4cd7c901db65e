import Base
import Testing
import Transparency

/// The key pair and note with which Go tests its package golang.org/x/mod/sumdb/note, from which C2SP's signed-note comes.
@Suite("Signed notes")
struct NoteTests {
    static let publicKey = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
    static let privateKey = "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz"
    static let text =
        "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
    static let signature =
        "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"

    @Test("are signed, written, read and verified as Go does")
    func goVector() throws {
        let verifier = try NoteVerifier(Self.publicKey)
        #expect(verifier.text == Self.publicKey)
        let signer = try NoteSigner(Secret(Self.privateKey))
        #expect(signer.verifier == verifier)
        #expect(signer.text == Secret(Self.privateKey))
        let note = try SignedNote(text: Array(Self.text.utf8), signedBy: [signer])
        #expect(String(decoding: note.bytes, as: UTF8.self) == Self.text + "\n" + Self.signature)
        let read = try SignedNote(Array((Self.text + "\n" + Self.signature).utf8))
        #expect(read == note)
        try read.verify(by: [verifier])
    }

    @Test("of the Go checksum database have a key that reads, and of other kinds one that does not")
    func otherKeys() throws {
        let key = "sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8"
        #expect(try NoteVerifier(key).text == key)
        for wrong in [
            "", "a", "a+b", "a+b+c", String(key.dropLast()), key + "A", "x" + key, "sum.golang.org+033de0af+Ac4zctda0e5eza+HJyk9SxEdh",
            "sum.golang.org+033DE0AE+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8",
            // The same bytes as a key of kind 2.
            "sum.golang.org+033de0ae+As4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8",
            "sum golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8",
        ] {
            #expect(throws: Failure.noteKeyMalformed, "\(wrong)") { try NoteVerifier(wrong) }
            #expect(throws: Failure.noteKeyMalformed, "\(wrong)") { try NoteSigner(Secret("PRIVATE+KEY+" + wrong)) }
        }
        #expect(throws: Failure.noteKeyMalformed) { try NoteSigner(Secret(Self.publicKey)) }
    }

    @Test("by unknown keys are ignored; one known signature is needed, and every known one must be right")
    func severalSignatures() throws {
        let world = FixedWorld(seed: 3).world
        let log = try NoteSigner(Secret(Self.privateKey))
        let name = try #require(NoteKeyName("other/witness"))
        let witness = try NoteSigner(name: name, random: world.random)
        let sameName = try NoteSigner(name: log.verifier.name, random: world.random)
        let text = Array("a\nb\n\nc\n".utf8)
        let both = try SignedNote(SignedNote(text: text, signedBy: [witness, sameName, log]).bytes)
        #expect(both.text == text)
        try both.verify(by: [log.verifier])
        try both.verify(by: [witness.verifier])
        try both.verify(by: [log.verifier, witness.verifier])
        #expect(throws: Failure.checkpointUnsigned) { try both.verify(by: []) }
        #expect(throws: Failure.checkpointUnsigned) {
            try SignedNote(text: text, signedBy: [witness, sameName]).verify(by: [log.verifier])
        }
        // The witness' signature of another text under this one.
        let other = try SignedNote(text: Array("b\n".utf8), signedBy: [witness])
        let mixed = try SignedNote(try SignedNote(text: text, signedBy: [log]).bytes + other.bytes.dropFirst(3))
        try mixed.verify(by: [log.verifier])
        #expect(throws: Failure.checkpointSignatureWrong(name)) { try mixed.verify(by: [log.verifier, witness.verifier]) }
    }

    @Test("with any byte changed are refused, or no longer verify")
    func tampered() throws {
        let verifier = try NoteVerifier(Self.publicKey)
        let good = Array((Self.text + "\n" + Self.signature).utf8)
        for place in good.indices {
            for bit in 0..<8 {
                var bytes = good
                bytes[place] ^= 1 << bit
                #expect(throws: Failure.self, "byte \(place), bit \(bit)") { try SignedNote(bytes).verify(by: [verifier]) }
            }
            #expect(throws: Failure.self) { try SignedNote(Array(good[..<place])).verify(by: [verifier]) }
        }
    }

    @Test(
        "of another form are refused with what is wrong",
        arguments: [
            ("", .noSignature), ("a\n", .noSignature), ("a\n\n", .noSignature), ("\n— a AAAAAAA=\n", .noSignature),
            ("a\n— a AAAAAAA=\n", .noSignature), ("a\n\n— a AAAAAAA=", .noSignature), ("a\n\n— a AAAAAAA=\n\n", .badSignatureLine),
            ("a\r\n\n— a AAAAAAA=\n", .notText), ("a\u{0}\n\n— a AAAAAAA=\n", .notText), ("a\n\n- a AAAAAAA=\n", .badSignatureLine),
            ("a\n\n—  a AAAAAAA=\n", .badSignatureLine), ("a\n\n— a+b AAAAAAA=\n", .badSignatureLine),
            ("a\n\n— a\u{A0}b AAAAAAA=\n", .badSignatureLine), ("a\n\n— a AAAAAA==\n", .badSignatureLine),
            ("a\n\n— a AAAAAAB=\n", .badSignatureLine), ("a\n\n— a AAAAAAA= \n", .badSignatureLine),
            ("a\n\n— a AAAAAA-=\n", .badSignatureLine),
        ] as [(String, Failure.CheckpointFault)])
    func malformed(_ note: String, _ fault: Failure.CheckpointFault) {
        #expect(throws: Failure.checkpointMalformed(fault)) { try SignedNote(Array(note.utf8)) }
    }

    @Test("have limits")
    func limits() throws {
        let line = "— a AAAAAAA=\n"
        #expect(try SignedNote(Array(("a\n\n" + String(repeating: line, count: 64)).utf8)).signatures.count == 64)
        #expect(throws: Failure.checkpointMalformed(.tooLarge)) {
            try SignedNote(Array(("a\n\n" + String(repeating: line, count: 65)).utf8))
        }
        #expect(throws: Failure.checkpointMalformed(.tooLarge)) {
            try SignedNote([UInt8](repeating: 0x61, count: SignedNote.mostBytes) + Array("\n\n\(line)".utf8))
        }
        #expect(throws: Failure.checkpointMalformed(.notText)) { try SignedNote([0xFF] + Array("a\n\n\(line)".utf8)) }
    }
}
