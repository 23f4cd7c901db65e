import Foundation
import Movement

/// The recorded squat that a prototype of the fit was run on, with its numbers. Not part of the project: found beside
/// it or where `ZANCADA_SHARED` says.
enum FitGolden {
    static let folder: URL? = {
        let fromEnvironment = ProcessInfo.processInfo.environment["ZANCADA_SHARED"].map(URL.init(fileURLWithPath:))
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        return [fromEnvironment, root.appendingPathComponent("../shared")].compactMap { $0 }
            .map { $0.appendingPathComponent("data/squat") }
            .first { FileManager.default.fileExists(atPath: $0.appendingPathComponent("fit/clip.json").path) }
    }()

    static var isHere: Bool { folder != nil }
    static let absence = "needs the squat recording's numbers in ../shared or ZANCADA_SHARED"

    /// A table of numbers with a row of names.
    struct Table {
        var names: [String]
        var rows: [[Double]]

        func column(_ name: String) -> [Double] {
            guard let index = names.firstIndex(of: name) else { return [] }
            return rows.map { $0[index] }
        }

        init(_ text: String) {
            let lines = text.split(whereSeparator: \.isNewline)
            names = lines[0].split(separator: ",").map(String.init)
            rows = lines.dropFirst().map { $0.split(separator: ",").map { Double($0) ?? .nan } }
        }
    }

    static func table(_ name: String) throws -> Table {
        guard let folder else { throw CocoaError(.fileNoSuchFile) }
        return Table(try String(contentsOf: folder.appendingPathComponent(name), encoding: .utf8))
    }

    static func track() throws -> LandmarkTrack {
        guard let folder else { throw CocoaError(.fileNoSuchFile) }
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["gzip", "-dc", folder.appendingPathComponent("fit/landmarks.csv.gz").path]
        let pipe = Pipe()
        process.standardOutput = pipe
        try process.run()
        let data = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        let table = Table(String(decoding: data, as: UTF8.self))
        return try LandmarkTrack(times: table.rows.map { $0[0] }, width: 720, height: 1280) { frame, landmark in
            let at = 1 + 6 * LandmarkTrack.landmarks[landmark].rawValue
            let row = table.rows[frame]
            return LandmarkTrack.Sample(
                x: row[at], y: row[at + 1], visibility: row[at + 2],
                world: SIMD3(row[at + 3], row[at + 4], row[at + 5]))
        }
    }

    /// States [times × 21] of `start.csv` or `optimum.csv`.
    static func states(_ name: String) throws -> [Double] {
        try table("fit/\(name).csv").rows.flatMap { $0.dropFirst() }
    }

    struct Clip: Decodable {
        struct Point: Decodable {
            var constants: [String: Double]
            var depthMetres: Double
            var focalLengthPixels: Double
            var cost: [String: Double]

            enum CodingKeys: String, CodingKey {
                case constants, cost
                case depthMetres = "Z0"
                case focalLengthPixels = "f0"
            }

            var metresPerPixel: Double { depthMetres / focalLengthPixels }

            /// In the order of `BodyConstant`.
            var ordered: [Double] {
                let scales = ["TH", "SK", "FT", "PW", "PH", "TO", "SW"].map { "log_\($0)" }
                let offsets = ["hip", "knee", "ankle", "heel", "toe", "shoulder"].flatMap { name in
                    ["x", "y", "z"].map { "off_\(name)_\($0)" }
                }
                let biases = ["sh", "hip", "knee", "ank", "heel", "toe"].flatMap { ["bias_\($0)L", "bias_\($0)R"] }
                let names = ["pitch", "roll", "log_f", "h", "log_S"] + scales + offsets + ["a"] + biases + ["q"]
                return names.map { constants[$0] ?? .nan }
            }

            /// Cost by the number of the term.
            func cost(_ term: BodyFitTerm) -> Double {
                cost.first { $0.key.hasPrefix("\(term.rawValue) ") }?.value ?? 0
            }
        }

        var start: Point
        var optimum: Point
    }

    static func clip() throws -> Clip {
        guard let folder else { throw CocoaError(.fileNoSuchFile) }
        let data = try Data(contentsOf: folder.appendingPathComponent("fit/clip.json"))
        return try JSONDecoder().decode(Clip.self, from: data)
    }
}

extension FitGolden {
    static func largestDifference(_ first: [Double], _ second: [Double]) -> Double {
        guard first.count == second.count else { return .infinity }
        return zip(first, second).reduce(0) { max($0, abs($1.0 - $1.1)) }
    }

    struct AngleError {
        var mean: Double
        var bias: Double
        /// Share of errors within two standard uncertainties.
        var withinTwo: Double
    }

    /// Errors against motion capture with the one lag within 0.3 s that makes them least over all angles.
    static func errorsAgainstTruth(_ motion: FittedMotion) throws -> [JointAngle: AngleError] {
        let truth = try table("truth.csv")
        let knots = truth.column("time_s")
        let angles = JointAngle.allCases.filter { motion.angles[$0] != nil }
        func errors(_ angle: JointAngle, _ lag: Double) -> [(error: Double, deviation: Double)] {
            guard let series = motion.angles[angle] else { return [] }
            let inside = motion.times.indices.filter {
                motion.times[$0] + lag >= knots[0] && motion.times[$0] + lag <= knots[knots.count - 1]
            }
            let wanted = SignalSmoothing.interpolate(
                truth.column(angle.column), knots: knots, at: inside.map { motion.times[$0] + lag })
            return zip(inside, wanted).map {
                (series.degrees[$0] - $1, series.standardUncertaintyDegrees[$0])
            }
        }
        func total(_ lag: Double) -> Double {
            angles.reduce(0) { sum, angle in
                let all = errors(angle, lag)
                return sum + all.reduce(0) { $0 + abs($1.error) } / Double(all.count)
            }
        }
        let lags = (-30...30).map { Double($0) / 100 }
        let lag = lags.min { total($0) < total($1) } ?? 0
        return angles.reduce(into: [:]) { result, angle in
            let all = errors(angle, lag)
            let count = Double(all.count)
            result[angle] = AngleError(
                mean: all.reduce(0) { $0 + abs($1.error) } / count,
                bias: all.reduce(0) { $0 + $1.error } / count,
                withinTwo: Double(all.count { abs($0.error) <= 2 * $0.deviation }) / count)
        }
    }
}
