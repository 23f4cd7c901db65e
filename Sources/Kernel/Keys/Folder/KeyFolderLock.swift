import Base
import Glibc

/// The lock of a key folder, held while the value lives: by flock(2) on `lock`, so it goes with the process that held it.
final class KeyFolderLock: Sendable {
    private let descriptor: Int32

    private init(descriptor: Int32) {
        self.descriptor = descriptor
    }

    deinit { close(descriptor) }

    static let defaultDeadline: Duration = .seconds(10)
}

extension KeyFolder {
    /// Runs `body` holding the lock; one at a time, in this process and in all others. Throws `.deadlineExceeded` where others
    /// hold it for longer than `deadline`.
    func withLock<Value>(
        within deadline: Duration = KeyFolderLock.defaultDeadline, _ body: (KeyFolderLock) async throws -> Value
    ) async throws -> Value {
        let lock = try await lock(within: deadline)
        defer { withExtendedLifetime(lock) {} }
        return try await body(lock)
    }

    /// The lock, held until the value goes. Throws as `withLock`.
    func lock(within deadline: Duration = KeyFolderLock.defaultDeadline) async throws -> KeyFolderLock {
        try await KeyFolderLock.take("\(path)/lock", within: deadline)
    }
}

extension KeyFolderLock {
    fileprivate static func take(_ path: String, within deadline: Duration) async throws -> KeyFolderLock {
        let descriptor = open(path, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw Failure.keyFile(path, errno) }
        let lock = KeyFolderLock(descriptor: descriptor)
        let end = ContinuousClock.now + deadline
        while flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
            guard errno == EWOULDBLOCK || errno == EINTR else { throw Failure.keyFile(path, errno) }
            guard ContinuousClock.now < end else { throw Failure.keyFolderBusy(path) }
            try await Task.sleep(for: .milliseconds(10))
        }
        return lock
    }
}
