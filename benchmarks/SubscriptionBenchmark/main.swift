import Base
import Foundation

// How far subscriptions are behind, and how fast they catch up; one line of JSON each:
//   SubscriptionBenchmark lag FOLDER RATE SECONDS TOGETHER [POSTGRES-URL]   RATE entries a second, TOGETHER to a transaction (1: whole
//                                                                       creates), each heard by one subscription
//   SubscriptionBenchmark catchup FOLDER ENTRIES [POSTGRES-URL]         from the beginning, without and with bodies
//   SubscriptionBenchmark create FOLDER SECONDS [POSTGRES-URL]          creates alone: whether leaves that say whose they are cost them
// FOLDER is for keys, and for SQLite's database; POSTGRES-URL is the owner's, of a database whose tables are all removed first.
let arguments = Array(CommandLine.arguments.dropFirst())
func number(_ place: Int) -> Int? { arguments.count > place ? Int(arguments[place]) : nil }
func text(_ place: Int) -> String? { arguments.count > place ? arguments[place] : nil }
do {
    switch (text(0), text(1), number(2), number(3)) {
    case ("lag", let folder?, let rate?, let seconds?):
        try await LagBenchmark.run(rate: rate, seconds: seconds, together: max(1, number(4) ?? 1), in: folder, on: text(5))
    case ("catchup", let folder?, let count?, _): try await CatchUpBenchmark.run(count, in: folder, on: text(3))
    case ("create", let folder?, let seconds?, _): try await CreateBenchmark.run(seconds: seconds, in: folder, on: text(3))
    default:
        FileHandle.standardError.write(
            Data(
                "usage: SubscriptionBenchmark lag FOLDER RATE SECONDS TOGETHER [URL] | catchup FOLDER ENTRIES [URL] | create FOLDER SECONDS [URL]\n"
                    .utf8))
        exit(64)
    }
} catch {
    FileHandle.standardError.write(Data("\((error as? Failure)?.message.english ?? "\(error)")\n".utf8))
    exit(70)
}
