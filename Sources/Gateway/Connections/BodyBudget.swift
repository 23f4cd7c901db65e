import Synchronization

/// How many bytes of bodies are held in memory at once, by all connections together.
final class BodyBudget: Sendable {
    private let held = Atomic(0)

    /// False where it would be more than `most`.
    func reserve(_ bytes: Int, atMost most: Int) -> Bool {
        let (_, now) = held.add(bytes, ordering: .relaxed)
        if now <= most { return true }
        held.subtract(bytes, ordering: .relaxed)
        return false
    }

    func release(_ bytes: Int) {
        if bytes > 0 { held.subtract(bytes, ordering: .relaxed) }
    }
}
