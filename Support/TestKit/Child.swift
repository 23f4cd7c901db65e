import Base
import Foundation
import Glibc

/// Runs a program to its end. Foundation's `Process` takes a program for running as long as anything that it started holds
/// the descriptors it was given, and a server that was restarted holds them for good.
enum Child {
    /// Its exit status, or 128 and the signal that ended it. Throws `CannotRun`.
    static func run(_ path: String, _ arguments: [String]) async throws -> Int32 {
        try await withCheckedThrowingContinuation { continuation in
            let thread = WorkThread()
            thread.run { continuation.resume(with: Result { try spawnAndWait(path, arguments) }) }
            thread.stop()
        }
    }

    /// Starts it with these variables alone; what it says goes into `log`. Throws `CannotRun`.
    static func start(_ path: String, _ arguments: [String], _ variables: [String], log: String) throws -> pid_t {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 1, log, O_WRONLY | O_CREAT, 0o600)
        posix_spawn_file_actions_adddup2(&actions, 1, 2)
        var words = ([path] + arguments).map { strdup($0) } + [nil]
        var settings = variables.map { strdup($0) } + [nil]
        defer { for word in words + settings { free(word) } }
        var process = pid_t()
        let number = posix_spawn(&process, path, &actions, nil, &words, &settings)
        guard number == 0 else { throw CannotRun(path: path, number: number) }
        return process
    }

    /// Ends one that was started, and takes its folder away.
    static func end(_ process: pid_t, removing folder: URL) {
        kill(process, SIGKILL)
        var status: Int32 = 0
        waitpid(process, &status, 0)
        try? FileManager.default.removeItem(at: folder)
    }

    private static func spawnAndWait(_ path: String, _ arguments: [String]) throws -> Int32 {
        var words = ([path] + arguments).map { strdup($0) } + [nil]
        defer { for word in words { free(word) } }
        var process = pid_t()
        let number = posix_spawn(&process, path, nil, nil, &words, environ)
        guard number == 0 else { throw CannotRun(path: path, number: number) }
        var status: Int32 = 0
        while waitpid(process, &status, 0) < 0 {
            guard errno == EINTR else { throw CannotRun(path: path, number: errno) }
        }
        let signal = status & 0x7f
        return signal == 0 ? status >> 8 & 0xff : 128 + signal
    }
}

struct CannotRun: Error {
    let path: String
    let number: Int32
}
