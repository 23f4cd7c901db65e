import Base
import Foundation

/// The folder that a restore makes: under another name beside it until everything is proved, so that what breaks off is never taken for
/// an installation. What a killed restore left there is removed by the next.
final class RestoreTarget {
    /// The new folder of data.
    let data: String
    /// Where it is put together.
    let staging: String
    private var handle: Int32?

    init(data: String, isRehearsal: Bool) {
        var data = data
        while data.count > 1, data.hasSuffix("/") { data.removeLast() }
        self.data = data
        staging = data + (isRehearsal ? ".rehearsal" : ".restoring")
        self.isRehearsal = isRehearsal
    }

    private let isRehearsal: Bool
    private static let markName = "UNFINISHED-RESTORE"

    deinit { if let handle { close(handle) } }

    /// Throws `Failure(.cannotCreate, "restore_target_taken")` unless the folder is empty or not there; changes nothing.
    func requireFree() throws {
        if isRehearsal { return }
        var status = stat()
        guard lstat(data, &status) == 0 else { return }
        let isEmpty =
            status.st_mode & S_IFMT == S_IFDIR && ((try? FileManager.default.contentsOfDirectory(atPath: data).isEmpty) ?? false)
        guard isEmpty else { throw Failure.restoreTargetTaken(data) }
    }

    /// Makes the folder, with a mark that says it is unfinished.
    func begin() throws {
        if FileManager.default.fileExists(atPath: staging) {
            guard FileManager.default.fileExists(atPath: "\(staging)/\(Self.markName)") else { throw Failure.restoreTargetTaken(staging) }
        } else {
            do {
                try FileManager.default.createDirectory(
                    atPath: staging, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
            } catch {
                throw Failure.restoreTargetRefused(staging, EACCES)
            }
        }
        let handle = open(staging, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
        guard handle >= 0 else { throw Failure.restoreTargetRefused(staging, errno) }
        guard flock(handle, LOCK_EX | LOCK_NB) == 0 else {
            close(handle)
            throw Failure.restoreRunning(staging)
        }
        self.handle = handle
        for name in try FileManager.default.contentsOfDirectory(atPath: staging) where name != Self.markName {
            try FileManager.default.removeItem(atPath: "\(staging)/\(name)")
        }
        try PrivateFiles.write([], to: "\(staging)/\(Self.markName)")
    }

    /// Gives the folder its name.
    func finish() throws {
        try Self.synchroniseAll(in: staging)
        unlink("\(staging)/\(Self.markName)")
        guard rename(staging, data) == 0 else { throw Failure.restoreTargetRefused(data, errno) }
        PrivateFiles.synchroniseFolder(of: data)
    }

    /// Removes what was begun: the mark last.
    func remove() throws {
        guard handle != nil else { return }
        for name in try FileManager.default.contentsOfDirectory(atPath: staging) where name != Self.markName {
            try FileManager.default.removeItem(atPath: "\(staging)/\(name)")
        }
        unlink("\(staging)/\(Self.markName)")
        rmdir(staging)
    }

    private static func synchroniseAll(in folder: String) throws {
        for name in try FileManager.default.subpathsOfDirectory(atPath: folder) + ["."] {
            let file = open("\(folder)/\(name)", O_RDONLY | O_CLOEXEC)
            guard file >= 0 else { throw Failure.restoreTargetRefused(folder, errno) }
            defer { close(file) }
            guard fsync(file) == 0 else { throw Failure.restoreTargetRefused(folder, errno) }
        }
    }
}

extension Failure {
    static func restoreTargetTaken(_ path: String) -> Failure {
        Failure(
            .cannotCreate, "restore_target_taken",
            Text(
                es: "\(path) no está vacía y no se tocó: indique con --data una carpeta nueva.",
                en: "\(path) is not empty and was left alone: name a new folder with --data."))
    }

    static func restoreRunning(_ path: String) -> Failure {
        Failure(
            .conflict, "restore_running",
            Text(
                es: "Otro proceso está recuperando en \(path); no se hizo nada: espere a que termine.",
                en: "Another process is restoring to \(path); nothing was done: wait until it has finished."))
    }

    static func restoreTargetRefused(_ path: String, _ number: Int32) -> Failure {
        let reason = String(cString: strerror(number))
        return Failure(
            .cannotCreate, "restore_target_refused",
            Text(
                es:
                    "No se puede escribir en \(path) (\(reason)); lo empezado se descartó: revise la carpeta, sus permisos y el sitio libre.",
                en:
                    "\(path) cannot be written (\(reason)) and what was begun was thrown away: check the folder, its permissions and the room."
            ))
    }
}
