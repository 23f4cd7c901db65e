import Base

/// Something on an event loop that must not last for ever.
protocol Swept: AnyObject {
    /// When its patience ends, of `World.elapsed`.
    var deadline: Duration { get }
    /// Whether something that was asked is not answered yet.
    var isBusy: Bool { get }
    /// The deadline is over.
    func outOfTime()
    /// The program stops: ends what asks nothing, and the rest after its answer.
    func drain()
    /// Ends it at once.
    func close()
}

/// Looks at all connections of an event loop once a second, and ends those that take longer than they may: one timer for all, since a
/// timer for each would cost more than the request it watches.
final class ConnectionSweep {
    private var handlers: [ObjectIdentifier: any Swept] = [:]
    private(set) var isDraining = false

    /// Connections, and streams of HTTP/2.
    var count: Int { handlers.count }
    var busy: Int { handlers.values.count { $0.isBusy } }

    func add(_ handler: any Swept) { handlers[ObjectIdentifier(handler)] = handler }
    func remove(_ handler: any Swept) { handlers[ObjectIdentifier(handler)] = nil }

    /// `now` is of `World.elapsed`.
    func look(now: Duration) {
        // What is ended removes itself from the table.
        for handler in handlers.values.filter({ $0.deadline < now }) { handler.outOfTime() }
    }

    func drain() {
        isDraining = true
        for handler in Array(handlers.values) { handler.drain() }
    }

    func closeAll() {
        for handler in Array(handlers.values) { handler.close() }
    }
}
