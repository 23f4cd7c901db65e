import Base
import Store

/// Asks one server, on a session of its own, whether it is a replica and how far it has followed.
final class ReplicaQuestion: Sendable {
    private let target: Target
    private let world: World
    private let thread = WorkThread()
    private let wakeup = Wakeup()
    private let canceller = Canceller()

    init(_ target: Target, _ world: World) {
        self.target = target
        self.world = world
    }

    func ask() async throws -> (isReplica: Bool, position: Int64?) {
        defer {
            thread.stop()
            canceller.stop()
        }
        return try await withUnsafeThrowingContinuation { continuation in
            thread.run { continuation.resume(with: Result { try self.askOnThread() }) }
        }
    }

    private func askOnThread() throws -> (isReplica: Bool, position: Int64?) {
        let opening = Opening(
            target: target, role: .session, world: world, wakeup: wakeup, canceller: canceller, preparesStatements: false)
        let connection = try opening.open()
        let answer = try connection.ask(.replayedPosition, Limit(world.elapsed() + target.patience))
        return (connection.greeting.isReplica, Freshness.position(answer))
    }
}
