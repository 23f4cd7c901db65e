import Access
import Base
import BenchmarkKit
import Foundation
import Records
import Store

/// `NamesBenchmark PEOPLE FOLDER [POSTGRES-URL]`: how long it takes to find somebody by part of a name among so many, the access rule
/// asked and the names sealed, and what it takes to know them; beside SQLite over the same names in clear. Names are made up.
let arguments = CommandLine.arguments.dropFirst()
guard let people = arguments.first.flatMap({ Int($0) }), let folder = arguments.dropFirst().first else {
    print("usage: NamesBenchmark PEOPLE FOLDER [POSTGRES-URL]")
    exit(64)
}
/// Written at once, for whoever looks at a long run.
func say(_ line: String) { FileHandle.standardOutput.write(Data("\(line)\n".utf8)) }

let rounds = 400

func report(_ name: String, _ names: [String], _ search: (String) async throws -> Int) async throws {
    var searches = Searches()
    for letters in [1, 2, 3, 5] {
        var times = Times()
        var shown = 0
        for _ in 0..<20 { _ = try await search(searches.next(letters, of: names)) }
        let cpu = cpuMicroseconds()
        for _ in 0..<rounds {
            let text = searches.next(letters, of: names)
            try await times.measure { shown += try await search(text) }
        }
        let each = Double(Int((cpuMicroseconds() - cpu) / Double(rounds))) / 1e3
        say(
            "\(name), \(letters) letters: median \(times.quantile(0.5)) ms, p99 \(times.quantile(0.99)) ms, CPU \(each) ms, \(shown / rounds) shown"
        )
    }
}

let filling = ContinuousClock().now
let hospital = try await Hospital(in: folder, on: arguments.dropFirst(2).first, people: people)
say("filled \(people) people in \(ContinuousClock().now - filling)")
let few = try await hospital.therapist("therapist-600", of: 600)
let many = try await hospital.therapist("therapist-6000", of: 6_000)

let search = try RecordSearch(Hospital.Person.kind.shape, in: hospital.store)
let (start, cpu) = (ContinuousClock().now, cpuMicroseconds())
try await search.prepare(Hospital.tenant)
let figures = search.figures(Hospital.tenant)
say("index built in \(ContinuousClock().now - start), \((cpuMicroseconds() - cpu) / 1e6) s of CPU")
say("\(figures.records) people, \(figures.words) words, \(figures.bytes) bytes: \(figures.bytes / max(1, figures.records)) a person")

try await report("sealed, may see all", hospital.names) { try await search.search($0, by: hospital.desk).records.count }
try await report("sealed, may see 600", hospital.names) { try await search.search($0, by: few).records.count }
try await report("sealed, may see 6,000", hospital.names) { try await search.search($0, by: many).records.count }
let clear = try await ClearNames(in: folder, Array(zip(hospital.ids, hospital.names)))
try await report("clear, FTS5", hospital.names) { try await clear.byIndex($0) }
try await report("clear, LIKE '%…%'", hospital.names) { try await clear.byPattern($0) }
await hospital.reads.flush()
await clear.database.close()
await hospital.database.close()
