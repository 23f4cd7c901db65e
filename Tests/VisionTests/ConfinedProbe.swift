import Base
import Foundation
import Synchronization
import Vision

/// Runs the misbehaving program behind the walls and keeps what the parent came to know.
struct ConfinedProbe {
    /// All lines that were handed over; the first says which walls stand.
    let lines: [String]
    /// nil: it ended well.
    let failure: Failure?
    let debugLog: String

    static let url = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()
        .appending(path: "ConfinedProbe")
    static let isBuilt = FileManager.default.isExecutableFile(atPath: url.path)

    /// - Parameter walls: those the child puts up.
    static func child(
        _ misdeed: String, _ argument: String = "", walls: Confinement.Walls = .all, input: String = "/dev/null",
        cancellation: Cancellation? = nil, adjust: (inout ConfinedProcess) -> Void = { _ in },
        onLine: (String) throws(Failure) -> Void = { _ in }
    ) throws -> ConfinedProbe {
        try run(
            ["child", String(walls.rawValue), misdeed, argument], input: input, cancellation: cancellation,
            adjust: adjust,
            onLine: onLine)
    }

    static func run(
        _ arguments: [String], input: String = "/dev/null", cancellation: Cancellation? = nil,
        adjust: (inout ConfinedProcess) -> Void = { _ in }, onLine: (String) throws(Failure) -> Void = { _ in }
    ) throws -> ConfinedProbe {
        let video = try FileHandle(forReadingFrom: URL(filePath: input))
        let log = Mutex("")
        var process = ConfinedProcess(arguments: arguments)
        process.executable = url.path
        process.debugLog = { text in log.withLock { $0 = text } }
        adjust(&process)
        var lines: [String] = []
        var failure: Failure?
        do throws(Failure) {
            try process.run(input: video.fileDescriptor, cancellation: cancellation) { bytes throws(Failure) in
                let line = String(decoding: bytes, as: UTF8.self)
                lines.append(line)
                try onLine(line)
            }
        } catch {
            failure = error
        }
        try video.close()
        return ConfinedProbe(lines: lines, failure: failure, debugLog: log.withLock { $0 })
    }

    var standing: Confinement.Walls {
        Confinement.Walls(rawValue: lines.first.flatMap { UInt8($0.dropFirst("walls ".count)) } ?? 0)
    }
}
