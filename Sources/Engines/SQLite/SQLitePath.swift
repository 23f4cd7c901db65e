import Glibc

/// Which file a path leads to: one database has many names, and is to be had once and never to be overwritten.
extension SQLiteFiles {
    /// The path without links, as SQLite itself takes it, so that side files stand in one place whatever the name. Of a file
    /// that is still to be made, the folder's; unchanged where there is no folder either.
    static func real(_ path: String) -> String { real(path, mostLinks: 32) }

    /// Whether two paths lead to one file, or would if it were made.
    static func isSame(_ one: String, _ other: String) -> Bool {
        var (first, second) = (stat(), stat())
        if stat(one, &first) == 0, stat(other, &second) == 0 {
            return first.st_dev == second.st_dev && first.st_ino == second.st_ino
        }
        return real(one) == real(other)
    }

    private static func real(_ path: String, mostLinks: Int) -> String {
        if let whole = resolved(path) { return whole }
        if mostLinks > 0, let target = target(ofLink: path) {
            return real(target.hasPrefix("/") ? target : "\(folder(of: path))/\(target)", mostLinks: mostLinks - 1)
        }
        guard let folder = resolved(folder(of: path)) else { return path }
        let name = path.lastIndex(of: "/").map { path[path.index(after: $0)...] } ?? path[...]
        return folder == "/" ? "/\(name)" : "\(folder)/\(name)"
    }

    /// nil where any part of it does not exist.
    private static func resolved(_ path: String) -> String? {
        guard let found = realpath(path, nil) else { return nil }
        defer { free(found) }
        return String(cString: found)
    }

    private static func target(ofLink path: String) -> String? {
        var bytes = [CChar](repeating: 0, count: Int(PATH_MAX))
        let count = readlink(path, &bytes, bytes.count)
        return count > 0 ? String(decoding: bytes.prefix(count).map { UInt8(bitPattern: $0) }, as: UTF8.self) : nil
    }
}
