import Base

/// Answers at beats, not as soon as they are known: what is done for an address that has an account and what is left undone for another
/// take different times, and the answer must not tell which it was.
enum EvenTime {
    /// Some ten times what a mail takes to be sealed and stored.
    static let beat: Duration = .milliseconds(250)

    /// Does something, and returns or throws what it did at the next beat since its beginning. Throws `CancellationError` where the caller
    /// waits no longer.
    static func of<Value>(_ world: World, _ body: () async throws -> Value) async throws -> Value {
        let start = world.elapsed()
        let outcome: Result<Value, any Error>
        do { outcome = .success(try await body()) } catch { outcome = .failure(error) }
        let taken = world.elapsed() - start
        try await Task.sleep(for: beat * (Int((taken / beat).rounded(.down)) + 1) - taken)
        return try outcome.get()
    }
}
