import Base

/// What can be wrong with the stored tree and with questions about it.
extension Failure {
    /// A tile is not there, or ends before the tree does.
    package static func tileMissing(_ address: TileAddress) -> Failure {
        Failure(
            .invalid, "tree_tile_missing",
            Text(
                es:
                    "Falta una parte del árbol del registro (nivel \(address.level), número \(address.index)): compruébelo con «zancada journal verify».",
                en:
                    "A part of the journal's tree is missing (level \(address.level), number \(address.index)): check it with “zancada journal verify”."
            ))
    }

    /// A proof is asked for something that the tree does not hold.
    package static func notInTree(index: Int, size: Int) -> Failure {
        Failure(
            .usage, "not_in_tree",
            Text(
                es: "La posición \(index) no está en un registro de \(size) entradas: pida una que lo esté.",
                en: "Position \(index) is not in a journal of \(size) entries: ask for one that is."))
    }

    package static let treeTooLarge = Failure(
        .invalid, "tree_too_large",
        Text(
            es: "El registro tendría más entradas de las \(MerkleTree.mostLeaves) que caben en él.",
            en: "The journal would have more entries than the \(MerkleTree.mostLeaves) that it can hold."))
}
