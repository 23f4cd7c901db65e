import Access
import Base
import Synchronization
import Web

/// How many connections there are: in all, of each caller, from each address.
final class LiveSeats: Sendable {
    private struct Taken {
        var all = 0
        var callers: [Identifier: Int] = [:]
        var addresses: [String: Int] = [:]
    }

    private let limits: LiveLimits
    private let taken = Mutex(Taken())

    init(_ limits: LiveLimits) { self.limits = limits }

    var count: Int { taken.withLock { $0.all } }

    /// A place for a connection. Throws `.tooMany`, and `.overloaded` where the process has no more.
    func take(for caller: Identifier?, at address: String) throws(Problem) -> LiveSeat {
        let refusal: Problem? = taken.withLock { taken in
            if taken.all >= limits.connections { return .liveFull }
            if taken.addresses[address, default: 0] >= limits.connectionsOfAddress { return .liveTooMany }
            if let caller, taken.callers[caller, default: 0] >= limits.connectionsOfCaller { return .liveTooMany }
            taken.all += 1
            taken.addresses[address, default: 0] += 1
            if let caller { taken.callers[caller, default: 0] += 1 }
            return nil
        }
        if let refusal { throw refusal }
        return LiveSeat(self, caller, address)
    }

    /// Somebody who took a place says who they are. False where they have too many.
    fileprivate func name(_ caller: Identifier) -> Bool {
        taken.withLock { taken in
            guard taken.callers[caller, default: 0] < limits.connectionsOfCaller else { return false }
            taken.callers[caller, default: 0] += 1
            return true
        }
    }

    fileprivate func leave(_ caller: Identifier?, _ address: String) {
        taken.withLock { taken in
            taken.all -= 1
            Self.lower(address, &taken.addresses)
            if let caller { Self.lower(caller, &taken.callers) }
        }
    }

    private static func lower<Key>(_ key: Key, _ counts: inout [Key: Int]) {
        let rest = counts[key, default: 0] - 1
        counts[key] = rest > 0 ? rest : nil
    }
}

/// A connection's place, given back with the last reference.
final class LiveSeat: Sendable {
    private let seats: LiveSeats
    private let address: String
    private let caller: Mutex<Identifier?>

    fileprivate init(_ seats: LiveSeats, _ caller: Identifier?, _ address: String) {
        self.seats = seats
        self.address = address
        self.caller = Mutex(caller)
    }

    /// False where they have too many connections.
    func name(_ name: Identifier) -> Bool {
        caller.withLock { caller in
            if caller != nil { return true }
            guard seats.name(name) else { return false }
            caller = name
            return true
        }
    }

    deinit { seats.leave(caller.withLock { $0 }, address) }
}

extension Problem {
    fileprivate static let liveFull = Problem(
        .overloaded, "live_full",
        Text(
            es: "No caben más conexiones en vivo: vuelva en un minuto.",
            en: "There is no room for more live connections: come back in a minute."),
        retryAfter: .seconds(60))

    fileprivate static let liveTooMany = Problem(
        .tooMany, "live_too_many",
        Text(
            es: "Tiene demasiadas conexiones en vivo abiertas: cierre alguna.",
            en: "You have too many live connections open: close one."), retryAfter: .seconds(30))
}
