import Base
import Glibc

/// Reads files that nobody else may read or have made.
enum PrivateFile {
    /// The whole file, at most `most` bytes; nil where there is none. Throws where it is a link or no file, where others may
    /// read or write it, where it belongs to somebody else, and where it is longer.
    static func read(_ path: String, atMost most: Int) throws(Failure) -> [UInt8]? {
        let descriptor = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
        guard descriptor >= 0 else {
            if errno == ENOENT { return nil }
            throw errno == ELOOP ? .keyFileNotAFile(path) : .keyFile(path, errno)
        }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw .keyFile(path, errno) }
        guard status.st_mode & S_IFMT == S_IFREG else { throw .keyFileNotAFile(path) }
        guard status.st_mode & 0o077 == 0 else { throw .keyFileTooOpen(path, status.st_mode & 0o777) }
        guard status.st_uid == geteuid() || status.st_uid == 0 else { throw .keyFileForeign(path) }
        guard status.st_size <= most else { throw .keyFileDamaged(path) }
        // One byte more shows a file that grew since.
        var bytes = [UInt8](repeating: 0, count: Int(status.st_size) + 1)
        var filled = 0
        while filled < bytes.count {
            let room = bytes.count - filled
            let count = bytes.withUnsafeMutableBytes { Glibc.read(descriptor, $0.baseAddress?.advanced(by: filled), room) }
            if count == 0 { break }
            guard count > 0 else {
                if errno == EINTR { continue }
                throw .keyFile(path, errno)
            }
            filled += count
        }
        guard filled < bytes.count else { throw .keyFileDamaged(path) }
        bytes.removeLast(bytes.count - filled)
        return bytes
    }
}
