import Base
import Glibc
import Keys
import SQLiteEngine
import Store

/// `KeysBenchmark seal [COUNT]`: CPU a call, of one thread. `KeysBenchmark roll SUBJECTS FOLDER`: an organisation's epoch rolled
/// on SQLite (synchronous=FULL) while another task writes.
let arguments = CommandLine.arguments.dropFirst()
switch (arguments.first, arguments.dropFirst().first, arguments.dropFirst(2).first) {
case ("seal", let count, _):
    try SealingBenchmark.run(count: count.flatMap { Int($0) } ?? 200_000)
case ("roll", let count?, let folder?):
    try await RollBenchmark.run(subjects: Int(count) ?? 1_000_000, in: folder)
default:
    print("usage: KeysBenchmark seal [COUNT] | roll SUBJECTS FOLDER")
    exit(64)
}
