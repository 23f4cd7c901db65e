import Base

/// All that an outsider needs to check that a newer state of the journal continues an older one: JSON, made by
/// `journal prove`, and checked by `docs/verify_journal.py` without any code of ours.
package struct ConsistencyProofFile: Sendable, Hashable {
    package static let format = "zancada consistency proof 1"
    package static let mostBytes = 1 << 20

    package let older: SignedCheckpoint
    package let newer: SignedCheckpoint
    package let hashes: [TreeHash]

    package init(older: SignedCheckpoint, newer: SignedCheckpoint, hashes: [TreeHash]) {
        self.older = older
        self.newer = newer
        self.hashes = hashes
    }

    /// Reads the file, strictly, and believes nothing yet. Throws `.proofFileMalformed` and `.checkpointMalformed`.
    package init(_ bytes: [UInt8]) throws(Failure) {
        guard let json = try? JSON.parse(bytes, limits: JSON.Limits(bytes: Self.mostBytes, depth: 2)) else {
            throw Failure.proofFileMalformed("")
        }
        let file = try ProofFields(json, at: "", names: ["format", "older", "newer", "hashes"])
        try file.checkFormat(Self.format)
        older = try file.checkpoint("older")
        newer = try file.checkpoint("newer")
        hashes = try file.hashes("hashes")
    }

    /// Pretty JSON with a newline at its end.
    package var bytes: [UInt8] {
        var json = JSONWriter(layout: .pretty, reservingBytes: 4_096)
        json.object { json in
            json.member("format", Self.format)
            json.member("older", String(decoding: older.bytes, as: UTF8.self))
            json.member("newer", String(decoding: newer.bytes, as: UTF8.self))
            json.member("hashes", array: { json in for hash in hashes { json.string(hash.hexadecimal) } })
        }
        json.endLine()
        return json.bytes
    }

    /// As a witness takes it.
    package var proof: ConsistencyProof {
        ConsistencyProof(older: older.checkpoint.size, newer: newer.checkpoint.size, hashes: hashes)
    }

    /// Throws what `Witness.accept` throws, unless the newer checkpoint continues the older one.
    package func verify(origin: String, keys: [NoteVerifier]) throws(Failure) {
        var witness = try Witness(origin: origin, keys: keys, last: older)
        try witness.accept(newer, proof: proof)
    }
}
