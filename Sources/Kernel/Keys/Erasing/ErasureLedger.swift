import Base
import Glibc

/// What was erased, outside the database, in `keys/erasures`: append-only, each line durable before it is reported. A restored
/// database is held against it before anything opens.
package struct ErasureLedger: Sendable {
    private let folder: KeyFolder

    package init(in folder: KeyFolder) {
        self.folder = folder
    }

    private var path: String { "\(folder.path)/erasures" }

    /// All entries in order. Throws `Failure(.invalid, "erasure_ledger_damaged")` with the line. Cost: 3 µs a line.
    package func entries() throws -> [ErasureEntry] { try text().entries }

    /// The last entry of each subject, in the order of their first.
    package func standings() throws -> [ErasureEntry] {
        var places: [[String]: Int] = [:]
        var last: [ErasureEntry] = []
        for entry in try entries() {
            let name = [entry.tenant, entry.subject]
            if let place = places[name] {
                last[place] = entry
            } else {
                places[name] = last.count
                last.append(entry)
            }
        }
        return last
    }

    private func text() throws -> ErasureText {
        guard let bytes = try KeyFile.read(path, atMost: ErasureText.mostBytes) else { return ErasureText() }
        do {
            return try ErasureText(bytes)
        } catch {
            throw Failure.erasureLedgerDamaged(path, line: error.line)
        }
    }

    /// Durable when it returns. A line that a crash broke off is cut away first.
    func append(
        _ state: ErasureEntry.State, _ subjects: [String], in tenant: String, epoch: Int64, at now: Instant, _ lock: KeyFolderLock
    ) throws {
        guard !subjects.isEmpty else { return }
        var text = try text()
        let start = text.wholeBytes
        var lines: [UInt8] = []
        for subject in subjects { lines += text.append(state, subject, in: tenant, epoch: epoch, at: now) }
        guard text.wholeBytes <= ErasureText.mostBytes else { throw Failure.erasureLedgerFull(path) }
        let descriptor = open(path, O_WRONLY | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw Failure.keyFile(path, errno) }
        defer { close(descriptor) }
        guard ftruncate(descriptor, off_t(start)) == 0, lseek(descriptor, 0, SEEK_END) >= 0 else { throw Failure.keyFile(path, errno) }
        try DurableFiles.write(lines, to: descriptor, path)
        guard fsync(descriptor) == 0 else { throw Failure.keyFile(path, errno) }
        if start == 0 { try DurableFiles.makeDurable(folder: folder.path) }
    }
}

extension Failure {
    static func erasureLedgerDamaged(_ path: String, line: Int) -> Failure {
        Failure(
            .invalid, "erasure_ledger_damaged",
            Text(
                es: "El registro de borrados \(path) está dañado en la línea \(line): recupérelo del archivo de claves más reciente.",
                en: "The ledger of erasures \(path) is damaged at line \(line): restore it from the newest archive of keys."))
    }

    static func erasureLedgerFull(_ path: String) -> Failure {
        Failure(
            .overloaded, "erasure_ledger_full",
            Text(
                es: "El registro de borrados \(path) llegó a su límite de 64 MiB: avise a quien mantiene el programa.",
                en: "The ledger of erasures \(path) reached its limit of 64 MiB: tell whoever maintains the program."))
    }
}
