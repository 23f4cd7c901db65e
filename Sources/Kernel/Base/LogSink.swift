import Glibc
import Synchronization

/// Where lines of the log go: each call is one whole line with its line end.
package struct LogSink: Sendable {
    private let send: @Sendable (UnsafeRawBufferPointer) -> Void

    /// `send` is called from any thread; it keeps lines whole.
    package init(_ send: @escaping @Sendable (UnsafeRawBufferPointer) -> Void) {
        self.send = send
    }

    func write(_ line: UnsafeRawBufferPointer) { send(line) }

    /// The standard error of the process. Lines are never mixed: one thread writes at a time, and one line is one write(2)
    /// of at most PIPE_BUF bytes. A reader that stands still holds nobody up for longer than a tenth of a second: lines are
    /// then dropped, and the next one that goes out is preceded by how many.
    package static var standardError: LogSink { descriptor(STDERR_FILENO) }

    /// As `standardError`, to a descriptor that stays open.
    package static func descriptor(_ descriptor: Int32) -> LogSink {
        let dropped = Mutex(0)
        return LogSink { line in
            dropped.withLock { dropped in
                var status = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                // Once it stood still it is asked without waiting.
                var ready = poll(&status, 1, dropped == 0 ? 100 : 0)
                if ready < 0, errno == EINTR { ready = poll(&status, 1, 0) }
                guard ready == 1 else {
                    dropped += 1
                    return
                }
                if dropped > 0 {
                    let note = Array("{\"level\":\"warning\",\"event\":\"log lines dropped\",\"fields\":{\"count\":\(dropped)}}\n".utf8)
                    guard note.withUnsafeBytes({ Glibc.write(descriptor, $0.baseAddress, $0.count) }) > 0,
                        poll(&status, 1, 0) == 1
                    else {
                        dropped += 1
                        return
                    }
                    dropped = 0
                }
                if Glibc.write(descriptor, line.baseAddress, line.count) != line.count { dropped += 1 }
            }
        }
    }
}
