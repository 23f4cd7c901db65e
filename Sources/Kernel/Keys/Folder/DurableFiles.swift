import Base
import Glibc

/// Files of keys: small, private, either there whole or not at all, and gone when they are destroyed. Blocking calls of some
/// milliseconds where they make something durable; rare.
enum DurableFiles {
    /// Creates or replaces `name` in `folder` with mode 0600: written beside it, made durable, renamed, the folder made
    /// durable. What a crash leaves is the old state or the new one, and perhaps `.name.new`, which `sweep` removes.
    static func write(_ bytes: [UInt8], to name: String, in folder: String) throws(Failure) {
        let beside = "\(folder)/.\(name)\(newEnding)"
        try writeDurably(bytes, to: beside)
        guard rename(beside, "\(folder)/\(name)") == 0 else { throw .keyFile("\(folder)/\(name)", errno) }
        try makeDurable(folder: folder)
    }

    /// As `write`, but refuses to replace: false, and nothing changed, where the name is taken.
    static func create(_ bytes: [UInt8], at name: String, in folder: String) throws(Failure) -> Bool {
        let beside = "\(folder)/.\(name)\(newEnding)"
        try writeDurably(bytes, to: beside)
        let isNew = link(beside, "\(folder)/\(name)") == 0
        let number = errno
        unlink(beside)
        guard isNew || number == EEXIST else { throw .keyFile("\(folder)/\(name)", number) }
        try makeDurable(folder: folder)
        return isNew
    }

    /// Takes the name away, then overwrites the bytes, then removes the file, each made durable before the next: a crash
    /// leaves it whole, or as `.name.gone`, which `sweep` finishes off. A file that is not there is destroyed already.
    ///
    /// Overwriting reaches the blocks of a plain file system; a snapshot, a copy-on-write disk or an SSD may keep others.
    static func destroy(_ name: String, in folder: String) throws(Failure) {
        let going = "\(folder)/.\(name)\(goneEnding)"
        guard rename("\(folder)/\(name)", going) == 0 else {
            if errno == ENOENT { return }
            throw .keyFile("\(folder)/\(name)", errno)
        }
        try makeDurable(folder: folder)
        try overwriteAndRemove(going, in: folder)
    }

    /// Finishes what a crash broke off in this folder. Only under the lock: a writer at work leaves the same files.
    static func sweep(_ folder: String) throws(Failure) {
        for name in try names(in: folder) where name.hasPrefix(".") && (name.hasSuffix(newEnding) || name.hasSuffix(goneEnding)) {
            let path = "\(folder)/\(name)"
            var status = stat()
            // A crash within `create` leaves a second name of the file that it made: its bytes are that file's.
            if name.hasSuffix(newEnding), lstat(path, &status) == 0, status.st_nlink > 1 {
                guard unlink(path) == 0 || errno == ENOENT else { throw .keyFile(path, errno) }
                try makeDurable(folder: folder)
            } else {
                try overwriteAndRemove(path, in: folder)
            }
        }
    }

    /// All names but `.` and `..`, sorted; none where there is no such folder.
    static func names(in folder: String) throws(Failure) -> [String] {
        guard let directory = opendir(folder) else {
            if errno == ENOENT { return [] }
            throw .keyFile(folder, errno)
        }
        defer { closedir(directory) }
        var names: [String] = []
        while let entry = readdir(directory) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
            if name != ".", name != ".." { names.append(name) }
        }
        return names.sorted()
    }

    /// Makes the folder for its owner alone where it is missing. Throws where others may enter it.
    static func makeFolder(_ folder: String, in parent: String?) throws(Failure) {
        if mkdir(folder, 0o700) == 0 {
            if let parent { try makeDurable(folder: parent) }
        } else if errno != EEXIST {
            throw .keyFile(folder, errno)
        }
        var status = stat()
        guard lstat(folder, &status) == 0 else { throw .keyFile(folder, errno) }
        guard status.st_mode & S_IFMT == S_IFDIR else { throw .keyFile(folder, ENOTDIR) }
        guard status.st_mode & 0o077 == 0 else { throw .keyFolderTooOpen(folder, status.st_mode & 0o777) }
    }

    static func makeDurable(folder: String) throws(Failure) {
        let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .keyFile(folder, errno) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw .keyFile(folder, errno) }
    }

    private static let newEnding = ".new"
    private static let goneEnding = ".gone"

    private static func writeDurably(_ bytes: [UInt8], to path: String) throws(Failure) {
        unlink(path)
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw .keyFile(path, errno) }
        defer { close(descriptor) }
        try write(bytes, to: descriptor, path)
        guard fsync(descriptor) == 0 else { throw .keyFile(path, errno) }
    }

    /// All of them, or throws.
    static func write(_ bytes: [UInt8], to descriptor: Int32, _ path: String) throws(Failure) {
        var done = 0
        while done < bytes.count {
            let count = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress?.advanced(by: done), bytes.count - done) }
            guard count > 0 else {
                if count < 0, errno == EINTR { continue }
                throw .keyFile(path, errno)
            }
            done += count
        }
    }

    private static func overwriteAndRemove(_ path: String, in folder: String) throws(Failure) {
        let descriptor = open(path, O_WRONLY | O_NOFOLLOW | O_CLOEXEC)
        if descriptor >= 0 {
            defer { close(descriptor) }
            var status = stat()
            guard fstat(descriptor, &status) == 0 else { throw .keyFile(path, errno) }
            try write([UInt8](repeating: 0, count: min(Int(status.st_size), 1 << 20)), to: descriptor, path)
            guard fsync(descriptor) == 0 else { throw .keyFile(path, errno) }
        } else if errno == ENOENT {
            return
        }
        guard unlink(path) == 0 || errno == ENOENT else { throw .keyFile(path, errno) }
        try makeDurable(folder: folder)
    }
}
