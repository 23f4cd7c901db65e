import Base
import HTTPTypes
import Metrics
import Synchronization
import Web

/// How many requests of each route there were, how they were answered, how long that took, and how many are being answered.
///
/// Cost: two look-ups and a few additions in memory, under 200 ns a request.
package final class Traffic: Sendable {
    /// What is counted of one route.
    package struct Lane: Sendable {
        package let route: String
        package let method: String
        package let duration: Histogram
        package let inFlight: Level
        /// By status, of those that the route documents and the gateway may give.
        fileprivate let known: [Int: Counter]
    }

    private let requests: MetricSeries<Counter>
    private let lanes: [String: Lane]
    private let nowhere: Lane

    /// The route's name where there was none to answer.
    package static let noRoute = "none"
    /// What any route may answer, beyond what it documents.
    private static let common = [200, 304, 400, 401, 403, 404, 408, 413, 429, 500, 503, 504]

    package init(_ routes: [Route], _ metrics: Metrics) {
        let requests = metrics.counters(
            "http_requests_total", "Requests answered, by route, method and status.", labels: ["route", "method", "status"],
            atMost: 32 * (routes.count + 1))
        let durations = metrics.histograms(
            "http_request_duration_seconds", "From a request's head to the head of its answer, by route.", labels: ["route"],
            atMost: routes.count + 1)
        let inFlight = metrics.levels(
            "http_requests_in_flight", "Requests whose answer has not begun yet, by route.", labels: ["route"], atMost: routes.count + 1)
        func lane(_ name: String, _ method: String, _ statuses: Set<Int>) -> Lane {
            let known = statuses.map { ($0, requests[name, method, String($0)]) }
            return Lane(
                route: name, method: method, duration: durations[name], inFlight: inFlight[name],
                known: Dictionary(uniqueKeysWithValues: known))
        }
        self.requests = requests
        var lanes: [String: Lane] = [:]
        for route in routes {
            let documented = route.answers.map(\.status) + route.documentedRefusals.map(\.status)
            lanes[route.name] = lane(route.name, route.method.rawValue, Set(documented))
        }
        self.lanes = lanes
        nowhere = lane(Self.noRoute, "other", Set(Self.common))
    }

    /// A request is being answered; `finish` follows.
    package func begin(_ route: Route?) { lane(of: route).inFlight.add(1) }

    /// It is not any more.
    package func end(_ route: Route?) { lane(of: route).inFlight.add(-1) }

    package func count(_ route: Route?, status: Int, took: Duration) {
        let lane = lane(of: route)
        lane.duration.observe(took)
        (lane.known[status] ?? requests[lane.route, lane.method, String(status)]).add()
    }

    private func lane(of route: Route?) -> Lane { route.flatMap { lanes[$0.name] } ?? nowhere }

    /// Each route's figures, those without requests too, by name.
    package var summaries: [TrafficSummary] {
        let counts = requests.all
        return (Array(lanes.values) + [nowhere]).map { lane in
            var all: UInt64 = 0
            var refused: UInt64 = 0
            var failed: UInt64 = 0
            for (labels, counter) in counts where labels[0] == lane.route {
                all += counter.value
                if labels[2].hasPrefix("4") { refused += counter.value }
                if labels[2].hasPrefix("5") { failed += counter.value }
            }
            return TrafficSummary(
                route: lane.route, method: lane.method, requests: all, refused: refused, failed: failed, inFlight: lane.inFlight.value,
                median: lane.duration.quantile(0.5), p95: lane.duration.quantile(0.95), p99: lane.duration.quantile(0.99))
        }.sorted { $0.route < $1.route }
    }
}

/// What a page shows of a route, since the program started.
package struct TrafficSummary: Sendable, Hashable {
    package let route: String
    package let method: String
    package let requests: UInt64
    /// Answered by 4xx.
    package let refused: UInt64
    /// Answered by 5xx.
    package let failed: UInt64
    package let inFlight: Int
    /// Seconds; nil where there was no request.
    package let median: Double?
    package let p95: Double?
    package let p99: Double?
}
