import Base
import Foundation
import Glibc

/// What the process used.
enum Usage {
    static var cpuSeconds: Double {
        var usage = rusage()
        getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        return Double(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) + Double(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6
    }

    static var residentMegabytes: Double { megabytes("VmRSS:") }

    /// Since the start, or since `forgetPeak`.
    static var peakMegabytes: Double { megabytes("VmHWM:") }

    static func forgetPeak() {
        // proc(5): 5 sets the peak back to what is resident now.
        try? Data("5".utf8).write(to: URL(fileURLWithPath: "/proc/self/clear_refs"))
    }

    private static func megabytes(_ name: String) -> Double {
        let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
        let line = status.split(separator: "\n").first { $0.hasPrefix(name) }
        return (line?.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap { Double($0) } ?? .nan) / 1_024
    }
}

/// A line of JSON a measurement.
enum Line {
    static func text(_ name: String, _ figures: [String: Double]) -> String {
        var json = JSONWriter()
        json.object { json in
            json.member("name", name)
            json.member(
                "figures",
                object: { json in for (key, value) in figures.sorted(by: { $0.key < $1.key }) { json.member(key, value, decimals: 4) } })
        }
        return String(decoding: json.bytes, as: UTF8.self)
    }
}
