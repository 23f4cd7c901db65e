import Synchronization

/// Numbers that were written down, in their order; the last one again and again.
final class Draws: Sendable {
    private let rest: Mutex<[UInt64]>

    init(_ numbers: [UInt64]) { rest = Mutex(numbers) }

    func next() -> UInt64 {
        rest.withLock { $0.count > 1 ? $0.removeFirst() : $0.first ?? 0 }
    }
}
