import Foundation

/// What backups cost by themselves: `BackupBenchmark fill ENTRIES DATA`, `chunk DATABASE FOLDER`.
/// `benchmarks/backup` runs these, the program's own commands, and restic beside them.
let arguments = CommandLine.arguments.dropFirst().map { $0 }
let work = Task {
    do {
        switch arguments.first {
        case "fill" where arguments.count == 3: try await Filling(data: arguments[2]).fill(to: Int(arguments[1]) ?? 0)
        case "chunk" where arguments.count == 3: try await Chunked.run(arguments[1], into: arguments[2])
        default:
            FileHandle.standardError.write(Data("usage: BackupBenchmark fill ENTRIES DATA | chunk DATABASE FOLDER\n".utf8))
            exit(64)
        }
        exit(0)
    } catch {
        FileHandle.standardError.write(Data("\(error)\n".utf8))
        exit(70)
    }
}
dispatchMain()
