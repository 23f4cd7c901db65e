import Foundation
import Transparency

// What the journal's tree costs: appending a leaf, and proofs among COUNT entries (10,000,000). One line of JSON each.
let count = CommandLine.arguments.dropFirst().first.flatMap { Int($0) } ?? 10_000_000
do {
    for measurement in try TreeBenchmark.run(count: count) { print(measurement) }
} catch {
    FileHandle.standardError.write(Data("\(error)\n".utf8))
    exit(70)
}
