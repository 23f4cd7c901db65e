import Synchronization

/// What the last run of a closure returned, until the caller takes it.
final class Kept<Value: Sendable>: Sendable {
    private let kept = Mutex<Value?>(nil)

    func keep(_ value: Value) { kept.withLock { $0 = value } }

    var value: Value? { kept.withLock { $0 } }
}
