import Base
import Foundation
import SQLiteEngine
import Store
import Testing
import WriteHistory

@Suite("A program that writes to SQLite and is killed")
struct KilledProcessTests {
    @Test("what it was told is done is there after twenty kills, and nothing is half there")
    func killed() async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "zancada-victim-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        let path = folder.appending(path: "store.sqlite").path
        let seed = UInt64.random(in: 1...1_000_000)
        var chance = FixedWorldSeed(seed)
        let ledger = SharedLedger(seed: seed)
        for round in 1...20 {
            let victim = try Victim(path: path, seed: seed, round: round, writers: 6)
            try victim.read(acknowledgements: 1 + chance.below(120)) { ledger.note($0, $1) }
            victim.kill(after: UInt32(chance.below(2_000)))
            try victim.read(acknowledgements: .max) { ledger.note($0, $1) }
            #expect(victim.wasKilled, "it ended by itself: \(victim.complaint)")
            let database = try await SQLiteDatabase.open(SQLiteConfiguration(path: path), world: .live)
            #expect(try await database.check().filter { $0.severity == .broken } == [])
            let faults = try await ledger.look(into: database)
            await database.close()
            #expect(faults == [], "seed \(seed), round \(round)")
        }
        #expect(ledger.count(of: .acknowledged) >= 20)
    }
}

/// The running `StoreVictim`.
private final class Victim {
    static let url = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent().appending(path: "StoreVictim")

    private let process = Process()
    private let output = Pipe()
    private let errors = Pipe()
    private var unread: [UInt8] = []

    init(path: String, seed: UInt64, round: Int, writers: Int) throws {
        process.executableURL = Self.url
        process.arguments = [path, "\(seed)", "\(round)", "\(writers)"]
        process.standardOutput = output
        process.standardError = errors
        try process.run()
    }

    /// Reads lines until so many writes were acknowledged, or until the output ends.
    func read(acknowledgements: Int, _ note: (WriteNumber, WriteLedger.Answer) -> Void) throws {
        var count = 0
        while count < acknowledgements {
            guard let end = unread.firstIndex(of: UInt8(ascii: "\n")) else {
                let more = output.fileHandleForReading.availableData
                if more.isEmpty { return }
                unread += more
                continue
            }
            let words = String(decoding: unread[..<end], as: UTF8.self).split(separator: " ")
            unread.removeSubrange(...end)
            guard words.count == 2, let number = Int64(words[1]) else { throw Unreadable(line: words.joined(separator: " ")) }
            let answer: WriteLedger.Answer = words[0] == "+" ? .acknowledged : words[0] == "-" ? .refused : .unknown
            if answer == .acknowledged { count += 1 }
            note(WriteNumber(rawValue: number), answer)
        }
    }

    /// The moment is left to chance; nothing waits for it.
    func kill(after microseconds: UInt32) {
        usleep(microseconds)
        Foundation.kill(process.processIdentifier, SIGKILL)
    }

    var wasKilled: Bool {
        process.waitUntilExit()
        return process.terminationReason == .uncaughtSignal && process.terminationStatus == SIGKILL
    }

    var complaint: String { String(decoding: errors.fileHandleForReading.availableData, as: UTF8.self) }

    deinit {
        if process.isRunning { Foundation.kill(process.processIdentifier, SIGKILL) }
    }
}

private struct Unreadable: Error {
    let line: String
}
