import Base
import Foundation
import Movement
import MovementReport
import Testing

private func rows(_ bytes: [UInt8], _ separator: Character = ",") -> [[String]] {
    var lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)
    #expect(lines.last == "")
    lines.removeLast()
    return lines.map { $0.split(separator: separator, omittingEmptySubsequences: false).map(String.init) }
}

@Suite("Tables")
struct TableTests {
    @Test("angles.csv has the documented columns and a row for each analysed picture")
    func angles() {
        let rows = rows(Sample.report(Sample.squat()).anglesCSV())
        #expect(rows[0].prefix(5).joined(separator: ",") == "time_s,knee_r_deg,knee_r_deg_sd,knee_l_deg,knee_l_deg_sd")
        #expect(rows[0].suffix(2) == ["trunk_deg", "trunk_deg_sd"])
        #expect(rows.count == 451)
        #expect(rows.allSatisfy { $0.count == 23 })
        #expect(rows[1][0] == "0.000000")
        #expect(rows[2][0] == "0.033333")
        #expect(rows[1][1] == "4.00")
        #expect(rows[1][2] == "2.50")
    }

    @Test("angles.csv is empty where nothing was measured or an angle is withheld")
    func emptyCells() {
        let rows = rows(Sample.report(Sample.squat()).anglesCSV())
        // 6.0 … 6.45 s: the long gap.
        #expect(rows[1 + 185].dropFirst().allSatisfy { $0.isEmpty })
        let leftShoulder = rows[0].firstIndex(of: "shoulder_l_deg") ?? 0
        #expect(rows.dropFirst().allSatisfy { $0[leftShoulder].isEmpty && $0[leftShoulder + 1].isEmpty })
        var refused = Sample.refused()
        refused.angles = [
            .kneeRight: AngleSeries(
                degrees: .init(repeating: 1, count: 90), standardUncertaintyDegrees: .init(repeating: 1, count: 90))
        ]
        let empty = Table.rows(refused)
        #expect(empty.count == 91)
        #expect(empty.dropFirst().allSatisfy { $0.dropFirst().allSatisfy(\.isEmpty) })
    }

    private enum Table {
        static func rows(_ measurement: Movement.Measurement) -> [[String]] {
            MovementReportTests.rows(Sample.report(measurement).anglesCSV())
        }
    }

    @Test("keypoints.csv has three columns for each landmark, empty where nobody is")
    func keypoints() {
        let rows = rows(ReportFile.keypointsCSV(of: Sample.observations()))
        #expect(rows.count == 5)
        #expect(rows[0].prefix(4) == ["time_s", "nose_x", "nose_y", "nose_score"])
        #expect(rows.allSatisfy { $0.count == 100 })
        let hip = rows[0].firstIndex(of: "left_hip_x") ?? 0
        #expect(rows[0][hip + 1] == "left_hip_y")
        #expect(rows[1][hip...].prefix(3) == ["123.25", "200.50", "0.875"])
        #expect(rows[2].dropFirst().allSatisfy { $0.isEmpty })
        #expect(rows[2][0] == "0.033333")
    }

    @Test("a report without a fitted body has no motion file; the rest is there")
    func files() {
        let observations = Sample.observations()
        let all = ["report.json", "angles.csv", "keypoints.csv", "motion.trc", "report.html"]
        #expect(Sample.report(Sample.squat()).files(observations: observations).map(\.name) == all)
        #expect(
            Sample.report(Sample.refused()).files(observations: observations).map(\.name)
                == all.filter { $0 != "motion.trc" })
    }
}

@Suite("motion.trc")
struct MarkerFileTests {
    @Test("reads as OpenSim's documentation describes the format")
    func format() throws {
        let motion = try #require(Sample.gait().motion)
        let text = String(decoding: ReportFile.trc(of: motion), as: UTF8.self)
        let lines = text.components(separatedBy: "\n")
        let rows = lines.map { $0.components(separatedBy: "\t") }
        #expect(rows[0] == ["PathFileType", "4", "(X/Y/Z)", "motion.trc"])
        #expect(
            rows[1] == [
                "DataRate", "CameraRate", "NumFrames", "NumMarkers", "Units", "OrigDataRate", "OrigDataStartFrame",
                "OrigNumFrames",
            ])
        #expect(rows[2] == ["30.00", "30.00", "120", "18", "mm", "30.00", "1", "120"])
        // A label stands over the first of its three columns; the line below names the coordinates.
        #expect(rows[3].prefix(6) == ["Frame#", "Time", "MidHip", "", "", "Lumbar"])
        #expect(stride(from: 2, to: rows[3].count, by: 3).allSatisfy { !rows[3][$0].isEmpty })
        #expect(rows[3].count == 2 + 3 * 18)
        #expect(rows[3].contains("LeftHip") && rows[3].contains("RightToe"))
        #expect(rows[4].prefix(6) == ["", "", "X1", "Y1", "Z1", "X2"])
        #expect(rows[4].count == 2 + 3 * 18)
        #expect(lines[5].isEmpty)
        #expect(lines.last == "")
        let data = rows[6..<(rows.count - 1)]
        #expect(data.count == 120)
        for (index, row) in data.enumerated() {
            #expect(row.count == 2 + 3 * 18)
            #expect(row[0] == "\(index + 1)")
            let time = try #require(Double(row[1]))
            #expect(abs(time - Double(index) / 30) < 1e-6)
            let isMeasured = motion.isMeasured[index]
            let isRight = row.dropFirst(2).allSatisfy { isMeasured ? Double($0) != nil : $0.isEmpty }
            #expect(isRight)
        }
        // Metres become millimetres; no negative zero.
        #expect(rows[6][5...7] == ["10.00", "1000.00", "-0.40"])
    }
}
