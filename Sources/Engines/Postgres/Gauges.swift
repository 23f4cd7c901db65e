import Base
import Store
import Synchronization

extension PostgresDatabase {
    package var gauges: [Gauge] {
        let pools = [primary] + (direct.map { [$0] } ?? []) + replicas.pools
        let figures = pools.map(\.figures)
        func sum(_ count: (Tally) -> Int) -> Double { Double(pools.reduce(0) { $0 + count($1.tally) }) }
        var gauges = [
            Gauge("connections_active", Double(figures.reduce(0) { $0 + $1.active })),
            Gauge("connections_idle", Double(figures.reduce(0) { $0 + $1.idle })),
            Gauge("callers_waiting", Double(figures.reduce(0) { $0 + $1.waiting })),
            Gauge("connections_lost", sum { $0.losses.load(ordering: .relaxed) }),
            Gauge("reconnects", sum { $0.reconnects.load(ordering: .relaxed) }),
            Gauge("reruns", sum { $0.reruns.load(ordering: .relaxed) }),
            Gauge("outcomes_unknown", sum { $0.unknownOutcomes.load(ordering: .relaxed) }),
            Gauge("point_reads", sum { $0.reads.load(ordering: .relaxed) }),
            Gauge("point_read_trips", sum { $0.trips.load(ordering: .relaxed) }),
        ]
        if !replicas.pools.isEmpty {
            gauges.append(
                Gauge("replica_point_reads", Double(replicas.pools.reduce(0) { $0 + $1.tally.reads.load(ordering: .relaxed) })))
            if let age = replicas.freshness.lastAge { gauges.append(Gauge("replica_age_seconds", age / .seconds(1))) }
        }
        return gauges
    }
}
