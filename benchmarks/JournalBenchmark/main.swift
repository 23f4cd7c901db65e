import Base
import Foundation
import Transparency

// What the journal costs, one line of JSON each:
//   JournalBenchmark [tree] [COUNT]                        appending a leaf, and proofs among COUNT leaves in memory (10,000,000)
//   JournalBenchmark verify COUNT FOLDER [POSTGRES-URL]    verifying COUNT entries, without keys
//   JournalBenchmark proof COUNT FOLDER [POSTGRES-URL]     a proof among COUNT leaves from the database's tiles
// FOLDER is for SQLite's database; POSTGRES-URL is the owner's, of an empty database. What was filled is used again.
var arguments = Array(CommandLine.arguments.dropFirst())
let work = arguments.first.flatMap { Int($0) } == nil && !arguments.isEmpty ? arguments.removeFirst() : "tree"
let count = arguments.first.flatMap { Int($0) }
do {
    switch (work, count, arguments.dropFirst().first) {
    case ("tree", _, nil): for measurement in try TreeBenchmark.run(count: count ?? 10_000_000) { print(measurement) }
    case ("verify", let count?, let folder?): try await VerifyBenchmark.run(count: count, in: folder, on: arguments.dropFirst(2).first)
    case ("proof", let count?, let folder?): try await ProofBenchmark.run(count: count, in: folder, on: arguments.dropFirst(2).first)
    default:
        FileHandle.standardError.write(Data("usage: JournalBenchmark [tree] [COUNT] | verify|proof COUNT FOLDER [POSTGRES-URL]\n".utf8))
        exit(64)
    }
} catch {
    FileHandle.standardError.write(Data("\((error as? Failure)?.message.english ?? "\(error)")\n".utf8))
    exit(70)
}
