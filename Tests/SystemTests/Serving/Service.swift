import Foundation
import Glibc
import TestKit
import Testing

/// The real program at work on a folder of data, until it is told to stop or killed.
final class Service {
    let data: String
    let running: Zancada.Running
    private let environment: [String: String]

    /// Starts it, and returns once it says that it is ready.
    init(_ data: String, role: String = "all", listen: String = "127.0.0.1:0", environment: [String: String] = [:]) async throws {
        self.data = data
        self.environment = environment
        running = try Zancada.start(
            ["serve", "--role", role, "--listen", listen, "--data", data, "--json"], environment: environment)
        try await eventually {
            guard running.process.isRunning else { throw Ended(errors: try running.wait().errors) }
            return try String(contentsOf: running.output, encoding: .utf8).contains("\"ready\":true")
        }
    }

    /// It did not get that far.
    struct Ended: Error {
        let errors: String
    }

    var process: Int32 { running.process.processIdentifier }

    /// Runs a command on the same data.
    func run(_ arguments: String...) throws -> Zancada.Outcome {
        try Zancada.run(arguments + ["--data", data], environment: environment)
    }

    /// Tells it to stop, and waits for its end.
    func stop() throws -> Zancada.Outcome {
        kill(process, SIGTERM)
        return try running.wait()
    }

    /// One that nobody listens on a moment ago.
    static func freePort() throws -> UInt16 {
        let probe = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        defer { close(probe) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = in_addr_t(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(probe, $0, length) == 0 && getsockname(probe, $0, &length) == 0 }
        }
        try #require(isBound)
        return UInt16(bigEndian: address.sin_port)
    }
    /// As a power cut ends it, but for what the system has not written yet.
    func strike() throws {
        kill(process, SIGKILL)
        _ = try running.wait()
    }
}

/// A command that is given lines, and answers lines.
///
/// Safe to share: lines are said by one task, and everything else by another.
final class Conversation: @unchecked Sendable {
    let process: Process
    private let input = Pipe()
    private let answers: URL
    private let scratch = Result { try Scratch() }

    init(_ arguments: [String], environment: [String: String] = [:]) throws {
        process = Zancada.process(arguments, environment: environment)
        answers = try scratch.get().file("answers")
        process.standardInput = input
        process.standardOutput = try FileHandle(forWritingTo: answers)
        process.standardError = FileHandle.nullDevice
        try process.run()
    }

    /// False once it does not listen any more.
    func say(_ line: String) -> Bool {
        do { try input.fileHandleForWriting.write(contentsOf: Data("\(line)\n".utf8)) } catch { return false }
        return true
    }

    /// Ends what is said.
    func hangUp() { try? input.fileHandleForWriting.close() }

    /// Ends what is said, and waits for its end. Its exit code.
    func end() -> Int32 {
        hangUp()
        process.waitUntilExit()
        return process.terminationReason == .exit ? process.terminationStatus : 128 + process.terminationStatus
    }

    /// Whole lines that it answered so far.
    func heard() throws -> [String] {
        let text = String(decoding: try Data(contentsOf: answers), as: UTF8.self)
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        lines.removeLast()
        return lines
    }
}
