import Access
import Base
import Keys
import Records
import Runtime
import Store
import Transparency

/// A subscription that begins at the beginning of a journal: entries a second until it has applied the last one, each with one row
/// written by it.
enum CatchUpBenchmark {
    private static let batch = 500

    static func run(_ count: Int, in folder: String, on url: String?) async throws {
        let office = try await Office(in: folder, on: url)
        try await fill(office, count)
        let engine = url == nil ? "SQLite" : "PostgreSQL"
        for opensBodies in [false, true] {
            let name = opensBodies ? "benchmark.open" : "benchmark.closed"
            let subscription = Subscription(
                name, Text(verbatim: name), from: .beginning, to: .changes(of: ["remark"], openingBodies: opensBodies)
            ) { heard, tx in
                try tx.execute(
                    "INSERT INTO heard (tenant, position, applied_at) VALUES (\(heard.metadata.tenant), \(heard.position), \(Int64(0)))")
            }
            office.host.keyring.forgetAll()
            let start = ContinuousClock.now
            let (told, tell) = AsyncStream<Int64>.makeStream()
            let runner = office.runner(subscription) { _, _, position in tell.yield(position) }
            let running = Task { try await runner.run() }
            for await position in told where position == count { break }
            let took = (ContinuousClock.now - start).seconds
            // The other organisation ends with the entry before the last, maybe a moment later.
            running.cancel()
            _ = await running.result
            Line.show(
                "catching up \(opensBodies ? "with bodies" : "without bodies"), \(engine)",
                ["entries": Double(count), "per_second": Double(count) / took])
        }
        await office.database.close()
    }

    /// Sealed entries, without their rows, several to a transaction.
    private static func fill(_ office: Office, _ count: Int) async throws {
        for start in stride(from: 0, to: count, by: batch) {
            // The last entry of all is the last of its organisation: both have theirs in turns.
            let organisation = Office.organisations[start / batch % Office.organisations.count].text
            let writer = JournalWriter(
                try await office.entries(start..<min(start + batch, count), in: organisation), office.database.dialect)
            try await office.database.within(organisation: organisation).write { tx in try writer.append(tx) }
        }
        try await JournalSealer(office.database).catchUp()
        // As the server does by itself within a minute.
        if office.database.dialect == .postgres { try await office.database.executeAlone("ANALYZE") }
    }
}
