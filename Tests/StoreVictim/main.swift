import Base
import Foundation
import SQLiteEngine
import Store
import WriteHistory

// A program to be killed. It writes to the SQLite database at the path that is its first argument, for the seed and the round
// that are the second and third, from as many writers as the fourth says, until it is killed or its input ends. It prints
// `? number` before each write, and `+ number` or `- number` after it was acknowledged or refused. Each line is written at once.
func complain(_ text: String, status: Int32) -> Never {
    FileHandle.standardError.write(Data("\(text)\n".utf8))
    exit(status)
}

let arguments = CommandLine.arguments
guard arguments.count == 5, let seed = UInt64(arguments[2]), let round = Int(arguments[3]), let writers = Int(arguments[4]) else {
    complain("usage: StoreVictim PATH SEED ROUND WRITERS", status: 2)
}
do {
    let database = try await SQLiteDatabase.open(SQLiteConfiguration(path: arguments[1]), world: .live)
    try await database.write { tx in try WriteTables.create(tx) }
    await WriterCrowd(database, seed: seed, round: round, writers: writers).write(until: { false }) { number, answer in
        let mark = answer == .acknowledged ? "+" : answer == .refused ? "-" : "?"
        let line = "\(mark) \(number.rawValue)\n"
        // One short call to a pipe is whole or not at all.
        _ = line.withCString { write(STDOUT_FILENO, $0, strlen($0)) }
    }
} catch {
    complain("StoreVictim: \(error)", status: 1)
}
