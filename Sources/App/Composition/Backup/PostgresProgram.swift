import Base
import Foundation
import Store
import Synchronization

/// One of PostgreSQL's own programs, run beside us: `pg_dump`, which writes to a pipe that we read, or `psql`, which reads from one.
///
/// The password goes by the environment, which others on the machine cannot read, and never on the command line. Every wait has a deadline.
/// Belongs to one task.
final class PostgresProgram {
    private let process = Process()
    private let name: String
    private let pipe = Pipe()
    private let complaints = Pipe()
    private let isReader: Bool

    /// How long it may say or take nothing.
    static let patience: Duration = .seconds(600)
    private static let mostComplaintBytes = 2_000

    enum Direction {
        case fromProgram
        case toProgram
    }

    /// Starts it. Throws `Failure(.unavailable)` where there is no such program.
    init(_ name: String, _ arguments: [String], to url: DatabaseURL, _ direction: Direction) throws {
        self.name = name
        isReader = direction == .fromProgram
        let place = PostgresPlace(url)
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = [name, "--no-password", "--dbname=\(place.url)"] + arguments
        process.environment = ProcessInfo.processInfo.environment.merging(place.environment) { $1 }
        process.standardInput = isReader ? FileHandle.nullDevice : pipe
        process.standardOutput = isReader ? pipe : FileHandle.nullDevice
        process.standardError = complaints
        do { try process.run() } catch { throw Failure.postgresProgramMissing(name) }
        // Else the end of the pipe would never be seen.
        if isReader { try? pipe.fileHandleForWriting.close() } else { try? pipe.fileHandleForReading.close() }
        try? complaints.fileHandleForWriting.close()
    }

    deinit { stop() }

    /// Some bytes; none at the end. Throws `.deadlineExceeded`.
    func read(atMost most: Int) throws -> [UInt8] {
        let file = pipe.fileHandleForReading.fileDescriptor
        try wait(for: Int16(POLLIN), file)
        var number: Int32 = 0
        let bytes = [UInt8](unsafeUninitializedCapacity: most) { buffer, filled in
            while true {
                let count = Foundation.read(file, buffer.baseAddress, most)
                if count < 0, errno == EINTR { continue }
                if count < 0 { number = errno } else { filled = count }
                return
            }
        }
        guard number == 0 else { throw failed() }
        return bytes
    }

    func write(_ bytes: [UInt8]) throws {
        let file = pipe.fileHandleForWriting.fileDescriptor
        var done = 0
        while done < bytes.count {
            try wait(for: Int16(POLLOUT), file)
            // A pipe takes at most this at once without waiting.
            let part = min(bytes.count - done, 4_096)
            let count = bytes.withUnsafeBytes { Foundation.write(file, $0.baseAddress?.advanced(by: done), part) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw failed() }
            done += count
        }
    }

    private func wait(for events: Int16, _ file: Int32) throws {
        let end = ContinuousClock.now + Self.patience
        while true {
            if Task.isCancelled { throw Failure.backupCancelled }
            var waiting = pollfd(fd: file, events: events, revents: 0)
            let count = poll(&waiting, 1, 500)
            if count > 0 { return }
            guard count == 0 || errno == EINTR else { throw failed() }
            guard ContinuousClock.now < end else { throw Failure.postgresProgramSlow(name) }
        }
    }

    /// Waits for its end. Throws `Failure` with what it complained of where that was no good one.
    func finish() throws {
        if !isReader { try? pipe.fileHandleForWriting.close() }
        let end = ContinuousClock.now + Self.patience
        while process.isRunning {
            guard ContinuousClock.now < end else {
                stop()
                throw Failure.postgresProgramSlow(name)
            }
            usleep(10_000)
        }
        guard process.terminationReason == .exit, process.terminationStatus == 0 else { throw failed() }
    }

    func stop() {
        if process.isRunning {
            process.terminate()
            kill(process.processIdentifier, SIGKILL)
        }
        process.waitUntilExit()
    }

    private func failed() -> Failure {
        stop()
        let said = (try? complaints.fileHandleForReading.read(upToCount: Self.mostComplaintBytes)) ?? Data()
        let line = String(decoding: said, as: UTF8.self).split(separator: "\n").first.map(String.init) ?? ""
        return .postgresProgramFailed(name, line)
    }
}

/// A database's address without its password, and the environment that has it.
struct PostgresPlace {
    let url: String
    let environment: [String: String]

    init(_ database: DatabaseURL) {
        guard var parts = URLComponents(string: database.exposed) else {
            (url, environment) = (database.description, [:])
            return
        }
        var environment: [String: String] = [:]
        if let password = parts.password { environment["PGPASSWORD"] = password }
        parts.password = nil
        if let named = parts.queryItems?.first(where: { $0.name == "password" })?.value { environment["PGPASSWORD"] = named }
        parts.queryItems = parts.queryItems?.filter { $0.name != "password" }
        if parts.queryItems?.isEmpty == true { parts.queryItems = nil }
        // As the engine does: another machine is spoken to in TLS alone unless the address says otherwise.
        let host = parts.host ?? ""
        environment["PGSSLMODE"] =
            ["", "localhost", "127.0.0.1", "::1", "[::1]"].contains(host) || host.hasPrefix("%2F") ? "prefer" : "require"
        environment["PGCONNECT_TIMEOUT"] = "20"
        environment["PGAPPNAME"] = "zancada backup"
        (url, self.environment) = (parts.string ?? database.description, environment)
    }
}

extension Failure {
    static let backupCancelled = Failure(
        .cancelled, "backup_cancelled", Text(es: "La copia se interrumpió.", en: "The backup was interrupted."))

    static func postgresProgramMissing(_ name: String) -> Failure {
        Failure(
            .unavailable, "postgres_program_missing",
            Text(
                es: "Falta el programa \(name): instale postgresql-client-15 (Debian) o la versión de su servidor.",
                en: "The program \(name) is missing: install postgresql-client-15 (Debian) or your server's version."))
    }

    static func postgresProgramSlow(_ name: String) -> Failure {
        Failure(
            .deadlineExceeded, "postgres_program_slow",
            Text(
                es: "\(name) no avanzó en diez minutos y se paró: revise el servidor y repita la orden.",
                en: "\(name) did not move for ten minutes and was stopped: check the server and repeat the command."))
    }

    /// `line` is the first that it wrote; it may name tables, and no content.
    static func postgresProgramFailed(_ name: String, _ line: String) -> Failure {
        Failure(
            .unavailable, "postgres_program_failed",
            Text(
                es: "\(name) no pudo terminar (\(line)): corrija lo que dice y repita la orden.",
                en: "\(name) could not finish (\(line)): mend what it says and repeat the command."))
    }
}
