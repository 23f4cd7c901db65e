import Foundation

/// The files of the repository in which these tests stand.
enum Repository {
    static let root = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    struct File: Sendable {
        /// Relative to the root.
        let path: String
        let text: String
    }

    /// Swift files below the folders, in the order of their paths.
    static func swiftFiles(_ folders: [String] = ["Sources", "Tests"]) throws -> [File] {
        try folders.flatMap { folder in
            let names = try FileManager.default.subpathsOfDirectory(atPath: root.appending(path: folder).path)
            return try names.filter { $0.hasSuffix(".swift") }.sorted().map { try file("\(folder)/\($0)") }
        }
    }

    /// Text files that git tracks, or would.
    static func trackedFiles() throws -> [File] {
        let list = try output(
            of: "git", "-C", root.path, "ls-files", "-z", "--cached", "--others", "--exclude-standard")
        return list.split(separator: 0).map { String(decoding: $0, as: UTF8.self) }.compactMap { try? file($0) }
    }

    private static func file(_ path: String) throws -> File {
        File(path: path, text: try String(contentsOf: root.appending(path: path), encoding: .utf8))
    }

    struct CommandFailed: Error {
        let command: [String]
        let status: Int32
    }

    static func output(of command: String...) throws -> Data {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = command
        let pipe = Pipe()
        process.standardOutput = pipe
        process.standardError = FileHandle.nullDevice
        try process.run()
        let data = try pipe.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw CommandFailed(command: command, status: process.terminationStatus)
        }
        return data
    }
}
