import Foundation

/// A program of Python with the packages of one list of scripts/bootstrap (`scripts/NAME.txt`).
enum PythonProgram {
    struct Missing: Error, CustomStringConvertible {
        let folder: String
        var description: String { "nothing is installed in \(folder): run scripts/bootstrap" }
    }

    /// Where a list's packages are.
    static func packages(_ list: String) throws -> URL {
        let tools = Zancada.environment("ZANCADA_TOOLS") ?? Zancada.root.appending(path: ".cache/tools").path
        let folder = URL(fileURLWithPath: tools).appending(path: list)
        guard FileManager.default.fileExists(atPath: folder.appending(path: "installed.txt").path) else {
            throw Missing(folder: folder.path)
        }
        return folder
    }

    /// Runs a program with the packages of some lists, for at most `seconds`; what it says on both its outputs is `output`.
    static func run(
        _ program: String, _ arguments: [String], with lists: String..., atMost seconds: Int = 150, in scratch: Scratch
    ) throws -> Zancada.Outcome {
        let output = try scratch.file("said-\(UUID().uuidString)")
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["timeout", "--signal", "KILL", "\(seconds)", "python3", program] + arguments
        process.environment = ProcessInfo.processInfo.environment.merging([
            "PYTHONPATH": try lists.map { try packages($0).path }.joined(separator: ":"), "PYTHONDONTWRITEBYTECODE": "1", "NO_COLOR": "1",
            "COLUMNS": "160",
        ]) { $1 }
        process.currentDirectoryURL = scratch.url
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = try FileHandle(forWritingTo: output)
        process.standardError = process.standardOutput
        try process.run()
        process.waitUntilExit()
        let status = process.terminationReason == .exit ? process.terminationStatus : 128 + process.terminationStatus
        return Zancada.Outcome(status: status, output: String(decoding: try Data(contentsOf: output), as: UTF8.self), errors: "")
    }

    /// One of ours.
    static func script(_ name: String) -> String { Zancada.root.appending(path: "scripts/\(name)").path }
}
