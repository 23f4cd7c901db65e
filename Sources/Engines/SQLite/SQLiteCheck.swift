import Base
import Glibc
import Store

/// What is wrong with a database, and what to do.
extension SQLiteDatabase {
    package func check() async throws -> [Finding] {
        let path = configuration.path
        var findings = try await readingThreads.run(within: Self.checkDeadline) { connection in
            try SQLiteInspection(connection, path).findings()
        }
        findings += SQLiteInspection.findings(onFilesOf: path)
        return findings.sorted { $0.severity < $1.severity }
    }

    /// SQLite's full integrity check, which also compares indexes with tables: minutes on a large database. Empty where all
    /// is well; else SQLite's sentences, at most 100.
    package func checkIntegrity() async throws -> [String] {
        try await readingThreads.run(within: Self.checkDeadline) { connection in
            do {
                let sentences = try connection.answers("PRAGMA integrity_check")
                return sentences == ["ok"] ? [] : sentences
            } catch let failure as Failure where failure.code == "database_corrupt" {
                return [failure.message.english]
            }
        }
    }

    private static let checkDeadline: Duration = .seconds(3_600)
}

/// Looks at one database through a reading connection.
struct SQLiteInspection {
    private let connection: SQLiteConnection
    private let path: String

    init(_ connection: SQLiteConnection, _ path: String) {
        self.connection = connection
        self.path = path
    }

    func findings() throws -> [Finding] {
        var findings: [Finding] = []
        do {
            let sentences = try connection.answers("PRAGMA quick_check")
            if sentences != ["ok"] { findings.append(damaged(sentences.first ?? "")) }
            let broken = try connection.answers("PRAGMA foreign_key_check")
            if let table = broken.first { findings.append(brokenReferences(broken.count, table)) }
        } catch let failure as Failure where failure.code == "database_corrupt" || failure.code == "database_io_error" {
            findings.append(Finding(.broken, failure.code, failure.message))
        }
        for (name, value) in [("journal_mode", "wal"), ("synchronous", "2"), ("foreign_keys", "1")] {
            findings += try setting(name, is: value)
        }
        return findings
    }

    private func setting(_ name: String, is value: String) throws -> [Finding] {
        guard let found = try connection.run("PRAGMA \(name)"), found != value else { return [] }
        return [
            Finding(
                .warning, "unsafe_setting",
                Text(
                    es: "El ajuste \(name) de \(path) es \(found) y debe ser \(value): abra la base de datos una vez con este programa.",
                    en: "The setting \(name) of \(path) is \(found) and must be \(value): open the database once with this program."))
        ]
    }

    private func damaged(_ sentence: String) -> Finding {
        Finding(
            .broken, "database_corrupt",
            Text(
                es: "La base de datos \(path) está dañada (\(sentence)): deje de usarla, guarde una copia y restaure el último respaldo.",
                en: "The database \(path) is damaged (\(sentence)): stop using it, keep a copy and restore the last backup."))
    }

    private func brokenReferences(_ count: Int, _ table: String) -> Finding {
        Finding(
            .broken, "foreign_key_violated",
            Text(
                es:
                    "\(count) filas se refieren a otras que no existen (la primera, en la tabla \(table)): avise a quien mantiene el programa.",
                en: "\(count) rows refer to others that do not exist (the first in the table \(table)): tell whoever maintains the program."
            ))
    }
}

/// What can be seen from outside: rights, sizes, room on the disk.
extension SQLiteInspection {
    static func findings(onFilesOf path: String) -> [Finding] {
        var findings: [Finding] = []
        for file in [path, path + "-wal", path + "-shm"] {
            var status = stat()
            guard stat(file, &status) == 0 else { continue }
            if status.st_mode & 0o077 != 0 { findings.append(openToOthers(file, status.st_mode & 0o777)) }
        }
        let log = SQLiteFiles.size(of: path + "-wal")
        if log > mostLogBytes { findings.append(longLog(log, path)) }
        if let free = freeBytes(beside: path), free < leastFreeBytes + UInt64(SQLiteFiles.size(of: path) / 10) {
            findings.append(littleRoom(free, path))
        }
        return findings
    }

    /// Four times what the writer lets it grow to before it waits for readers.
    private static let mostLogBytes = 256 << 20
    private static let leastFreeBytes: UInt64 = 256 << 20

    private static func freeBytes(beside path: String) -> UInt64? {
        var status = statvfs()
        guard statvfs(SQLiteFiles.folder(of: path), &status) == 0 else { return nil }
        return UInt64(status.f_bavail) * UInt64(status.f_frsize)
    }

    private static func openToOthers(_ file: String, _ mode: mode_t) -> Finding {
        let octal = String(mode, radix: 8)
        return Finding(
            .warning, "file_open_to_others",
            Text(
                es: "Otros usuarios del equipo pueden abrir \(file) (permisos \(octal)): ejecute chmod 600 \(file).",
                en: "Other users of the machine can open \(file) (mode \(octal)): run chmod 600 \(file)."))
    }

    private static func longLog(_ bytes: Int, _ path: String) -> Finding {
        Finding(
            .warning, "long_log",
            Text(
                es: "El registro \(path)-wal ocupa \(bytes >> 20) MiB: una lectura muy larga lo retiene; reinicie el programa si no baja.",
                en: "The log \(path)-wal takes \(bytes >> 20) MiB: a very long read holds it; restart the program if it does not shrink."))
    }

    private static func littleRoom(_ bytes: UInt64, _ path: String) -> Finding {
        Finding(
            .warning, "disk_nearly_full",
            Text(
                es: "En el disco de \(path) quedan \(bytes >> 20) MiB: libere espacio antes de que no se pueda guardar.",
                en: "The disk of \(path) has \(bytes >> 20) MiB left: free some space before nothing can be saved."))
    }
}

extension SQLiteConnection {
    /// The first column of at most a hundred rows of a statement of the engine's own, as text.
    func answers(_ sql: SQL) throws -> [String] {
        var answers: [String] = []
        _ = try queryOnce(sql) { row in
            answers.append(row.isNull(0) ? "" : try row.text(0))
            return answers.count < 100
        }
        return answers
    }
}
