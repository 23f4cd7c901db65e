import Base
import Glibc

/// What the system says about this process (proc(5)).
package struct ProcessFigures: Sendable {
    package let residentBytes: Int
    package let openDescriptors: Int
    package let mostDescriptors: Int
    package let threads: Int
    /// On all cores, since it started.
    package let cpuSeconds: Double

    /// Cost: some 50 µs, and 1 µs for each open descriptor.
    package static func now() -> ProcessFigures {
        var usage = rusage()
        getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        var limit = rlimit()
        getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        let pages = words(of: "/proc/self/statm")
        let stat = words(of: "/proc/self/stat")
        return ProcessFigures(
            residentBytes: (pages.count > 1 ? Int(pages[1]) ?? 0 : 0) * sysconf(Int32(_SC_PAGESIZE)),
            openDescriptors: entries(of: "/proc/self/fd"), mostDescriptors: Int(clamping: limit.rlim_cur),
            // The second field, a name in brackets, has no space: it is ours.
            threads: stat.count > 19 ? Int(stat[19]) ?? 0 : 0,
            cpuSeconds: seconds(usage.ru_utime) + seconds(usage.ru_stime))
    }

    private static func seconds(_ time: timeval) -> Double { Double(time.tv_sec) + Double(time.tv_usec) / 1e6 }

    private static func words(of path: String) -> [Substring] {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return [] }
        defer { close(file) }
        var bytes = [UInt8](repeating: 0, count: 1_024)
        let count = read(file, &bytes, bytes.count)
        return String(decoding: bytes.prefix(max(0, count)), as: UTF8.self).split(separator: " ")
    }

    /// Without the two that every folder has, and the one by which it is looked at.
    private static func entries(of folder: String) -> Int {
        guard let directory = opendir(folder) else { return 0 }
        defer { closedir(directory) }
        var count = 0
        while readdir(directory) != nil { count += 1 }
        return max(0, count - 3)
    }
}
