import Base
import NIOCore
import Synchronization
import Web

/// Bytes on their way from an event loop to whoever writes them.
final class Outbox: Sendable {
    private struct State {
        var bytes: [UInt8] = []
        var isOver = false
        var reader: CheckedContinuation<[UInt8]?, Never>?
    }

    private let state = Mutex(State())

    var waiting: Int { state.withLock { $0.bytes.count } }

    /// Returns how many bytes wait; 0 where somebody took them at once.
    func put(_ bytes: [UInt8]) -> Int {
        let (reader, waiting) = state.withLock { state -> (CheckedContinuation<[UInt8]?, Never>?, Int) in
            guard !state.isOver else { return (nil, 0) }
            if let reader = state.reader {
                state.reader = nil
                return (reader, 0)
            }
            state.bytes += bytes
            return (nil, state.bytes.count)
        }
        reader?.resume(returning: bytes)
        return waiting
    }

    func finish() {
        let reader = state.withLock { state in
            state.isOver = true
            defer { state.reader = nil }
            return state.reader
        }
        reader?.resume(returning: nil)
    }

    /// All that waits, once there is something; nil at the end. One reads at a time.
    func next() async -> [UInt8]? {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let (bytes, isNow) = state.withLock { state -> ([UInt8]?, Bool) in
                    guard state.bytes.isEmpty else {
                        defer { state.bytes = [] }
                        return (state.bytes, true)
                    }
                    if state.isOver { return (nil, true) }
                    state.reader = continuation
                    return (nil, false)
                }
                if isNow { continuation.resume(returning: bytes) }
            }
        } onCancel: {
            finish()
        }
    }
}

/// What an answer does: gives on what comes, until one of the two sides has enough.
struct EventStreamReading: Sendable {
    private let stream: NIOLoopBound<EventStream>
    private let outbox: Outbox
    private let loop: any EventLoop

    init(_ stream: NIOLoopBound<EventStream>, _ outbox: Outbox, _ loop: any EventLoop) {
        self.stream = stream
        self.outbox = outbox
        self.loop = loop
    }

    func write(to writer: any ReplyWriter) async throws {
        defer { end() }
        while let bytes = await outbox.next() {
            try await writer.write(bytes)
            if outbox.waiting == 0 { loop.execute { [stream] in stream.value.taken() } }
        }
    }

    /// For an answer that was never written too.
    func end() { loop.execute { [stream] in stream.value.end() } }
}
