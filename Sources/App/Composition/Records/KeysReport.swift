import Base
import Keys
import Vault

/// What `keys status` says: which root key, which epochs, which erasures, and what is left to be finished.
struct KeysReport {
    struct Organisation {
        let name: String
        let epochs: [Int64]
        /// Erased from the database; copies still open until the epoch rolls.
        let pending: Int
        let complete: Int
        let isUnfinished: Bool
    }

    /// How the epochs' files stand to the root key.
    struct Files {
        var newest = 0
        /// To be wrapped anew by `rotate-root`.
        var former = 0
        var foreign = 0
    }

    var root = "file"
    var names: [String] = []
    var files = Files()
    var organisations: [Organisation] = []
    /// What waits for `keys resume`.
    var unfinished: [Text] = []
    /// What is wrong, so that some keys cannot be used.
    var fault: Failure?

    init(_ office: RecordOffice) async throws {
        if case .engine = office.root.present { root = "transit" }
        do { names = try office.root.presentNames() } catch let failure as Failure { fault = failure }
        let rolls = Set(try office.root.folder.unfinishedRolls())
        let standings = try ErasureLedger(in: office.root.folder).standings()
        var known: [String: RootStanding] = [:]
        for name in try office.root.folder.organisations() {
            let epochs = try office.root.folder.epochs(of: name)
            for epoch in epochs where fault == nil {
                do { try await count(name, epoch, office, &known) } catch let failure as Failure { fault = failure }
            }
            guard !name.hasPrefix("_") else { continue }
            let erasures = standings.filter { $0.tenant == name }
            let complete = erasures.count { $0.state == .complete }
            organisations.append(
                Organisation(
                    name: name, epochs: epochs, pending: erasures.count - complete, complete: complete, isUnfinished: rolls.contains(name)))
        }
        if fault == nil { unfinished = try office.unfinished() }
    }

    /// An engine is asked once for each of its key's versions, and not once a file.
    private mutating func count(_ name: String, _ epoch: Int64, _ office: RecordOffice, _ known: inout [String: RootStanding]) async throws
    {
        guard let key = try office.root.folder.file(of: name, epoch: epoch)?.key else { return }
        let version = TransitCiphertext(String(decoding: key.bytes, as: UTF8.self))?.version ?? 0
        let root = "\(key.root) \(version)"
        let standing: RootStanding
        if let found = known[root] { standing = found } else { standing = try await office.root.key.standing(of: key) }
        known[root] = standing
        switch standing {
        case .newest: files.newest += 1
        case .former: files.former += 1
        case .foreign:
            files.foreign += 1
            throw Failure.rootKeyWrong(expected: key.root, found: names.joined(separator: ", "))
        }
    }

    func text(_ language: Language) -> String {
        let behind = Text(es: "por envolver de nuevo", en: "to be wrapped anew")(language)
        var lines = [
            Text(es: "Clave raíz: ", en: "Root key: ")(language) + names.joined(separator: ", ")
                + Text(es: ", archivos: ", en: ", files: ")(language) + "\(files.newest + files.former + files.foreign)"
                + (files.former > 0 ? " (\(files.former) \(behind))" : "")
        ]
        for organisation in organisations {
            let epochs = organisation.epochs.map(String.init).joined(separator: ", ")
            lines.append(
                Text(
                    es:
                        "\(organisation.name): época \(epochs); borrados pendientes \(organisation.pending), completos \(organisation.complete)",
                    en: "\(organisation.name): epoch \(epochs); erasures pending \(organisation.pending), complete \(organisation.complete)"
                )(language))
        }
        lines += unfinished.map { "! " + $0(language) }
        return lines.joined(separator: "\n") + "\n"
    }

    var json: [UInt8] {
        var json = JSONWriter(layout: .pretty)
        json.object { json in
            json.key("root")
            json.object { json in
                json.member("kind", root)
                json.member("names", array: { json in for name in names { json.string(name) } })
                json.member("files_newest", files.newest)
                json.member("files_former", files.former)
                json.member("files_foreign", files.foreign)
            }
            json.member(
                "organisations",
                array: { json in
                    for organisation in organisations {
                        json.object { json in
                            json.member("organisation", organisation.name)
                            json.member("epochs", array: { json in for epoch in organisation.epochs { json.integer(Int(epoch)) } })
                            json.member("erasures_pending", organisation.pending)
                            json.member("erasures_complete", organisation.complete)
                            json.member("unfinished", organisation.isUnfinished)
                        }
                    }
                })
            json.member("unfinished", !unfinished.isEmpty)
            json.member("fault", fault?.code)
        }
        return json.bytes + [UInt8(ascii: "\n")]
    }
}
