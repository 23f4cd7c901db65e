import Foundation
import Testing

/// The whole way from a video to angles, held to motion capture: a fault in decoding, tracking or fitting shows here.
@Suite("accuracy of a recorded squat")
struct SquatAccuracyTests {
    static let squat = Zancada.shared + "/data/squat"

    /// Largest mean absolute error that is allowed, degrees.
    private static let bars = [
        "knee_r": 3.5, "knee_l": 3.5, "hip_r": 6.5, "hip_l": 6.5, "ankle_r": 3.5, "ankle_l": 3.5, "trunk": 3.5,
    ]

    @Test(
        "angles are within the bars, nearly all within two standard uncertainties, and five repetitions are counted",
        .enabled(if: FileManager.default.fileExists(atPath: squat + "/truth.csv"), "the recording is not part of the project"))
    func bars() throws {
        let scratch = try Scratch()
        let out = scratch.path("out")
        let outcome = try Zancada.run(["evaluate", Self.squat + "/video.mp4", "--out", out, "--quiet"])
        try #require(outcome.status == 0, "\(outcome.errors)")
        let measured = try Table(out + "/angles.csv")
        let truth = try Table(Self.squat + "/truth.csv")
        let lags = (-30...30).map { Double($0) / 100 }
        let lag = lags.min { error(measured, truth, lag: $0) < error(measured, truth, lag: $1) } ?? 0
        for (joint, bar) in Self.bars {
            let pairs = differences(measured, truth, joint, lag: lag)
            #expect(Double(pairs.count) >= 0.9 * Double(measured.rows.count), "\(joint)")
            #expect(mean(pairs.map { abs($0.difference) }) <= bar, "\(joint)")
            let within = pairs.count { abs($0.difference) <= 2 * $0.deviation }
            #expect(Double(within) >= 0.9 * Double(pairs.count), "\(joint)")
        }
        #expect(median(measured, "knee_r") <= 6 && median(measured, "knee_l") <= 6)
        #expect(median(measured, "hip_r") <= 9 && median(measured, "hip_l") <= 9)
        let report = try JSONSerialization.jsonObject(with: Data(contentsOf: URL(fileURLWithPath: out + "/report.json")))
        let repetitions = (report as? [String: Any])?["repetitions"] as? [[String: Any]] ?? []
        let peaks = repetitions.compactMap { $0["peak"] as? Double }
        try #require(peaks.count == 5)
        for (peak, expected) in zip(peaks, [104.2, 100.5, 98.0, 95.3, 97.3]) { #expect(abs(peak - expected) <= 5) }
    }

    private func error(_ measured: Table, _ truth: Table, lag: Double) -> Double {
        mean(Self.bars.keys.sorted().map { joint in mean(differences(measured, truth, joint, lag: lag).map { abs($0.difference) }) })
    }

    private func differences(
        _ measured: Table, _ truth: Table, _ joint: String, lag: Double
    ) -> [(difference: Double, deviation: Double)] {
        measured.rows.compactMap { row in
            guard let time = row["time_s"], let value = row[joint + "_deg"], let deviation = row[joint + "_deg_sd"],
                let expected = truth.value(joint + "_deg", at: time + lag)
            else { return nil }
            return (value - expected, deviation)
        }
    }

    private func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(max(values.count, 1)) }

    private func median(_ table: Table, _ joint: String) -> Double {
        let values = table.rows.compactMap { $0[joint + "_deg_sd"] }.sorted()
        return values.isEmpty ? .infinity : values[values.count / 2]
    }
}

/// A table of numbers with a header; an empty cell is absent.
private struct Table {
    let rows: [[String: Double]]

    init(_ path: String) throws {
        let lines = try String(contentsOfFile: path, encoding: .utf8).split(whereSeparator: \.isNewline)
        let names = lines.first?.split(separator: ",", omittingEmptySubsequences: false).map(String.init) ?? []
        rows = lines.dropFirst().map { line in
            let cells = line.split(separator: ",", omittingEmptySubsequences: false).map { Double($0) }
            return Dictionary(uniqueKeysWithValues: zip(names, cells).compactMap { name, cell in cell.map { (name, $0) } })
        }
    }

    /// Linear between the two rows around a time; the rows are ten milliseconds apart and begin at zero.
    func value(_ name: String, at time: Double) -> Double? {
        let position = time * 100
        let below = Int(position.rounded(.down))
        guard below >= 0, below + 1 < rows.count, let first = rows[below][name], let second = rows[below + 1][name] else {
            return nil
        }
        return first + (position - Double(below)) * (second - first)
    }
}
