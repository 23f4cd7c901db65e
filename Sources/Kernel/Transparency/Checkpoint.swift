import Base

/// The state of one installation's journal: how many entries it has, and the root over them (C2SP tlog-checkpoint).
package struct Checkpoint: Sendable, Hashable {
    package static let mostExtensionLines = 16

    /// Whose journal: `zancada/` and the installation's id. One line, not empty.
    package let origin: String
    /// Entries.
    package let size: Int
    package let root: TreeHash
    /// Lines that others may have added; ours have none. None is empty.
    package let extensionLines: [String]

    /// Throws `.checkpointMalformed` where the text that stands for it could not be read again.
    package init(origin: String, size: Int, root: TreeHash, extensionLines: [String] = []) throws(Failure) {
        let lines = [origin] + extensionLines
        guard lines.allSatisfy({ !$0.isEmpty && $0.utf8.allSatisfy { $0 >= 0x20 } }), origin.utf8.count <= 256,
            extensionLines.count <= Self.mostExtensionLines, (0...MerkleTree.mostLeaves).contains(size),
            size > 0 || root == .emptyRoot
        else { throw Failure.checkpointMalformed(.badLines) }
        self.origin = origin
        self.size = size
        self.root = root
        self.extensionLines = extensionLines
    }

    /// Of an installation, by its id's text.
    package static func origin(ofInstallation id: String) -> String { "zancada/\(id)" }

    /// Reads what is signed. Throws `.checkpointMalformed`.
    init(text: [UInt8]) throws(Failure) {
        let lines = text.dropLast().split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        guard (3...3 + Self.mostExtensionLines).contains(lines.count), let size = Self.size(lines[1]),
            let root = Base64.read(lines[2]).flatMap(TreeHash.init(bytes:))
        else { throw Failure.checkpointMalformed(.badLines) }
        try self.init(
            origin: String(decoding: lines[0], as: UTF8.self), size: size, root: root,
            extensionLines: lines.dropFirst(3).map { String(decoding: $0, as: UTF8.self) })
    }

    /// What is signed: each line with its newline.
    package var text: [UInt8] {
        Array(([origin, String(size), Base64.string(root.bytes)] + extensionLines).map { $0 + "\n" }.joined().utf8)
    }

    /// Decimal without a sign and without leading zeros.
    private static func size(_ digits: ArraySlice<UInt8>) -> Int? {
        guard digits.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }),
            digits.first != UInt8(ascii: "0") || digits.count == 1
        else { return nil }
        return Int(String(decoding: digits, as: UTF8.self))
    }
}

/// A checkpoint with its signatures, as it is stored, published and shown to witnesses.
package struct SignedCheckpoint: Sendable, Hashable {
    package let checkpoint: Checkpoint
    package let note: SignedNote

    /// Signs. That it is consistent with all that was signed before is for the caller to have checked.
    package init(_ checkpoint: Checkpoint, signedBy signers: [NoteSigner]) throws(Failure) {
        self.checkpoint = checkpoint
        note = try SignedNote(text: checkpoint.text, signedBy: signers)
    }

    /// Reads one, strictly, and believes nothing yet. Throws `.checkpointMalformed`.
    package init(_ bytes: [UInt8]) throws(Failure) {
        note = try SignedNote(bytes)
        checkpoint = try Checkpoint(text: note.text)
    }

    package var bytes: [UInt8] { note.bytes }

    /// Throws `.otherInstallation` where its origin is not `origin`, and what `SignedNote.verify` throws.
    package func verify(origin: String, keys: [NoteVerifier]) throws(Failure) {
        guard checkpoint.origin.utf8.elementsEqual(origin.utf8) else {
            throw Failure.otherInstallation(expected: origin, found: checkpoint.origin)
        }
        try note.verify(by: keys)
    }
}
