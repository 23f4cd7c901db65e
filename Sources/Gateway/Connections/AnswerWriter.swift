import NIOCore
import Web

/// The other side of an answer that a handler writes as it goes, from whichever thread.
struct AnswerWriter: ReplyWriter {
    let handler: NIOLoopBound<DoorHandler>
    let loop: any EventLoop
    let round: Int

    func write(_ bytes: [UInt8]) async throws {
        if loop.inEventLoop { return try await handler.value.write(chunk: bytes, in: round) }
        try await withCheckedThrowingContinuation { (done: CheckedContinuation<Void, any Error>) in
            loop.execute {
                Task.immediate(executorPreference: LoopExecutor(loop)) {
                    do { done.resume(returning: try await handler.value.write(chunk: bytes, in: round)) } catch {
                        done.resume(throwing: error)
                    }
                }
            }
        }
    }
}
