import CPostgres
import Glibc

/// Wakes a thread that waits for a socket in poll(2): a counter of the kernel (eventfd(2)) that turns readable.
final class Wakeup: Sendable {
    let descriptor: Int32

    init() {
        descriptor = zpostgres_eventfd()
        precondition(descriptor >= 0, "the system gives no more descriptors")
    }

    /// Whoever waits now, or next, goes on at once. From any thread.
    func signal() {
        var one: UInt64 = 1
        // Fails only where the counter is full, and then it is readable anyway.
        _ = write(descriptor, &one, 8)
    }

    /// Forgets the signals so far.
    func clear() {
        var count: UInt64 = 0
        _ = read(descriptor, &count, 8)
    }

    deinit { close(descriptor) }
}

/// What ended a wait.
enum Readiness {
    case ready
    case woken
    case timedOut
}

/// Waits until the socket can be read or written, somebody signals, or time is over. A `socket` of -1 is none.
func wait(socket: Int32, for events: Int32, or wakeup: Wakeup, atMost duration: Duration) -> Readiness {
    var descriptors = (
        pollfd(fd: socket, events: Int16(truncatingIfNeeded: events), revents: 0),
        pollfd(fd: wakeup.descriptor, events: Int16(POLLIN), revents: 0)
    )
    let (seconds, attoseconds) = max(duration, .zero).components
    // Rounded up, so that a wait never ends a moment before its deadline and spins.
    let milliseconds = seconds >= 1_000_000 ? 1_000_000_000 : seconds * 1000 + (attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000
    let count = withUnsafeMutableBytes(of: &descriptors) { bytes in
        poll(bytes.baseAddress?.assumingMemoryBound(to: pollfd.self), 2, Int32(milliseconds))
    }
    // -1 is EINTR: the caller looks again, as after being woken.
    guard count > 0 else { return count == 0 ? .timedOut : .woken }
    guard descriptors.1.revents != 0 else { return .ready }
    // The socket stays readable; the next wait tells.
    wakeup.clear()
    return .woken
}
