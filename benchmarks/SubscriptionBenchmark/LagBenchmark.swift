import Access
import Base
import Records
import Runtime
import Store
import Synchronization
import Transparency

/// From the commit of an entry, as whoever wrote it learns of it, to the moment at which the transaction that applied it is over, as
/// the program sees it.
enum LagBenchmark {
    private static let writers = 64

    /// `together`: 1: each record is created as features do it; more: so many entries, without their records' rows, to a transaction.
    static func run(rate: Int, seconds: Int, together: Int, in folder: String, on url: String?) async throws {
        let office = try await Office(in: folder, on: url)
        let times = Times()
        let subscription = Subscription(
            "benchmark.lag", Text(verbatim: "lag"), from: .now, to: .changes(of: ["remark"])
        ) { heard, tx in
            try tx.execute(
                "INSERT INTO heard (tenant, position, applied_at) VALUES (\(heard.metadata.tenant), \(heard.position), \(Int64(0)))")
            times.applying(heard)
        }
        let runner = office.runner(subscription) { _, tenant, position in times.applied(tenant, position) }
        let sealing = JournalSealing(office.database)
        let tasks = (Task { try await runner.run() }, Task { try await sealing.run() })
        // Warm: keys, connections, statements.
        for number in 0..<1_000 { try await office.create(number) }
        times.forget()
        let clock = ContinuousClock()
        let start = clock.now
        let count = rate * seconds
        let next = Numbers()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<writers {
                group.addTask {
                    while true {
                        let number = next.take()
                        guard number * together < count else { return }
                        // At its own moment, so that a slow one holds up no other.
                        try await clock.sleep(until: start + .seconds(Double(number * together) / Double(rate)))
                        for record in try await write(number, together, office) { times.wrote(record, clock.now) }
                    }
                }
            }
            try await group.waitForAll()
        }
        let took = (clock.now - start).seconds
        while times.missing(of: count) > 0, clock.now - start < .seconds(seconds + 30) { try await Task.sleep(for: .milliseconds(20)) }
        let lags = times.lags().map { max(0, $0.seconds * 1e3) }.sorted()
        tasks.0.cancel()
        tasks.1.cancel()
        _ = (await tasks.0.result, await tasks.1.result)
        await office.reads.flush()
        await office.database.close()
        Line.show(
            "lag, \(url == nil ? "SQLite" : "PostgreSQL")",
            [
                "asked_per_second": Double(rate), "together": Double(together), "written_per_second": Double(count) / took,
                "median_ms": lags.quantile(0.5),
                "p99_ms": lags.quantile(0.99), "most_ms": lags.last ?? .nan, "entries": Double(lags.count),
            ])
    }

    private static func write(_ number: Int, _ together: Int, _ office: Office) async throws -> [String] {
        guard together > 1 else { return [try await office.create(number).id] }
        let organisation = Office.organisations[number % Office.organisations.count].text
        let entries = try await office.entries(number * together..<(number + 1) * together, in: organisation)
        let writer = JournalWriter(entries, office.database.dialect)
        try await office.database.within(organisation: organisation).write { tx in try writer.append(tx) }
        return entries.compactMap(\.metadata.record)
    }

    private final class Numbers: Sendable {
        private let next = Atomic(0)
        func take() -> Int { next.add(1, ordering: .relaxed).oldValue }
    }

    /// When each record was written, and when the transaction that applied it was over.
    private final class Times: Sendable {
        private struct State {
            var written: [String: ContinuousClock.Instant] = [:]
            var applied: [String: ContinuousClock.Instant] = [:]
            /// Positions and records of transactions that are not over.
            var applying: [String: [Int64: String]] = [:]
        }

        private let state = Mutex(State())

        func wrote(_ record: String, _ moment: ContinuousClock.Instant) { state.withLock { $0.written[record] = moment } }
        func applying(_ heard: HeardEntry) {
            state.withLock { $0.applying[heard.metadata.tenant, default: [:]][heard.position] = heard.metadata.record }
        }
        func applied(_ tenant: String, _ position: Int64) {
            let now = ContinuousClock.now
            state.withLock { state in
                for (place, record) in state.applying[tenant] ?? [:] where place < position {
                    state.applied[record] = now
                    state.applying[tenant]?[place] = nil
                }
            }
        }
        func forget() { state.withLock { $0 = State() } }
        func missing(of count: Int) -> Int { state.withLock { count - $0.applied.count } }
        func lags() -> [Duration] {
            state.withLock { state in state.written.compactMap { record, moment in state.applied[record].map { $0 - moment } } }
        }
    }
}
