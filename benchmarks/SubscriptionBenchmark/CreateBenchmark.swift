import Base
import Records
import Store

/// Creates by many callers, without subscriptions: in turns with leaves that say whose they are, and with leaves that do not.
enum CreateBenchmark {
    private static let callers = 32
    private static let turns = 5

    static func run(seconds: Int, in folder: String, on url: String?) async throws {
        let office = try await Office(in: folder, on: url)
        var rates: [Bool: [Double]] = [:]
        _ = try await rate(office, seconds: 1)
        for turn in 0..<(2 * turns) {
            let says = turn % 2 == 0
            if office.database.dialect == .postgres {
                try await office.database.write { tx in
                    try tx.execute(
                        says
                            ? "ALTER TABLE journal_leaves ALTER COLUMN tenant SET DEFAULT NULLIF(current_setting('zancada.organisation', true), '')"
                            : "ALTER TABLE journal_leaves ALTER COLUMN tenant DROP DEFAULT")
                }
            }
            rates[says, default: []].append(try await rate(office, seconds: seconds))
        }
        await office.reads.flush()
        await office.database.close()
        let (with, without) = ((rates[true] ?? []).sorted().quantile(0.5), (rates[false] ?? []).sorted().quantile(0.5))
        Line.show("creates a second", ["leaves_say_whose": with, "leaves_do_not": without, "ratio": with / without])
    }

    private static func rate(_ office: Office, seconds: Int) async throws -> Double {
        let start = ContinuousClock.now
        let end = start + .seconds(seconds)
        let written = try await withThrowingTaskGroup(of: Int.self) { group in
            for caller in 0..<callers {
                group.addTask {
                    var count = 0
                    while ContinuousClock.now < end {
                        try await office.create(caller &+ count &* callers)
                        count += 1
                    }
                    return count
                }
            }
            return try await group.reduce(0, +)
        }
        return Double(written) / (ContinuousClock.now - start).seconds
    }
}
