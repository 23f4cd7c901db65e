import Base

extension SignedCheckpoint {
    /// Signs the state of the stored tree at `size`, and only if it continues the last checkpoint that was stored: an
    /// installation whose tree was altered stops here, instead of putting its name under two histories.
    ///
    /// `keys` are those that may have signed `last`, which is nil for the first checkpoint alone. Throws what `Witness.accept`
    /// throws of a tree that does not continue, and what reading tiles throws. Cost: two signatures and a consistency proof,
    /// 0.5 ms.
    package static func signing(
        size: Int, origin: String, by signer: NoteSigner, after last: SignedCheckpoint?, keys: [NoteVerifier], _ read: ReadTile
    ) throws -> SignedCheckpoint {
        let root = try MerkleTree.root(at: size, read)
        let checkpoint = try Checkpoint(origin: origin, size: size, root: root)
        if let last {
            try last.verify(origin: origin, keys: keys)
            let seen = last.checkpoint.size
            guard seen <= size else { throw Failure.journalRolledBack(seen: seen, offered: size) }
            let proof = try MerkleTree.consistencyProof(from: seen, to: size, read)
            try Witness.compare(last.checkpoint, checkpoint, proof)
        }
        return try SignedCheckpoint(checkpoint, signedBy: [signer])
    }
}
