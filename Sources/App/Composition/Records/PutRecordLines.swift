import Access
import ArgumentParser
import Base
import Records

/// Many new records, a line of JSON each; what was kept is acknowledged line by line, once it is durable.
struct RecordLines {
    let shape: KindShape
    let subject: Identifier?
    let office: RecordOffice
    let standing: Standing

    /// Lines in work at a time: their commits are made together.
    private static let atOnce = 64

    /// Creates them all. Throws `ExitCode` 65 at the end where some were refused: the acknowledgements say which, and why.
    func run() async throws {
        let input = InputLines(inHand: Self.atOnce)
        defer { input.stop() }
        let areAllKept = try await withThrowingTaskGroup(of: Bool.self) { group in
            var areAllKept = true
            var inWork = 0
            for await line in input.lines(of: .current, atMost: shape.mostBytes) {
                if Task.isCancelled { break }
                if inWork == Self.atOnce, let isKept = try await group.next() {
                    areAllKept = areAllKept && isKept
                    inWork -= 1
                }
                group.addTask {
                    defer { input.done() }
                    return try await keep(line)
                }
                inWork += 1
            }
            for try await isKept in group { areAllKept = areAllKept && isKept }
            return areAllKept
        }
        if !areAllKept { throw ExitCode(Failure.Kind.invalid.exitCode) }
    }

    /// False where it was refused for its own sake; what has to do with all of them is thrown.
    private func keep(_ line: InputLines.Line) async throws -> Bool {
        do {
            guard let bytes = line.bytes else { throw Failure.recordTooLarge(shape.mostBytes) }
            let record = try await office.store.create(shape, bytes, about: subject, by: standing)
            try Terminal.answer { json in
                json.object { json in
                    json.member("line", line.number)
                    json.member("id", record.id)
                    json.member("version", Int(record.version))
                }
            }
            return true
        } catch {
            guard let failure = error as? Failure ?? (error as? InvalidInput)?.failure, failure.kind == .invalid else { throw error }
            try Terminal.answer { json in
                json.object { json in
                    json.member("line", line.number)
                    json.member("error", failure.code)
                    json.member("message", failure.message(.chosen))
                }
            }
            return false
        }
    }
}
