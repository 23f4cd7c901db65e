import Dispatch
import Foundation

// The main thread waits instead of ending, as it does under an asynchronous main.
let isOver = DispatchSemaphore(value: 0)
Task.detached {
    do {
        try await LiveBenchmark.run()
    } catch {
        FileHandle.standardError.write(Data("\(error)\n".utf8))
        exit(70)
    }
    isOver.signal()
}
isOver.wait()
fflush(nil)
// Not exit(3): its handlers take OpenSSL away from a connection that may just be opening on another thread.
_exit(0)
