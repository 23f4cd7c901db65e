import Base
import Synchronization

/// Has what several ask for at the same time made once.
///
/// The work goes on in a task of its own, so that one who asked and left takes nobody's answer away; it is held to the time of whoever
/// began it by that work itself. As many keys at once as there are requests.
package final class SingleFlight<Value: Sendable>: Sendable {
    private let flights = Mutex<[CacheKey: Task<Value, any Error>]>([:])

    package init() {}

    /// What `make` gives: to this call (`isOwn`), or to one that began before and has not ended. Throws what it throws, to all of them.
    package func value(
        of key: CacheKey, _ make: @escaping @Sendable () async throws -> Value
    ) async throws -> (value: Value, isOwn: Bool) {
        let flight = task(key, make)
        return (try await flight.task.value, flight.isNew)
    }

    /// Begins it where nobody has, and does not wait. False where somebody had.
    @discardableResult
    package func begin(_ key: CacheKey, _ make: @escaping @Sendable () async throws -> Value) -> Bool { task(key, make).isNew }

    /// How many are being made.
    package var count: Int { flights.withLock { $0.count } }

    private func task(
        _ key: CacheKey, _ make: @escaping @Sendable () async throws -> Value
    ) -> (task: Task<Value, any Error>, isNew: Bool) {
        flights.withLock { flights in
            if let flight = flights[key] { return (flight, false) }
            let flight = Task {
                defer { self.flights.withLock { $0[key] = nil } }
                return try await make()
            }
            flights[key] = flight
            return (flight, true)
        }
    }
}
