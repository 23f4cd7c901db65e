import Foundation

/// The real binary, run as a person would.
enum Zancada {
    struct Outcome {
        var status: Int32
        var output: String
        var errors: String

        /// The lines on standard error that are not progress.
        var complaints: [String] {
            errors.split(separator: "\n").map(String.init).filter { $0.hasPrefix("zancada: ") }
        }
    }

    static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()
    static let binary = environment("ZANCADA_BINARY") ?? root.appending(path: ".build/release/zancada").path
    static let samples = environment("ZANCADA_SAMPLES") ?? root.appending(path: ".cache/samples").path
    static let shared = environment("ZANCADA_SHARED") ?? root.deletingLastPathComponent().appending(path: "shared").path

    static func environment(_ name: String) -> String? {
        ProcessInfo.processInfo.environment[name].flatMap { $0.isEmpty ? nil : $0 }
    }

    /// Not started yet, and with nothing to read.
    static func process(_ arguments: [String], environment extra: [String: String]) -> Process {
        let process = Process()
        // A test that runs in the background has interrupts ignored, and its children would keep that.
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["--default-signal", binary] + arguments
        process.environment = ProcessInfo.processInfo.environment.merging(["LC_ALL": "C.UTF-8"]) { $1 }.merging(extra) { $1 }
        process.standardInput = FileHandle.nullDevice
        return process
    }

    static func start(_ arguments: [String], environment extra: [String: String] = [:]) throws -> Running {
        let process = process(arguments, environment: extra)
        let scratch = try Scratch()
        let output = try scratch.file("stdout")
        let errors = try scratch.file("stderr")
        process.standardOutput = try FileHandle(forWritingTo: output)
        process.standardError = try FileHandle(forWritingTo: errors)
        try process.run()
        return Running(process: process, output: output, errors: errors, scratch: scratch)
    }

    static func run(_ arguments: [String], environment: [String: String] = [:]) throws -> Outcome {
        try start(arguments, environment: environment).wait()
    }

    struct Running {
        let process: Process
        let output: URL
        let errors: URL
        let scratch: Scratch

        func wait() throws -> Outcome {
            process.waitUntilExit()
            let status = process.terminationReason == .exit ? process.terminationStatus : 128 + process.terminationStatus
            return Outcome(
                status: status, output: String(decoding: try Data(contentsOf: output), as: UTF8.self),
                errors: String(decoding: try Data(contentsOf: errors), as: UTF8.self))
        }
    }
}

/// A folder that is gone when the test is over.
final class Scratch: Sendable {
    let url: URL

    init() throws {
        url = FileManager.default.temporaryDirectory.appending(path: "zancada-test-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(at: url) }

    func path(_ name: String) -> String { url.appending(path: name).path }

    func file(_ name: String, _ content: Data = Data()) throws -> URL {
        let file = url.appending(path: name)
        try content.write(to: file)
        return file
    }

    /// Makes a clip with the ffmpeg program; `arguments` stand between the program and the file's name.
    func clip(_ name: String, _ arguments: String...) throws -> String {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["ffmpeg", "-v", "error", "-nostdin", "-y"] + arguments + [path(name)]
        try process.run()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw CocoaError(.fileWriteUnknown) }
        return path(name)
    }
}
