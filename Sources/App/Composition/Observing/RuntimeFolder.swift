import Foundation

/// Where the pose runtime and its networks are: the folder that `ZANCADA_RUNTIME` names, or `.cache/runtime` in the
/// current folder or in one above the program.
enum RuntimeFolder {
    static func find() -> String {
        let environment = ProcessInfo.processInfo.environment["ZANCADA_RUNTIME"].flatMap { $0.isEmpty ? nil : $0 }
        if let environment { return environment }
        let here = FileManager.default.currentDirectoryPath
        let program = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? here
        var folders = [here]
        var above = URL(fileURLWithPath: program)
        for _ in 0..<6 where above.path != "/" {
            above.deleteLastPathComponent()
            folders.append(above.path)
        }
        let found = folders.map { $0 + "/.cache/runtime" }.first { FileManager.default.fileExists(atPath: $0) }
        return found ?? here + "/.cache/runtime"
    }
}
