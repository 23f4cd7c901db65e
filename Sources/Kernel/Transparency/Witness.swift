import Base

/// Whoever remembers the last checkpoint of a journal and believes a newer one only with a proof that it continues the same
/// history: a hub, a device, the patient's own phone.
///
/// It is a value: store `last` whenever `accept` returned, before relying on it.
package struct Witness: Sendable, Hashable {
    /// Of whose journal.
    package let origin: String
    /// The keys that may have signed: more than one while the installation changes its key.
    package let keys: [NoteVerifier]
    /// What was accepted last; nil before the first, which is believed for its signature alone.
    package private(set) var last: SignedCheckpoint?

    package init(origin: String, keys: [NoteVerifier]) {
        self.origin = origin
        self.keys = keys
    }

    /// With what was stored: it is checked again. Throws as `SignedCheckpoint.verify`.
    package init(origin: String, keys: [NoteVerifier], last: SignedCheckpoint) throws(Failure) {
        self.init(origin: origin, keys: keys)
        try last.verify(origin: origin, keys: keys)
        self.last = last
    }

    /// Takes a checkpoint as the newest, or throws and stays as it was. `proof` goes from `last` to it; nil where that is the
    /// same tree, or where nothing was accepted yet.
    ///
    /// Throws `.otherInstallation`, `.checkpointUnsigned`, `.checkpointSignatureWrong`; `.journalRolledBack` where it ends
    /// before `last`; `.consistencyProofMissing` and `.consistencyProofMalformed`; `.journalForked` where it does not continue
    /// what was seen.
    package mutating func accept(_ offered: SignedCheckpoint, proof: ConsistencyProof?) throws(Failure) {
        try offered.verify(origin: origin, keys: keys)
        if let last {
            guard offered.checkpoint.size >= last.checkpoint.size else {
                throw Failure.journalRolledBack(seen: last.checkpoint.size, offered: offered.checkpoint.size)
            }
            try Self.compare(last.checkpoint, offered.checkpoint, proof)
        }
        last = offered
    }

    /// Compares what another witness saw, older or newer, with `last`, and changes nothing: so a journal that shows two faces
    /// is found out. `proof` goes from the smaller tree to the greater.
    ///
    /// Throws as `accept`, but for `.journalRolledBack`: an older checkpoint is none here.
    package func compare(with other: SignedCheckpoint, proof: ConsistencyProof?) throws(Failure) {
        try other.verify(origin: origin, keys: keys)
        guard let last else { return }
        let (older, newer) = other.checkpoint.size < last.checkpoint.size ? (other, last) : (last, other)
        try Self.compare(older.checkpoint, newer.checkpoint, proof)
    }

    static func compare(_ older: Checkpoint, _ newer: Checkpoint, _ proof: ConsistencyProof?) throws(Failure) {
        let proof = try usable(proof, from: older.size, to: newer.size)
        do {
            try proof.verify(olderRoot: older.root, newerRoot: newer.root)
        } catch {
            switch error {
            case .wrongRoot: throw Failure.journalForked(older: older.size, newer: newer.size)
            case .outOfRange, .wrongLength: throw Failure.consistencyProofMalformed(older: older.size, newer: newer.size)
            }
        }
    }

    /// Of equal and of empty trees the roots say it all.
    private static func usable(_ proof: ConsistencyProof?, from older: Int, to newer: Int) throws(Failure) -> ConsistencyProof {
        guard let proof else {
            guard older == newer || older == 0 else { throw Failure.consistencyProofMissing(older: older, newer: newer) }
            return ConsistencyProof(older: older, newer: newer, hashes: [])
        }
        guard proof.older == older, proof.newer == newer else {
            throw Failure.consistencyProofMalformed(older: older, newer: newer)
        }
        return proof
    }
}

/// What a witness refuses.
extension Failure {
    /// Entries that were there are gone.
    package static func journalRolledBack(seen: Int, offered: Int) -> Failure {
        Failure(
            .invalid, "journal_rolled_back",
            Text(
                es:
                    "El registro tenía \(seen) entradas y ahora dice tener \(offered): se perdieron o se borraron; no lo acepte y avise a la instalación.",
                en:
                    "The journal had \(seen) entries and now says it has \(offered): some were lost or removed; do not accept it and tell the installation."
            ))
    }

    /// Two states of one journal that are not of one history.
    package static func journalForked(older: Int, newer: Int) -> Failure {
        Failure(
            .invalid, "journal_forked",
            Text(
                es:
                    "El registro de \(newer) entradas no continúa el de \(older) que ya se vio: la historia fue reescrita o la prueba fue alterada; guarde ambos puntos de control y avise a la instalación.",
                en:
                    "The journal of \(newer) entries does not continue the one of \(older) that was seen: history was rewritten or the proof was altered; keep both checkpoints and tell the installation."
            ))
    }

    /// A greater tree than the one that was seen, and nothing to show that it continues it.
    package static func consistencyProofMissing(older: Int, newer: Int) -> Failure {
        Failure(
            .invalid, "consistency_proof_missing",
            Text(
                es: "Falta la prueba de que el registro de \(newer) entradas continúa el de \(older): pídala.",
                en: "The proof that the journal of \(newer) entries continues the one of \(older) is missing: ask for it."))
    }

    /// A proof for other trees, or of a form that none has.
    package static func consistencyProofMalformed(older: Int, newer: Int) -> Failure {
        Failure(
            .invalid, "consistency_proof_malformed",
            Text(
                es: "La prueba no es la que va del registro de \(older) entradas al de \(newer): pídala de nuevo.",
                en: "The proof is not one that leads from the journal of \(older) entries to that of \(newer): ask for it again."))
    }
}
