import Foundation
import Glibc

/// One measurement: what was done, and figures with their units in their names. Printed as one line of JSON.
struct Measurement: Encodable {
    let name: String
    let figures: [String: Double]
}

/// The table of subcommands; `benchmarks/store` calls them and prints ratios.
enum Benchmarks {
    static let commands = [SQLiteBenchmarks.commands, PostgresBenchmarks.commands, RecordBenchmarks.commands].reduce(into: [:]) {
        $0.merge($1) { one, _ in one }
    }

    static func run(_ arguments: [String]) async throws {
        guard let name = arguments.first, let command = commands[name] else {
            print("usage: StoreBenchmark " + commands.keys.sorted().joined(separator: " | ") + " ARGUMENTS")
            exit(64)
        }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        for measurement in try await command(Array(arguments.dropFirst())) {
            print(String(decoding: try encoder.encode(measurement), as: UTF8.self))
        }
    }

    /// CPU of this process and all its threads so far.
    static func cpuSeconds() -> Double {
        var usage = rusage()
        getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        return seconds(usage.ru_utime) + seconds(usage.ru_stime)
    }

    private static func seconds(_ time: timeval) -> Double { Double(time.tv_sec) + Double(time.tv_usec) / 1e6 }

    static func median(_ values: [Double]) -> Double {
        let sorted = values.sorted()
        return sorted.isEmpty ? .nan : sorted[sorted.count / 2]
    }

    static func seconds(_ duration: Duration) -> Double {
        Double(duration.components.seconds) + Double(duration.components.attoseconds) / 1e18
    }

    /// A repeatable walk over `0..<count` that has no order a cache could use.
    static func positions(_ number: Int, among count: Int) -> [Int] {
        var state: UInt64 = 7
        return (0..<number).map { _ in
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int((state >> 33) % UInt64(count))
        }
    }
}
