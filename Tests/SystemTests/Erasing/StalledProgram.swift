import Foundation

/// The real binary with nobody who reads what it says: it comes to a halt in the middle of saying it, with all that it has in
/// its memory, and goes on when it is heard.
final class StalledProgram {
    let process: Process
    private let hearing: Int32
    private let errors: URL
    private let scratch: Scratch
    private let filled: Int
    /// Halts that do not come by then are a fault.
    private static let patience: TimeInterval = 20

    /// `isMute`: it halts at its first word; otherwise when it has said `sayableBytes`.
    init(_ arguments: [String], environment: [String: String] = [:], isMute: Bool = false) throws {
        var ends: [Int32] = [0, 0]
        guard pipe(&ends) == 0, fcntl(ends[0], F_SETFD, FD_CLOEXEC) == 0, fcntl(ends[1], F_SETFD, FD_CLOEXEC) == 0 else {
            throw POSIXError(.EMFILE)
        }
        _ = fcntl(ends[1], Self.setPipeSize, Self.sayableBytes)
        filled = isMute ? Self.fill(ends[1]) : 0
        hearing = ends[0]
        scratch = try Scratch()
        errors = try scratch.file("stderr")
        process = Zancada.process(arguments, environment: environment)
        process.standardOutput = FileHandle(fileDescriptor: ends[1], closeOnDealloc: false)
        process.standardError = try FileHandle(forWritingTo: errors)
        try process.run()
        close(ends[1])
    }

    deinit {
        close(hearing)
        if process.isRunning { process.terminate() }
    }

    static let sayableBytes: Int32 = 4_096
    /// F_SETPIPE_SZ of Linux.
    private static let setPipeSize: Int32 = 1_031

    var pid: Int32 { process.processIdentifier }

    /// Until it halts in the middle of what it says. Throws where it ends before or says too little.
    func halt() throws {
        let end = Date(timeIntervalSinceNow: Self.patience)
        while !isWriting {
            guard process.isRunning, Date() < end else { throw NeverHalted(said: try String(contentsOf: errors, encoding: .utf8)) }
            usleep(2_000)
        }
    }

    struct NeverHalted: Error {
        let said: String
    }

    /// Hears it to its end.
    @discardableResult
    func finish() throws -> Zancada.Outcome {
        var said = Data()
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = Foundation.read(hearing, &buffer, buffer.count)
            guard count > 0 else { break }
            said += buffer[..<count]
        }
        process.waitUntilExit()
        return Zancada.Outcome(
            status: process.terminationStatus, output: String(decoding: said.dropFirst(filled), as: UTF8.self),
            errors: String(decoding: try Data(contentsOf: errors), as: UTF8.self))
    }

    /// A thread that the system holds in `write` on standard output.
    private var isWriting: Bool {
        let tasks = "/proc/\(pid)/task"
        let threads = (try? FileManager.default.contentsOfDirectory(atPath: tasks)) ?? []
        return threads.contains { thread in
            (try? String(contentsOfFile: "\(tasks)/\(thread)/syscall", encoding: .utf8))?.hasPrefix("\(Self.write) 0x1 ") ?? false
        }
    }

    #if arch(x86_64)
        private static let write = 1
    #else
        private static let write = 64
    #endif

    private static func fill(_ pipe: Int32) -> Int {
        let flags = fcntl(pipe, F_GETFL)
        _ = fcntl(pipe, F_SETFL, flags | O_NONBLOCK)
        var count = 0
        while Foundation.write(pipe, "-", 1) == 1 { count += 1 }
        _ = fcntl(pipe, F_SETFL, flags)
        return count
    }
}
