import Base

/// A text and who signed it (C2SP signed-note). Read, it is not yet believed: `verify` says whether it may be.
package struct SignedNote: Sendable, Hashable {
    /// Room for 16 signatures of the largest kind that signed-note speaks of, 5 kB each.
    package static let mostBytes = 1 << 17
    package static let mostSignatures = 64

    /// What is signed: UTF-8 whose last byte is a newline.
    package let text: [UInt8]
    /// One or more, known and unknown.
    package let signatures: [NoteSignature]

    /// Signs a text: UTF-8 without control characters but newlines, the last byte a newline and no empty line at its end.
    package init(text: [UInt8], signedBy signers: [NoteSigner]) throws(Failure) {
        precondition(text.last == Self.newline && !signers.isEmpty && signers.count <= Self.mostSignatures)
        var signatures: [NoteSignature] = []
        for signer in signers { signatures.append(try signer.sign(text)) }
        self.text = text
        self.signatures = signatures
    }

    /// Reads a note, strictly. Throws `.checkpointMalformed`.
    package init(_ bytes: [UInt8]) throws(Failure) {
        guard bytes.count <= Self.mostBytes else { throw Failure.checkpointMalformed(.tooLarge) }
        guard bytes.allSatisfy({ $0 >= 0x20 || $0 == Self.newline }), String(validating: bytes, as: UTF8.self) != nil else {
            throw Failure.checkpointMalformed(.notText)
        }
        guard bytes.last == Self.newline, let blank = Self.lastEmptyLine(of: bytes), blank > 0 else {
            throw Failure.checkpointMalformed(.noSignature)
        }
        text = Array(bytes[..<blank])
        // Between the empty line and the newline that ends the note.
        let lines = bytes[(blank + 1)..<(bytes.count - 1)].split(separator: Self.newline, omittingEmptySubsequences: false)
        guard lines.count <= Self.mostSignatures else { throw Failure.checkpointMalformed(.tooLarge) }
        var signatures: [NoteSignature] = []
        for line in lines {
            guard let signature = NoteSignature(line: line) else { throw Failure.checkpointMalformed(.badSignatureLine) }
            signatures.append(signature)
        }
        self.signatures = signatures
    }

    /// As it is stored and sent.
    package var bytes: [UInt8] {
        signatures.reduce(into: text + [Self.newline]) { $0 += $1.line }
    }

    /// Throws `.checkpointUnsigned` where none of these keys signed, and `.checkpointSignatureWrong` where one of them is said
    /// to have and did not. Signatures by other keys are ignored.
    package func verify(by keys: [NoteVerifier]) throws(Failure) {
        var isSigned = false
        for signature in signatures {
            for key in keys where key.name == signature.name && key.keyID == signature.keyID {
                guard key.isValid(signature.bytes, for: text) else { throw Failure.checkpointSignatureWrong(key.name) }
                isSigned = true
            }
        }
        guard isSigned else { throw Failure.checkpointUnsigned }
    }

    fileprivate static let newline = UInt8(ascii: "\n")

    /// Where the last empty line's own newline stands: the text may hold empty lines too.
    private static func lastEmptyLine(of bytes: [UInt8]) -> Int? {
        bytes.indices.dropFirst().last { bytes[$0] == newline && bytes[$0 - 1] == newline && $0 < bytes.count - 1 }
    }
}

/// One line under a note: `— name base64(key id ‖ signature)`.
package struct NoteSignature: Sendable, Hashable {
    package let name: NoteKeyName
    package let keyID: UInt32
    /// 64 bytes where the key is of Ed25519.
    package let bytes: [UInt8]

    package init(name: NoteKeyName, keyID: UInt32, bytes: [UInt8]) {
        self.name = name
        self.keyID = keyID
        self.bytes = bytes
    }

    private static let dash = Array("— ".utf8)

    /// Without its newline; nil where it is anything else.
    init?(line: ArraySlice<UInt8>) {
        guard line.starts(with: Self.dash) else { return nil }
        let parts = line.dropFirst(Self.dash.count).split(separator: UInt8(ascii: " "), omittingEmptySubsequences: false)
        guard parts.count == 2, let name = String(validating: parts[0], as: UTF8.self).flatMap(NoteKeyName.init),
            let bytes = Base64.read(parts[1]), bytes.count > 4
        else { return nil }
        self.name = name
        keyID = bytes.prefix(4).reduce(0) { $0 << 8 | UInt32($1) }
        self.bytes = Array(bytes.dropFirst(4))
    }

    /// With its newline.
    var line: [UInt8] {
        Self.dash + name.text.utf8 + [UInt8(ascii: " ")] + Base64.string(NoteVerifier.bytes(keyID) + bytes).utf8
            + [SignedNote.newline]
    }
}
