import Base
import Dispatch
import Foundation
import Vision

/// Work that goes on until somebody interrupts it, which is then no failure.
enum Interruptible {
    /// How long work that was asked to end may take: it may stand in a write to somebody who does not read.
    static let usualPatience: Duration = .seconds(2)

    /// Runs `work`. After SIGINT, SIGTERM or SIGHUP its task is cancelled; it then closes what it opened and returns. Where it does
    /// not in time, the process ends with exit code 0 all the same.
    static func run(patience: Duration = usualPatience, _ work: sending @escaping () async throws -> Void) async throws {
        // In a program that serves, on behalf of another process: its end is the caller's, and the program's own end is not ours to force.
        guard Residence.current == nil else {
            do { try await work() } catch is CancellationError {}
            return
        }
        let cancellation = try Cancellation.byInterrupts()
        let task = Task { try await work() }
        let source = DispatchSource.makeReadSource(fileDescriptor: cancellation.descriptor, queue: .global())
        source.setEventHandler {
            source.cancel()
            task.cancel()
            DispatchQueue.global().asyncAfter(deadline: .now() + .milliseconds(Int(patience / .milliseconds(1)))) { _exit(0) }
        }
        source.activate()
        defer { source.cancel() }
        do {
            try await task.value
        } catch  where cancellation.isCancelled {
            // What was interrupted says so in its own way.
        }
    }
}
