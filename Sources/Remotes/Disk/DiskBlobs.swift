import Base
import Glibc
import Runtime

/// A store of blobs in a folder: a disk, a share, a stick. Files of mode 0600 and folders of 0700; what is half-written is called
/// `.part-…` and counts for nothing. Blocking calls: on the caller, whose users come one at a time and wait for the disk anyway, or on
/// threads that are given.
package struct DiskBlobs: BlobStore {
    private let folder: String
    private let line: WorkLine?

    /// Connects to nothing yet. `folder` is made at the first `put` unless `mustExist`; throws `Failure(.invalid)` where something else has
    /// its name, `.notFound` where it must exist and does not. `line`: the threads that wait for the disk.
    package init(_ folder: String, mustExist: Bool = false, on line: WorkLine? = nil) throws(Failure) {
        var folder = folder
        while folder.count > 1, folder.hasSuffix("/") { folder.removeLast() }
        self.folder = folder
        self.line = line
        var status = stat()
        if stat(folder, &status) == 0 {
            guard status.st_mode & S_IFMT == S_IFDIR else { throw Failure.blobFolderIsNone(folder) }
        } else if mustExist {
            throw Failure.blobFolderMissing(folder)
        }
    }

    package var place: String { folder }

    package func put(_ bytes: [UInt8], at name: BlobName) async throws { try await waiting { try place(bytes, at: name) } }

    /// Runs where it may wait for the disk.
    private func waiting<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
        guard let line else { return try body() }
        return try await line.run { () throws(Failure) in Result { try body() } }.get()
    }

    private func place(_ bytes: [UInt8], at name: BlobName) throws {
        let target = path(name)
        let parent = name.folder.map { "\(folder)/\($0)" } ?? folder
        try makeFolders(name)
        let (part, file) = try newPart(in: parent)
        do {
            try write(bytes, to: file, at: part)
            // What it replaces is overwritten once it has no name: a key archive must not lie about on the disk.
            let former = open(target, O_WRONLY | O_NOFOLLOW | O_CLOEXEC)
            defer { if former >= 0 { close(former) } }
            guard rename(part, target) == 0 else { throw Failure.blobNotWritten(target, errno) }
            if former >= 0 { Self.overwrite(former) }
        } catch {
            unlink(part)
            throw error
        }
        try Self.synchronise(parent)
    }

    /// An empty file under a name of its own: the same blob may be put by two at once.
    private func newPart(in parent: String) throws -> (path: String, file: Int32) {
        let part = "\(parent)/.part-\(String(UInt64.random(in: 0 ... .max), radix: 16))"
        let file = open(part, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw Failure.blobNotWritten(part, errno) }
        return (part, file)
    }

    private func write(_ bytes: [UInt8], to file: Int32, at part: String) throws {
        defer { close(file) }
        var done = 0
        while done < bytes.count {
            let count = bytes.withUnsafeBytes { Glibc.write(file, $0.baseAddress?.advanced(by: done), bytes.count - done) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw Failure.blobNotWritten(part, errno) }
            done += count
        }
        guard fsync(file) == 0 else { throw Failure.blobNotWritten(part, errno) }
    }

    /// As far as the disk lets it: nothing depends on it.
    private static func overwrite(_ file: Int32) {
        var status = stat()
        guard fstat(file, &status) == 0 else { return }
        let zeros = [UInt8](repeating: 0, count: 1 << 16)
        var left = Int(status.st_size)
        while left > 0 {
            let count = Glibc.write(file, zeros, min(left, zeros.count))
            guard count > 0 else { return }
            left -= count
        }
        fsync(file)
    }

    private func makeFolders(_ name: BlobName) throws {
        if access(folder, F_OK) != 0 {
            guard mkdir(folder, 0o700) == 0 || errno == EEXIST else { throw Failure.blobNotWritten(folder, errno) }
        }
        guard let inner = name.folder.map({ "\(folder)/\($0)" }), access(inner, F_OK) != 0 else { return }
        guard mkdir(inner, 0o700) == 0 || errno == EEXIST else { throw Failure.blobNotWritten(inner, errno) }
        try Self.synchronise(folder)
    }

    private func path(_ name: BlobName) -> String { "\(folder)/\(name)" }

    private static func synchronise(_ folder: String) throws {
        let handle = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard handle >= 0 else { throw Failure.blobNotWritten(folder, errno) }
        defer { close(handle) }
        // Some file systems know no synchronising of folders.
        guard fsync(handle) == 0 || errno == EINVAL else { throw Failure.blobNotWritten(folder, errno) }
    }
}

/// Reading.
extension DiskBlobs {
    package func bytes(of name: BlobName) async throws -> [UInt8]? { try await waiting { try read(name, nil) } }

    package func bytes(of name: BlobName, in range: Range<Int>) async throws -> [UInt8]? { try await waiting { try read(name, range) } }

    private func read(_ name: BlobName, _ range: Range<Int>?) throws -> [UInt8]? {
        let path = path(name)
        let file = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC)
        guard file >= 0 else {
            if errno == ENOENT || errno == ENOTDIR { return nil }
            throw Failure.blobNotRead(path, errno)
        }
        defer { close(file) }
        var status = stat()
        guard fstat(file, &status) == 0 else { throw Failure.blobNotRead(path, errno) }
        let whole = 0..<Int(status.st_size)
        let wanted = (range ?? whole).clamped(to: whole)
        var number: Int32 = 0
        let bytes = [UInt8](unsafeUninitializedCapacity: wanted.count) { buffer, filled in
            while filled < wanted.count {
                let count = pread(
                    file, buffer.baseAddress?.advanced(by: filled), wanted.count - filled, off_t(wanted.lowerBound + filled))
                if count < 0, errno == EINTR { continue }
                if count < 0 { number = errno }
                guard count > 0 else { return }
                filled += count
            }
        }
        guard number == 0 else { throw Failure.blobNotRead(path, number) }
        return bytes
    }

    package func blobs(in inner: String?) async throws -> [Blob] { try await waiting { try list(inner) } }

    private func list(_ inner: String?) throws -> [Blob] {
        let place = inner.map { "\(folder)/\($0)" } ?? folder
        return try Self.names(in: place).compactMap { name in
            guard let name = BlobName(name, in: inner) else { return nil }
            var status = stat()
            guard lstat(path(name), &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
            return Blob(name, byteCount: Int(status.st_size))
        }
    }

    /// All names but `.` and `..`, sorted; none where there is no such folder.
    private static func names(in folder: String) throws -> [String] {
        guard let directory = opendir(folder) else {
            if errno == ENOENT { return [] }
            throw Failure.blobNotRead(folder, errno)
        }
        defer { closedir(directory) }
        var names: [String] = []
        while let entry = readdir(directory) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
            if name != ".", name != ".." { names.append(name) }
        }
        return names.sorted()
    }

    package func remove(_ name: BlobName) async throws { try await waiting { try unlinked(name) } }

    private func unlinked(_ name: BlobName) throws {
        guard unlink(path(name)) == 0 || errno == ENOENT else { throw Failure.blobNotWritten(path(name), errno) }
        try Self.synchronise(name.folder.map { "\(folder)/\($0)" } ?? folder)
    }

    package func sweep() async throws {
        for name in try Self.names(in: folder) {
            let place = "\(folder)/\(name)"
            if name.hasPrefix(".part-") { unlink(place) }
            var status = stat()
            guard BlobName.isPart(name), lstat(place, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else { continue }
            for inner in try Self.names(in: place) where inner.hasPrefix(".part-") { unlink("\(place)/\(inner)") }
        }
    }

    /// Names in the folder that are no blob's and no folder of blobs: somebody else's files.
    package func strangers(_ known: Set<String>) throws -> [String] {
        try Self.names(in: folder).filter { !known.contains($0) && $0 != DiskHold.fileName && !$0.hasPrefix(".part-") }
    }
}

/// Holding.
extension DiskBlobs {
    package func hold() async throws -> (any BlobHold)? {
        if access(folder, F_OK) != 0 {
            guard mkdir(folder, 0o700) == 0 || errno == EEXIST else { throw Failure.blobNotWritten(folder, errno) }
        }
        return try DiskHold.take(folder)
    }
}

/// By flock(2) on `.lock`: it goes with the process that has it, however that ends.
private final class DiskHold: BlobHold {
    static let fileName = ".lock"
    private let file: Int32

    private init(_ file: Int32) { self.file = file }

    /// nil where another has it.
    static func take(_ folder: String) throws -> DiskHold? {
        let path = "\(folder)/\(fileName)"
        let file = open(path, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw Failure.blobNotWritten(path, errno) }
        if flock(file, LOCK_EX | LOCK_NB) == 0 { return DiskHold(file) }
        let number = errno
        close(file)
        if number == EWOULDBLOCK { return nil }
        throw Failure.blobNotWritten(path, number)
    }

    func release() async { flock(file, LOCK_UN) }

    deinit { close(file) }
}
