import Base
import Foundation

/// A folder in which a run's files appear together or not at all.
///
/// Files are written into a hidden folder beside their place and moved when all are there; the one named last
/// (`report.json`) is removed first and moved last, so that whoever finds it finds the rest of the same run.
struct OutputFolder {
    let path: String
    private let partial: String
    /// Folders that were made for this run, the innermost first.
    private let made: [String]

    /// Creates the folder where it is missing and makes sure that it can be written to, before any work is done.
    private init(_ path: String) throws(Failure) {
        self.path = path
        partial = path + "/.zancada-partial-\(getpid())"
        var missing: [String] = []
        var above = URL(fileURLWithPath: path)
        while above.path != "/", !FileManager.default.fileExists(atPath: above.path) {
            missing.append(above.path)
            above.deleteLastPathComponent()
        }
        made = missing
        Self.sweep(path)
        do {
            try FileManager.default.createDirectory(atPath: partial, withIntermediateDirectories: true)
        } catch {
            throw Failure(
                .cannotCreate, "output_folder",
                Text(
                    es: "No se puede escribir en la carpeta «\(path)». Elija otra con --out.",
                    en: "The folder '\(path)' cannot be written to. Choose another with --out."))
        }
    }

    /// Takes away what a run that was killed has left: its number belongs to no process any more.
    private static func sweep(_ path: String) {
        for name in (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? [] where name.hasPrefix(".zancada-partial-") {
            guard let process = Int32(name.dropFirst(17)), kill(process, 0) != 0, errno == ESRCH else { continue }
            try? FileManager.default.removeItem(atPath: path + "/" + name)
        }
    }

    /// Creates the folder, lets `work` fill it, and leaves the place as it was found where that fails.
    static func filling(_ path: String, _ work: (OutputFolder) throws -> Void) throws {
        let folder = try OutputFolder(path)
        do {
            try work(folder)
        } catch {
            folder.discard()
            throw error
        }
    }

    /// A file that is written bit by bit; it counts as written once `publish` is called.
    func open(_ name: String) throws(Failure) -> OutputFile {
        try OutputFile(partial + "/" + name, showing: path)
    }

    func write(_ name: String, _ bytes: [UInt8]) throws(Failure) {
        let file = try open(name)
        try file.append(bytes)
        try file.close()
    }

    /// Moves the named files into place and removes those of an earlier run that this one does not have.
    func publish(_ names: [String], removing stale: [String] = []) throws(Failure) {
        guard let last = names.last else { return }
        for name in stale + [last] { unlink(path + "/" + name) }
        for name in names {
            guard rename(partial + "/" + name, path + "/" + name) == 0 else { throw OutputFile.writeFailure(in: path) }
        }
        rmdir(partial)
    }

    /// Leaves the place as it was found.
    private func discard() {
        for name in (try? FileManager.default.contentsOfDirectory(atPath: partial)) ?? [] { unlink(partial + "/" + name) }
        rmdir(partial)
        for folder in made { rmdir(folder) }
    }
}

/// A file being written, with every write's outcome looked at.
final class OutputFile {
    private let folder: String
    private var descriptor: Int32
    private var buffer: [UInt8] = []
    private static let bufferBytes = 1 << 18

    /// - Parameter folder: what messages name.
    init(_ path: String, showing folder: String) throws(Failure) {
        self.folder = folder
        descriptor = Foundation.open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw Self.writeFailure(in: folder) }
    }

    deinit { if descriptor >= 0 { _ = Foundation.close(descriptor) } }

    func append(_ bytes: [UInt8]) throws(Failure) {
        buffer += bytes
        if buffer.count >= Self.bufferBytes { try flush() }
    }

    func close() throws(Failure) {
        try flush()
        let result = Foundation.close(descriptor)
        descriptor = -1
        guard result == 0 else { throw Self.writeFailure(in: folder) }
    }

    private func flush() throws(Failure) {
        var start = 0
        while start < buffer.count {
            let written = buffer.withUnsafeBytes { Foundation.write(descriptor, $0.baseAddress.map { $0 + start }, $0.count - start) }
            if written < 0, errno == EINTR { continue }
            guard written > 0 else { throw Self.writeFailure(in: folder) }
            start += written
        }
        buffer.removeAll(keepingCapacity: true)
    }

    static func writeFailure(in place: String) -> Failure {
        errno == ENOSPC || errno == EDQUOT
            ? Failure(
                .inputOutput, "disk_full",
                Text(
                    es: "No queda espacio en el disco para escribir en «\(place)». Libere espacio o elija otra carpeta con --out.",
                    en: "The disk is full: nothing can be written to '\(place)'. Free some space or choose another folder with --out."))
            : Failure(
                .inputOutput, "write_failed",
                Text(
                    es: "No se pudo terminar de escribir en «\(place)» (\(String(cString: strerror(errno)))).",
                    en: "Writing to '\(place)' did not finish (\(String(cString: strerror(errno))))."))
    }
}
