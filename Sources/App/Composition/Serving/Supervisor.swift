import Base
import Runtime

/// Keeps what should always go on going on.
struct Supervisor: Sendable {
    let log: Log
    let world: World

    private static let firstPause: Duration = .milliseconds(250)
    private static let longestPause: Duration = .seconds(30)
    /// After so long without trouble the next trouble is the first again.
    private static let calm: Duration = .seconds(60)

    /// Runs a daemon until the task is cancelled, and again after each failure, with growing pauses.
    func keep(_ daemon: Daemon) async {
        var pause = Self.firstPause
        while !Task.isCancelled {
            let begun = world.elapsed()
            do {
                try await daemon.run()
                guard !Task.isCancelled else { return }
                log.warning("daemon ended", ["daemon": .public(daemon.name)])
            } catch {
                guard !Task.isCancelled else { return }
                let code = (error as? Failure)?.code ?? "unknown"
                log.error("daemon failed", ["daemon": .public(daemon.name), "code": .public(code)])
            }
            if world.elapsed() - begun > Self.calm { pause = Self.firstPause }
            do { try await Task.sleep(for: pause) } catch { return }
            pause = min(pause * 2, Self.longestPause)
        }
    }
}
