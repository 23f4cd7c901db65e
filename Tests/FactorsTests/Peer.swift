import Base
import Foundation
import Testing

/// fido2 and pyotp, in a process of their own.
enum Peer {
    static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    struct Missing: Error, CustomStringConvertible {
        let folder: String
        var description: String { "fido2 is not in \(folder): run scripts/bootstrap --only tools" }
    }

    /// Each line of what the script prints, as JSON. Ends within two minutes.
    static func lines(_ script: String, _ arguments: String...) throws -> [JSON] {
        let environment = ProcessInfo.processInfo.environment
        let tools = environment["ZANCADA_TOOLS"].map { URL(fileURLWithPath: $0) } ?? root.appending(path: ".cache/tools")
        let packages = tools.appending(path: "factors")
        guard FileManager.default.fileExists(atPath: packages.appending(path: "installed.txt").path) else {
            throw Missing(folder: packages.path)
        }
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        let path = root.appending(path: "Tests/FactorsTests/Goldens/\(script)").path
        process.arguments = ["timeout", "--signal", "KILL", "120", "python3", "-W", "ignore", path] + arguments
        process.environment = environment.merging([
            "PYTHONPATH": packages.path, "PYTHONIOENCODING": "utf-8", "PYTHONDONTWRITEBYTECODE": "1",
        ]) { $1 }
        let output = Pipe()
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = output
        try process.run()
        let text = try output.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        try #require(process.terminationStatus == 0, "\(script) failed")
        return try text.split(separator: UInt8(ascii: "\n")).map { try JSON.parse(Array($0)) }
    }
}
