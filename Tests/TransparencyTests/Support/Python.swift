import Foundation

/// Another implementation, in a process of its own.
enum Python {
    static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()

    /// What scripts/bootstrap took out of other people's packages.
    static var peers: URL {
        let environment = ProcessInfo.processInfo.environment
        return environment["ZANCADA_PEERS"].map { URL(fileURLWithPath: $0) } ?? root.appending(path: ".cache/peers")
    }

    /// Standard output, line by line, and the status.
    static func run(_ arguments: [String], environment extra: [String: String] = [:]) throws -> (lines: [String], status: Int32) {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["python3"] + arguments
        process.environment = ProcessInfo.processInfo.environment.merging(["PYTHONIOENCODING": "utf-8"]) { $1 }.merging(extra) { $1 }
        let output = Pipe()
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = output
        try process.run()
        let text = try output.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        return (String(decoding: text, as: UTF8.self).split(separator: "\n").map(String.init), process.terminationStatus)
    }
}

/// Files for one test, gone when it ends.
final class Folder {
    let url: URL

    init() throws {
        url = FileManager.default.temporaryDirectory.appending(path: "zancada-transparency-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: false)
    }

    deinit { try? FileManager.default.removeItem(at: url) }

    /// Returns the path.
    func write(_ name: String, _ bytes: [UInt8]) throws -> String {
        let file = url.appending(path: name)
        try Data(bytes).write(to: file)
        return file.path
    }
}
