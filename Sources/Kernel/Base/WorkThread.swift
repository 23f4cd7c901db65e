import Glibc

/// A thread that runs what it is given, in order: the home of a C handle that must stay on one thread, and of calls that
/// block. Not for computing in parallel.
package final class WorkThread: @unchecked Sendable {
    // Safe to share: everything that changes is behind `mutex`, whose address never changes.
    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
    private var waiting: [@Sendable () -> Void] = []
    private var isStopping = false

    package init() {
        pthread_mutex_init(mutex, nil)
        pthread_cond_init(condition, nil)
        var thread = pthread_t()
        let result = pthread_create(
            &thread, nil,
            { argument in
                guard let argument else { return nil }
                // The thread keeps itself until it ends.
                Unmanaged<WorkThread>.fromOpaque(argument).takeRetainedValue().loop()
                return nil
            }, Unmanaged.passRetained(self).toOpaque())
        precondition(result == 0, "the system gives no more threads")
        pthread_detach(thread)
    }

    /// Runs `work` on the thread after what was given before. False, and `work` is dropped, once `stop` was called.
    @discardableResult
    package func run(_ work: @escaping @Sendable () -> Void) -> Bool {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        guard !isStopping else { return false }
        waiting.append(work)
        pthread_cond_signal(condition)
        return true
    }

    /// Ends the thread once everything given before has run.
    package func stop() {
        pthread_mutex_lock(mutex)
        isStopping = true
        pthread_cond_signal(condition)
        pthread_mutex_unlock(mutex)
    }

    private func loop() {
        var batch: [@Sendable () -> Void] = []
        while true {
            pthread_mutex_lock(mutex)
            while waiting.isEmpty, !isStopping { pthread_cond_wait(condition, mutex) }
            swap(&batch, &waiting)
            pthread_mutex_unlock(mutex)
            if batch.isEmpty { return }
            for work in batch { work() }
            batch.removeAll(keepingCapacity: true)
        }
    }

    deinit {
        pthread_mutex_destroy(mutex)
        pthread_cond_destroy(condition)
        mutex.deallocate()
        condition.deallocate()
    }
}
