import Base
import CPostgres
import Synchronization

/// Asks servers to break statements off. PQcancel(3) of libpq 15 blocks, so it runs on a thread of its own; a server that
/// does not answer holds up only other requests, and whoever asked gives its connection up instead of waiting.
///
/// libpq 15 encrypts no such request, whatever `sslmode` says: process number and cancel key of the session, with which its
/// statements can be broken off and nothing else, travel in clear (documentation of `PQcancel`; libpq 17's `PQcancelBlocking`
/// encrypts).
final class Canceller: Sendable {
    private let thread = WorkThread()
    private let outstanding = Mutex(0)

    /// Requests that may stand in line behind a server that does not answer.
    private static let most = 64

    /// Asks for whatever runs on `connection` to be broken off. nil where too many requests wait already.
    func request(_ connection: OpaquePointer, waking wakeup: Wakeup) -> CancelRequest? {
        let isFree = outstanding.withLock { count in
            guard count < Self.most else { return false }
            count += 1
            return true
        }
        guard isFree else { return nil }
        if let request = PQgetCancel(connection).map(CancelRequest.init) {
            let isAccepted = thread.run {
                request.send()
                wakeup.signal()
                self.outstanding.withLock { $0 -= 1 }
            }
            if isAccepted { return request }
        }
        outstanding.withLock { $0 -= 1 }
        return nil
    }

    func stop() { thread.stop() }
}

/// One request to break a statement off.
///
/// Safe to share: libpq says that a PGcancel may be used from any thread, it is sent once, by the canceller's thread, and
/// freed with the last reference.
final class CancelRequest: @unchecked Sendable {
    private let cancel: OpaquePointer
    private let sent = Atomic(false)

    init(_ cancel: OpaquePointer) {
        self.cancel = cancel
    }

    deinit { PQfreeCancel(cancel) }

    /// Whether the server has been told and has closed the request: a later statement is not hit any more.
    var isSent: Bool { sent.load(ordering: .acquiring) }

    fileprivate func send() {
        var reason = [CChar](repeating: 0, count: 256)
        // A request that fails shows in that the statement goes on; the asker's patience is bounded.
        _ = PQcancel(cancel, &reason, Int32(reason.count))
        sent.store(true, ordering: .releasing)
    }
}
