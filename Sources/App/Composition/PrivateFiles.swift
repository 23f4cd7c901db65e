import Base
import Foundation

/// Small files that are their owner's alone: there whole or not at all, and overwritten when they go.
enum PrivateFiles {
    static func write(_ bytes: [UInt8], to path: String) throws(Failure) {
        let part = path + ".part"
        unlink(part)
        let file = open(part, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw refused(path, errno) }
        var done = 0
        while done < bytes.count {
            let count = bytes.withUnsafeBytes { Foundation.write(file, $0.baseAddress?.advanced(by: done), bytes.count - done) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return try undo(file, part, path) }
            done += count
        }
        guard fsync(file) == 0, rename(part, path) == 0 else { return try undo(file, part, path) }
        close(file)
        synchroniseFolder(of: path)
    }

    private static func undo(_ file: Int32, _ part: String, _ path: String) throws(Failure) {
        let number = errno
        close(file)
        unlink(part)
        throw refused(path, number)
    }

    /// Overwritten, then removed. Nothing where there is none.
    static func destroy(_ path: String) throws(Failure) {
        let file = open(path, O_WRONLY | O_NOFOLLOW | O_CLOEXEC)
        guard file >= 0 else {
            if errno == ENOENT { return }
            throw refused(path, errno)
        }
        defer { close(file) }
        var status = stat()
        guard fstat(file, &status) == 0 else { throw refused(path, errno) }
        let zeros = [UInt8](repeating: 0, count: Int(status.st_size))
        guard Foundation.write(file, zeros, zeros.count) == zeros.count, fsync(file) == 0, unlink(path) == 0 else {
            throw refused(path, errno)
        }
        synchroniseFolder(of: path)
    }

    static func synchroniseFolder(of path: String) {
        let parent = path.lastIndex(of: "/").map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
        let folder = open(parent, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard folder >= 0 else { return }
        fsync(folder)
        close(folder)
    }

    private static func refused(_ path: String, _ number: Int32) -> Failure {
        let reason = String(cString: strerror(number))
        return Failure(
            .cannotCreate, "private_file",
            Text(
                es: "No se puede escribir o quitar \(path) (\(reason)): revise la carpeta, sus permisos y el disco.",
                en: "\(path) cannot be written or removed (\(reason)): check the folder, its permissions and the disk."))
    }
}
