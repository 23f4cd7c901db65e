import Base
import Keys
import Records

/// What broke off around keys is taken up whenever the records are opened.
///
/// Erasures are finished before anything can be read: a few statements each, and nobody may read what was to be erased.
/// A roll and a rotation are only told of: they may have a million keys to wrap, everything is readable meanwhile, and another
/// process may be at work on them.
extension RecordOffice {
    func takeUpKeys(isReporting: Bool) async throws {
        try await root.prepareMove()
        let office = self
        try await erasure.resume { try office.standing(in: $0) }
        guard isReporting else { return }
        for sentence in try unfinished() { Terminal.complain(sentence) }
    }

    var erasure: Erasure { Erasure(keyring, kinds: Roster.kinds, database: database, world: world) }

    /// What waits to be finished, a sentence each. Cost: some 20 µs an organisation.
    func unfinished() throws -> [Text] {
        var found: [Text] = []
        let rolls = try root.folder.unfinishedRolls()
        if let first = rolls.first {
            let others = rolls.count > 1 ? " (+\(rolls.count - 1))" : ""
            found.append(
                Text(
                    es:
                        "El cambio de época de \(first)\(others) no ha terminado: si no hay otro proceso en ello, ejecute «zancada keys resume».",
                    en: "The roll of \(first)\(others) has not finished: unless another process is at it, run 'zancada keys resume'."))
        }
        if try isRotatingRoot || root.folder.hasLeftovers {
            found.append(
                Text(
                    es: "El cambio de la clave raíz no ha terminado: si no hay otro proceso en ello, ejecute «zancada keys resume».",
                    en: "The root key's rotation has not finished: unless another process is at it, run 'zancada keys resume'."))
        }
        return found
    }

    /// Whether a new root key stands beside the former in the folder.
    var isRotatingRoot: Bool {
        get throws {
            guard case .file(let file) = root.present else { return false }
            return try FileRootRotation(file).isUnfinished
        }
    }
}
