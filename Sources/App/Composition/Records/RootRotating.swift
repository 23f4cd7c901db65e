import Access
import Base
import Keys
import Records
import Store

extension RecordOffice {
    /// Changes the root key in the way that the configuration asks for, or goes on with what broke off. Told in each organisation
    /// before anything is changed: so no change is untold, whenever a crash comes. Returns how many files were wrapped anew.
    func rotateRoot() async throws -> Int {
        // Every key must be openable before the first is touched.
        try root.requireOwn()
        // An organisation's rather than one of the installation's own.
        let files = try root.folder.files()
        if let first = files.first(where: { !$0.organisation.hasPrefix("_") }) ?? files.first {
            _ = try await root.folder.unwrap(first, by: root.key)
        }
        try await tell(.rolled, "root", in: try await Organisations.all(in: database))
        let total = try root.folder.files().count
        var line = ProgressLine(isQuiet: false)
        defer { line.finish() }
        var count = 0
        func counted() {
            count += 1
            line.update(Text(es: "Clave raíz", en: "Root key"), fraction: Double(count) / Double(max(1, total)), count: 0)
        }
        if let former = root.former {
            var move = RootMove(root.folder, from: former.key, to: root.present.key)
            while try await move.next() != .finished { counted() }
        } else {
            switch root.present {
            case .file(let file):
                var rotation = FileRootRotation(file)
                _ = try await rotation.begin()
                while try await rotation.next() != .finished { counted() }
            case .engine(let engine):
                var rewrap = RootRewrap(root.folder, under: engine)
                while try await rewrap.next() != .finished { counted() }
            }
        }
        return count
    }

    /// Writes an entry about all keys into the journal of each of these organisations.
    func tell(_ verb: JournalVerb, _ kind: String, in organisations: [String]) async throws {
        for name in organisations {
            let entry = try JournalEntry(verb, kind, by: try standing(in: try Identifier(name)), in: world)
            try await database.within(organisation: name).write { tx in try JournalWriter.append(entry, tx) }
        }
    }
}

/// How far a roll is, on standard error.
struct RollProgress {
    private var line = ProgressLine(isQuiet: false)
    private let total: Int
    private var done = 0

    /// Cost: counts the organisation's keys, some 0.1 s for a million.
    init(_ organisation: String, in office: RecordOffice) async throws {
        total =
            try await office.database.within(organisation: organisation).first(
                "SELECT count(*) AS count FROM subject_keys WHERE tenant = \(organisation)"
            ) { try $0["count"] } ?? 0
    }

    mutating func show(_ step: EpochRoll.Step) {
        guard case .rewrapped(let count) = step else { return }
        done += count
        line.update(Text(es: "Claves", en: "Keys"), fraction: Double(done) / Double(max(1, total)), count: 0)
    }

    mutating func finish() { line.finish() }
}
