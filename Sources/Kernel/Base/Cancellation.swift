extension Task where Success == Never, Failure == Never {
    /// Waits until this task is cancelled; costs nothing meanwhile.
    package static func untilCancelled() async {
        let (stream, continuation) = AsyncStream<Void>.makeStream()
        await withTaskCancellationHandler {
            for await _ in stream {}
        } onCancel: {
            continuation.finish()
        }
    }
}
