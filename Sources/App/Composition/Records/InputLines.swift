import Base
import Dispatch
import Foundation
import Synchronization

/// The lines of a command's input, as many at a time as there is room for. They are read on a thread of their own: whoever sends them
/// may take his time.
final class InputLines: Sendable {
    /// A line, counted from 1; nil for one that is longer than it may be.
    struct Line: Sendable {
        let number: Int
        let bytes: [UInt8]?
    }

    private let room: DispatchSemaphore
    private let isStopped = Atomic(false)
    private let thread = WorkThread()

    /// How often the reader looks whether anybody still wants lines.
    private static let glance: Int32 = 200

    /// At most `inHand` lines are given out and not yet `done`.
    init(inHand: Int) { room = DispatchSemaphore(value: inHand) }

    /// To be asked for once. Ends with the input, or with `stop`.
    func lines(of seat: Seat, atMost most: Int) -> AsyncStream<Line> {
        let (stream, continuation) = AsyncStream<Line>.makeStream(bufferingPolicy: .unbounded)
        thread.run { [self] in
            var reader = LineReader(seat.input, atMost: most)
            var number = 0
            while !isStopped.load(ordering: .acquiring), let line = reader.next(orStop: { isStopped.load(ordering: .acquiring) }) {
                number += 1
                while room.wait(timeout: .now() + .milliseconds(Int(Self.glance))) == .timedOut {
                    if isStopped.load(ordering: .acquiring) { break }
                }
                continuation.yield(Line(number: number, bytes: line.isWhole ? line.bytes : nil))
            }
            continuation.finish()
        }
        return stream
    }

    /// Room for one more.
    func done() { room.signal() }

    func stop() {
        isStopped.store(true, ordering: .releasing)
        thread.stop()
    }

    /// Bytes into lines.
    private struct LineReader {
        private let descriptor: Int32
        private let most: Int
        private var buffer: [UInt8] = []
        private var start = 0
        private var isAtEnd = false

        init(_ descriptor: Int32, atMost most: Int) {
            self.descriptor = descriptor
            self.most = most
        }

        /// nil at the end. What is longer than it may be is passed over to its end, and is not whole.
        mutating func next(orStop mustStop: () -> Bool) -> (bytes: [UInt8], isWhole: Bool)? {
            var isWhole = true
            while true {
                if let end = buffer[start...].firstIndex(of: UInt8(ascii: "\n")) {
                    defer { start = end + 1 }
                    return (isWhole ? Array(buffer[start..<end]) : [], isWhole && end - start <= most)
                }
                if isAtEnd {
                    guard start < buffer.count else { return nil }
                    defer { start = buffer.count }
                    return (Array(buffer[start...]), isWhole && buffer.count - start <= most)
                }
                buffer.removeFirst(start)
                start = 0
                if buffer.count > most {
                    isWhole = false
                    buffer = []
                }
                guard fill(mustStop) else { return nil }
            }
        }

        /// False where it must stop.
        private mutating func fill(_ mustStop: () -> Bool) -> Bool {
            var waiting = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            while poll(&waiting, 1, InputLines.glance) == 0 { if mustStop() { return false } }
            var piece = [UInt8](repeating: 0, count: 1 << 16)
            let count = read(descriptor, &piece, piece.count)
            if count > 0 { buffer += piece.prefix(count) } else if count == 0 || errno != EINTR { isAtEnd = true }
            return true
        }
    }
}
