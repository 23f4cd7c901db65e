import Glibc

/// A file that nobody but its owner (this program's user, or root) may read or write, open for reading: what secrets and keys
/// stand in. Whoever reads one says in sentences of its own what is wrong with it.
package struct PrivateFile: ~Copyable {
    /// What is wrong with the file.
    package enum Fault: Error, Hashable {
        /// The system refused a call, with this `errno`; `ENOENT` where there is no such file.
        case refused(Int32)
        /// A folder, a device, a pipe; a link where links are not followed.
        case notAFile
        /// Others may read or write it; its mode.
        case tooOpen(UInt32)
        /// It belongs to somebody else.
        case foreign
        /// It holds more than was allowed, or grew while it was read.
        case tooLarge
    }

    /// What to do where the path's last part is a symbolic link.
    package enum Links: Sendable, Hashable {
        case followed
        case refused
    }

    private let descriptor: Int32
    /// What it held when it was opened.
    private let byteCount: Int

    /// Opens without waiting and without changing anything; what is checked is what is read, whoever renames meanwhile.
    package init(_ path: String, links: Links, atMost most: Int) throws(Fault) {
        let follow = links == .refused ? O_NOFOLLOW : 0
        let descriptor = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC | follow)
        guard descriptor >= 0 else { throw links == .refused && errno == ELOOP ? .notAFile : .refused(errno) }
        do throws(Fault) {
            byteCount = try Self.check(descriptor, atMost: most)
        } catch {
            close(descriptor)
            throw error
        }
        self.descriptor = descriptor
    }

    /// How much it holds.
    private static func check(_ descriptor: Int32, atMost most: Int) throws(Fault) -> Int {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw .refused(errno) }
        guard status.st_mode & S_IFMT == S_IFREG else { throw .notAFile }
        guard status.st_mode & 0o077 == 0 else { throw .tooOpen(status.st_mode & 0o777) }
        guard status.st_uid == geteuid() || status.st_uid == 0 else { throw .foreign }
        guard status.st_size <= most else { throw .tooLarge }
        return Int(status.st_size)
    }

    deinit { close(descriptor) }

    /// What `fill` needs: one byte more than the file holds, which shows one that grew since.
    package var room: Int { byteCount + 1 }

    /// Reads all of it into the front of `buffer`, which has `room` bytes. Returns how many there were.
    package borrowing func fill(_ buffer: UnsafeMutableRawBufferPointer) throws(Fault) -> Int {
        var filled = 0
        while filled < buffer.count {
            let count = read(descriptor, buffer.baseAddress?.advanced(by: filled), buffer.count - filled)
            if count == 0 { return filled }
            guard count > 0 else {
                if errno == EINTR { continue }
                throw .refused(errno)
            }
            filled += count
        }
        throw .tooLarge
    }
}
