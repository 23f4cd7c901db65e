import Base
import Glibc
import Keys
import SQLiteEngine
import Store

/// `KeysBenchmark seal [COUNT]`: CPU a call, of one thread. `KeysBenchmark roll SUBJECTS FOLDER [POSTGRES-URL]`: an
/// organisation's epoch rolled while another task writes, on SQLite (synchronous=FULL) or on an empty PostgreSQL database.
let arguments = CommandLine.arguments.dropFirst()
switch (arguments.first, arguments.dropFirst().first, arguments.dropFirst(2).first) {
case ("seal", let count, _):
    try SealingBenchmark.run(count: count.flatMap { Int($0) } ?? 200_000)
case ("roll", let count?, let folder?):
    try await RollBenchmark.run(subjects: Int(count) ?? 1_000_000, in: folder, on: arguments.dropFirst(3).first)
default:
    print("usage: KeysBenchmark seal [COUNT] | roll SUBJECTS FOLDER [POSTGRES-URL]")
    exit(64)
}
