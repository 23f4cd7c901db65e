import Foundation
import Glibc

/// CPU of this process so far, in microseconds: what else the machine does changes the time of day, not this.
package func cpuMicroseconds() -> Double {
    var usage = rusage()
    getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    func microseconds(_ time: timeval) -> Double { Double(time.tv_sec) * 1e6 + Double(time.tv_usec) }
    return microseconds(usage.ru_utime) + microseconds(usage.ru_stime)
}

private struct Figure: Encodable {
    let name: String
    let rounds: Int
    let cpuMicroseconds: Double
}

/// Prints, as a line of JSON, what one round of `work` costs: the best of five times `rounds` of them, each told its number.
///
/// It runs where requests are answered, never on the main actor: from there every call that leaves it would cost two changes of thread.
@concurrent
package func report(_ name: String, _ rounds: Int, _ work: @Sendable (Int) async throws -> Void) async throws {
    var best = Double.infinity
    for _ in 0..<5 {
        let start = cpuMicroseconds()
        for round in 0..<rounds { try await work(round) }
        best = min(best, (cpuMicroseconds() - start) / Double(rounds))
    }
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    print(String(decoding: try encoder.encode(Figure(name: name, rounds: rounds, cpuMicroseconds: best)), as: UTF8.self))
}
