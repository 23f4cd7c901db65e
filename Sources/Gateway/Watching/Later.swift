import Synchronization

/// Something that is made after what needs it: routes are made before the watch that counts them, ports before the gateway that asks
/// them. Given once.
package final class Later<Value: Sendable>: Sendable {
    private let held = Mutex<Value?>(nil)

    package init() {}

    /// nil until it was given.
    package var value: Value? { held.withLock { $0 } }

    package func give(_ value: Value) { held.withLock { $0 = value } }
}
