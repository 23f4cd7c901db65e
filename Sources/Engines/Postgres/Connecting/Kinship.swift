import Base
import Store
import Synchronization

/// Holds the addresses of one database together: a direct address or a replica that leads to another database would give other
/// patients' data, and nothing else would show it.
struct Kinship: Sendable {
    /// What the primary's address leads to, as it was last connected.
    private let primary: PrimaryIdentity
    private let isPrimary: Bool

    /// Of the primary's own address.
    init() {
        primary = PrimaryIdentity()
        isPrimary = true
    }

    private init(_ primary: PrimaryIdentity) {
        self.primary = primary
        isPrimary = false
    }

    /// Of an address that has to lead to the same.
    var relative: Kinship { Kinship(primary) }

    var isKnown: Bool { primary.identity.withLock { $0 != nil } }

    /// False where it is not what the primary is.
    func admits(_ identity: DatabaseIdentity) -> Bool {
        primary.identity.withLock { known in
            if isPrimary { known = identity }
            return known?.matches(identity) ?? true
        }
    }

    private final class PrimaryIdentity: Sendable {
        let identity = Mutex<DatabaseIdentity?>(nil)
    }
}

/// Which database of which cluster.
struct DatabaseIdentity: Sendable {
    let database: String
    /// What initdb gave it and its replicas inherit; nil where the role may not ask.
    let cluster: Int64?

    func matches(_ other: DatabaseIdentity) -> Bool {
        guard database == other.database else { return false }
        guard let cluster, let other = other.cluster else { return true }
        return cluster == other
    }
}

extension Target {
    var isStranger: ConnectFailure {
        var failure = ConnectFailure(
            Text(
                es: "\(place) no es la misma base de datos que la principal; corrija la dirección",
                en: "\(place) is not the same database as the primary; correct the address"), isPassing: false)
        failure.isStranger = true
        return failure
    }
}
