import NIOCore
import Web

/// A body on its way from a socket to a handler that reads it as it comes. Lives on the connection's event loop.
final class BodyFlow {
    /// So much may wait here before the socket is not read any more.
    private static let full = 256 << 10

    private let most: Int
    private let length: Int?
    private let read: () -> Void
    private var waiting: [ByteBuffer] = []
    private var waitingBytes = 0
    private var taken = 0
    private var isAtEnd = false
    private var problem: Problem?
    private var reader: CheckedContinuation<Void, Never>?

    /// `read` asks the socket for more.
    init(most: Int, length: Int?, read: @escaping () -> Void) {
        self.most = most
        self.length = length
        self.read = read
    }

    var isFull: Bool { waitingBytes >= Self.full }

    /// False where it is more than may come.
    func take(_ buffer: ByteBuffer) -> Bool {
        guard problem == nil else { return true }
        taken += buffer.readableBytes
        guard taken <= most else { return false }
        waiting.append(buffer)
        waitingBytes += buffer.readableBytes
        wake()
        return true
    }

    func finish() {
        isAtEnd = true
        wake()
    }

    func fail(_ problem: Problem) {
        guard !isAtEnd, self.problem == nil else { return }
        self.problem = problem
        waiting = []
        waitingBytes = 0
        wake()
    }

    private func wake() {
        reader?.resume()
        reader = nil
    }

    private func next() async throws -> [UInt8]? {
        while true {
            if let problem { throw problem }
            if !waiting.isEmpty {
                let wasFull = isFull
                var bytes: [UInt8] = []
                bytes.reserveCapacity(waitingBytes)
                for buffer in waiting { bytes.append(contentsOf: buffer.readableBytesView) }
                waiting.removeAll(keepingCapacity: true)
                waitingBytes = 0
                if wasFull { read() }
                return bytes
            }
            if isAtEnd { return nil }
            guard reader == nil else { throw Problem.brokenOff }
            await withCheckedContinuation { reader = $0 }
        }
    }

    /// For the handler, which may be on any thread.
    func stream(on loop: any EventLoop) -> BodyStream {
        let bound = NIOLoopBound(self, eventLoop: loop)
        return BodyStream(length: length) {
            if loop.inEventLoop { return try await bound.value.next() }
            return try await withCheckedThrowingContinuation { (done: CheckedContinuation<[UInt8]?, any Error>) in
                loop.execute {
                    Task.immediate(executorPreference: LoopExecutor(loop)) {
                        do { done.resume(returning: try await bound.value.next()) } catch { done.resume(throwing: error) }
                    }
                }
            }
        }
    }
}
