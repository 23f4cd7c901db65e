import Base
import Records
import Store

/// `journal verify` as the command does it, over a journal that is filled up to COUNT entries first.
enum VerifyBenchmark {
    private static let runs = 5

    static func run(count: Int, in folder: String, on url: String?) async throws {
        let filled = try await FilledJournal(folder, on: url)
        if try await filled.size < count { try await filled.fill(to: count) }
        await filled.database.close()
        var rates: [Double] = []
        var cpu: [Double] = []
        let before = Usage.residentMegabytes
        Usage.forgetPeak()
        for _ in 0..<runs {
            let journal = try await FilledJournal(folder, on: url)
            let stored = try await journal.checkpoints.all()
            let verifier = JournalVerifier(journal.database, origin: FilledJournal.origin, keys: [journal.checkpoints.verifier])
            let start = (ContinuousClock().now, Usage.cpuSeconds)
            let report = try await verifier.verify(organisations: [FilledJournal.organisation], stored: stored)
            let seconds = (ContinuousClock().now - start.0) / .seconds(1)
            guard report.faults.isEmpty, report.size >= count, report.checkpoints > 0 else { throw Failure.notWhole(report) }
            rates.append(Double(report.size) / seconds)
            cpu.append((Usage.cpuSeconds - start.1) / Double(report.size) * 1e6)
            await journal.database.close()
        }
        print(
            Line.text(
                "journal verify",
                [
                    "entries": Double(count), "per_second": rates.sorted()[runs / 2], "best_per_second": rates.max() ?? 0,
                    "cpu_microseconds_each": cpu.sorted()[runs / 2], "resident_before_mb": before, "peak_resident_mb": Usage.peakMegabytes,
                ]))
    }
}

extension Failure {
    fileprivate static func notWhole(_ report: JournalVerifier.Report) -> Failure {
        Failure(
            .fault, "not_whole", report.faults.first ?? Text(verbatim: "\(report.size) entries, \(report.checkpoints) checkpoints"))
    }
}
