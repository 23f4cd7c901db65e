import Base
import Runtime
import Store

/// How a program is doing, as a value: what the operator's page shows.
package struct OperatorOverview: Sendable {
    package let at: Instant
    /// What is not ready, with why.
    package let lacks: [(name: String, lack: ReadyCondition.Lack)]
    /// Routes that were asked for, the most asked first.
    package let traffic: [TrafficSummary]
    package let errors: [RecentErrors.Entry]
    package let reading: Reading
    package let activeCallers: Int
    package let connections: Double
    package let process: ProcessFigures
}

extension Watch {
    /// As it is now.
    package func overview() async -> OperatorOverview {
        let (lacks, now) = (await lacks(), world.elapsed())
        let reading = await readings.current()
        return OperatorOverview(
            at: reading.at, lacks: lacks,
            traffic: traffic.summaries.filter { $0.requests > 0 || $0.inFlight > 0 }.sorted { $0.requests > $1.requests },
            errors: errors.entries, reading: reading, activeCallers: callers.count(at: now),
            connections: Self.active(database.gauges), process: .now())
    }
}
