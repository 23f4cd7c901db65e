import Base
import Glibc
import Store

/// The files of a database: made with the owner's rights alone, and owned by one program at a time.
enum SQLiteFiles {
    static func folder(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    static func isFolder(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }

    /// 0 where it does not exist.
    static func size(of path: String) -> Int {
        var status = stat()
        return stat(path, &status) == 0 ? Int(status.st_size) : 0
    }

    /// Makes the folder where it is missing, and returns the path without links.
    static func place(_ path: String) throws(Failure) -> String {
        // A link may lead to a folder that is still to be made.
        try makeFolder(folder(of: real(path)))
        let place = real(path)
        if isFolder(place) { throw .cannotOpen(path) }
        return place
    }

    /// Makes an empty file where there is none. SQLite gives its other files the same rights as this one.
    ///
    /// A file that is there is never opened: to close it again would let go of the locks that all connections of this
    /// program have on it ("How To Corrupt An SQLite Database File", section 2.2).
    static func prepare(_ path: String) throws(Failure) {
        let file = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        if file >= 0 {
            fchmod(file, 0o600)
            close(file)
        } else {
            guard errno == EEXIST else { throw .cannotOpen(path) }
            var status = stat()
            // What the owner may not do either, SQLite says in its own words.
            if stat(path, &status) == 0, status.st_mode & 0o077 != 0 { chmod(path, status.st_mode & 0o700) }
        }
        try synchronise(folder(of: path), path)
    }

    private static func makeFolder(_ folder: String) throws(Failure) {
        if isFolder(folder) { return }
        let parent = Self.folder(of: folder)
        if parent != folder { try makeFolder(parent) }
        guard mkdir(folder, 0o700) == 0 || errno == EEXIST else {
            let reason = String(cString: strerror(errno))
            throw .databaseUnavailable(
                Text(
                    es: "no se puede crear la carpeta \(folder) (\(reason)): créela o indique otra ruta",
                    en: "the folder \(folder) cannot be made (\(reason)): make it or name another path"))
        }
        try synchronise(parent, folder)
    }

    /// A new name is durable once its folder is.
    static func synchronise(_ folder: String, _ path: String) throws(Failure) {
        let handle = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard handle >= 0 else { throw .cannotOpen(path) }
        defer { close(handle) }
        guard fsync(handle) == 0 || errno == EINVAL else { throw .cannotOpen(path) }
    }
}

/// Holds the side file that says which program has the database. The system lets go of it when the program ends, however.
final class SQLiteOwnership: Sendable {
    private let file: Int32

    /// Throws a `Failure(.unavailable)` that names the file and the program that has it.
    init(_ path: String) throws(Failure) {
        let side = Self.sidePath(path)
        let file = open(side, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw .sqlite(8, "", path: path) }
        guard flock(file, LOCK_EX | LOCK_NB) == 0 else {
            let owner = Self.pid(in: file)
            close(file)
            throw .databaseOwned(path, by: owner)
        }
        let text = "\(getpid())\n"
        ftruncate(file, 0)
        _ = text.withCString { pwrite(file, $0, strlen($0), 0) }
        self.file = file
    }

    deinit { close(file) }

    static func sidePath(_ path: String) -> String { path + "-owner" }

    /// What the owner wrote: its number, or a question mark where it had no time to.
    private static func pid(in file: Int32) -> String {
        var bytes = [UInt8](repeating: 0, count: 20)
        let count = bytes.withUnsafeMutableBytes { pread(file, $0.baseAddress, $0.count, 0) }
        let digits = bytes.prefix(max(count, 0)).prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        return digits.isEmpty ? "?" : String(decoding: digits, as: UTF8.self)
    }
}
