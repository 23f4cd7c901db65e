import Base
import Store

/// What `migrate` and `check` say of a database, for people or as JSON.
struct DatabaseReport {
    var database: String
    var installation: Installation?
    /// Steps that this run took.
    var taken: [String] = []
    /// Steps that this program needs and the database has not taken.
    var due: [String] = []
    /// Steps that take away what older releases need.
    var awaitingContraction: [String] = []
    var findings: [Finding] = []

    /// What `migrate` says.
    func migration(_ language: Language) -> String {
        var lines = taken.map { "✓ " + $0 }
        if taken.isEmpty { lines.append(Text(es: "No había nada que migrar.", en: "There was nothing to migrate.")(language)) }
        lines += [place(language)].compactMap { $0 }
        if let contraction = contraction(language) { lines.append(contraction) }
        return lines.joined(separator: "\n") + "\n"
    }

    /// What `check` says: what is wrong, worst first, or that nothing is.
    func diagnosis(_ language: Language) -> String {
        var lines = findings.map { finding in "\(finding.severity.mark) \(finding.message(language))" }
        if isSound {
            lines.append(Text(es: "✓ La base de datos está sana y al día.", en: "✓ The database is sound and up to date.")(language))
        }
        lines += [place(language)].compactMap { $0 }
        return lines.joined(separator: "\n") + "\n"
    }

    /// Nothing to do: notes alone.
    var isSound: Bool { findings.allSatisfy { $0.severity == .note } }

    var json: [UInt8] {
        var json = JSONWriter(layout: .pretty)
        json.object { json in
            json.key("database")
            json.string(database)
            json.key("installation")
            if let installation { json.string(installation.id.description) } else { json.null() }
            list("taken", taken, &json)
            list("due", due, &json)
            list("awaiting_contraction", awaitingContraction, &json)
            json.key("findings")
            json.array { json in
                for finding in findings {
                    json.object { json in
                        json.key("severity")
                        json.string("\(finding.severity)")
                        json.key("code")
                        json.string(finding.code)
                        json.key("message_es")
                        json.string(finding.message.spanish)
                        json.key("message_en")
                        json.string(finding.message.english)
                    }
                }
            }
        }
        return json.bytes + [UInt8(ascii: "\n")]
    }

    private func list(_ name: String, _ titles: [String], _ json: inout JSONWriter) {
        json.key(name)
        json.array { json in for title in titles { json.string(title) } }
    }

    private func place(_ language: Language) -> String? {
        installation.map { installation in
            Text(
                es: "Base de datos: \(database), instalación \(installation.id), desde \(installation.createdAt).",
                en: "Database: \(database), installation \(installation.id), since \(installation.createdAt).")(language)
        }
    }

    private func contraction(_ language: Language) -> String? {
        guard !awaitingContraction.isEmpty else { return nil }
        let steps = awaitingContraction.joined(separator: "; ")
        return Text(
            es: "Quedan por quitar (\(steps)): use --contract cuando no quede en marcha ninguna versión anterior.",
            en: "Still to be taken away (\(steps)): use --contract once no earlier version is running.")(language)
    }
}

extension Finding.Severity {
    fileprivate var mark: String {
        switch self {
        case .broken: "✗"
        case .warning: "!"
        case .note: "·"
        }
    }
}
