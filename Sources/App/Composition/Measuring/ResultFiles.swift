import Base
import Movement
import MovementReport
import Vision

/// The files of one measurement, and what is said about them.
struct ResultFiles {
    static let observations = "observations.jsonl"
    static let motion = "motion.trc"
    static let report = "report.json"
    static let results = ["angles.csv", "keypoints.csv", motion, "report.html", report]

    let report: Report
    private let files: [ReportFile]

    init(_ observations: Observations, sha256: String, cancellation: Cancellation, progress: inout ProgressLine) throws(Failure) {
        progress.update(Text(es: "Midiendo", en: "Measuring"), fraction: nil, count: 0)
        defer { progress.finish() }
        report = try Report(measuring: observations, sha256: sha256, program: "zancada", version: Program.version) {
            () throws(Failure) in try cancellation.check()
        }
        try cancellation.check()
        files = report.files(observations: observations)
        try cancellation.check()
    }

    /// Writes the report's files and lets them appear together with `others`, which are in the folder already.
    /// - Returns: the names of all that appeared.
    func write(into folder: OutputFolder, beside others: [String]) throws(Failure) -> [String] {
        for file in files { try folder.write(file.name, file.bytes) }
        let names = others + files.map(\.name).filter { $0 != Self.report } + [Self.report]
        try folder.publish(names, removing: names.contains(Self.motion) ? [] : [Self.motion])
        return names
    }

    /// The summary and where its files are, or `report.json`, on standard output.
    /// - Throws: `.invalid` where the recording was refused, so that the exit code says so; its files are there all the same.
    func tell(_ output: OutputOptions, names: [String], in folder: OutputFolder) throws(Failure) {
        if output.json {
            try Terminal.show(String(decoding: report.json(), as: UTF8.self))
        } else if !output.quiet, report.measurement.capture.refused == nil {
            let place = Text(es: "Archivos en \(folder.path):", en: "Files in \(folder.path):")(report.language)
            try Terminal.show("\(report.summary())\n\(place)\n  \(names.sorted().joined(separator: "  "))\n")
        }
        if let refused = report.measurement.capture.refused { throw Failure(.invalid, refused.code, refused.message) }
    }
}
