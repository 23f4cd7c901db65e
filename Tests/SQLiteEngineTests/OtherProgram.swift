import Foundation

/// Another program beside the tested one, in Python. It says one line, and ends when it is told to, or by itself.
final class OtherProgram {
    /// Its first line.
    let said: String
    private let process = Process()
    private let input = Pipe()

    init(_ program: String, _ arguments: String...) throws {
        let output = Pipe()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["python3", "-c", program] + arguments
        process.standardInput = input
        process.standardOutput = output
        try process.run()
        said = String(decoding: output.fileHandleForReading.availableData, as: UTF8.self).trimmingCharacters(in: .newlines)
    }

    var number: Int32 { process.processIdentifier }

    func end() throws {
        try input.fileHandleForWriting.close()
        process.waitUntilExit()
    }
}
