import Base
import Foundation
import Keys
import Store
import TestKit
import Testing

/// An organisation's epoch, moved while everything goes on, and broken off anywhere.
@Suite(.timeLimit(.minutes(4)))
struct EpochRollTests {
    private static let organisation = Ground.organisation

    /// Notes of so many subjects, more than a batch holds where it is above 1,000.
    private func notes(_ count: Int, _ ground: Ground) async throws -> [Note] {
        let keys = try await ground.keyring.sealingKeys(of: (0..<count).map { "s\($0)" }, in: Self.organisation)
        return try keys.values.map { key in
            let context = EntryContext(tenant: Self.organisation, kind: "note", record: key.subject, version: 1)
            return Note(
                subject: key.subject, context: context,
                sealed: try key.seal(Array(key.subject.utf8), as: context, random: ground.world.random))
        }
    }

    private func expectReadable(_ notes: [Note], _ keyring: Keyring) async throws {
        let keys = try await keyring.keys(of: notes.map(\.subject), in: Self.organisation)
        for note in notes {
            let opened = try #require(keys[note.subject]).open(note.sealed, as: note.context)
            #expect(opened == Array(note.subject.utf8))
        }
    }

    @Test("every key moves to the new epoch, and the old one is gone", arguments: EngineMatrix.all)
    func whole(_ engine: EngineMatrix) async throws {
        try await Ground.with(engine) { ground in
            let notes = try await notes(2_100, ground)
            let search = try await ground.keyring.searchKey(of: Self.organisation).hash(kind: "k", field: "f", value: "v")
            var roll = EpochRoll(ground.keyring, organisation: Self.organisation)
            var steps: [EpochRoll.Step] = []
            let summary = try await roll.run { steps.append($0) }
            #expect(
                steps == [
                    .made(epoch: 2), .announced(epoch: 2), .rewrapped(count: 1_000), .rewrapped(count: 1_000), .rewrapped(count: 100),
                    .destroyed(epoch: 1), .finished,
                ])
            #expect(summary.epoch == 2 && summary.rewrapped == 2_100 && summary.destroyed == [1])
            #expect(try await ground.epochs() == [2])
            #expect(try ground.names() == ["2"])
            for keyring in [ground.keyring, ground.another()] { try await expectReadable(notes, keyring) }
            #expect(try await ground.another().searchKey(of: Self.organisation).hash(kind: "k", field: "f", value: "v") == search)
        }
    }

    /// After each number of steps the process dies; another goes on.
    @Test("a roll that broke off after any step is finished by another process", arguments: EngineMatrix.all, 0...5)
    func brokenOff(_ engine: EngineMatrix, _ steps: Int) async throws {
        try await Ground.with(engine) { ground in
            let notes = try await notes(1_200, ground)
            var first = EpochRoll(ground.keyring, organisation: Self.organisation)
            _ = try await first.begin()
            for _ in 0..<steps { _ = try await first.next() }
            try await expectReadable(notes, ground.another())
            let new = try await Note.write("nuevo", about: "new", ground.another())

            var second = EpochRoll(ground.another(), organisation: Self.organisation)
            #expect(try await second.resume().epoch == 2)
            #expect(try await ground.epochs() == [2])
            #expect(try ground.folder.epochs(of: Self.organisation) == [2])
            try await expectReadable(notes, ground.another())
            #expect(try await new.read(ground.another()) == "nuevo")
            #expect(try await second.next() == .finished)
        }
    }

    @Test("writers and readers go on while it rolls, twice over", arguments: EngineMatrix.all)
    func concurrent(_ engine: EngineMatrix) async throws {
        try await Ground.with(engine) { ground in
            let notes = try await notes(1_500, ground)
            let keyrings = (0..<3).map { _ in ground.another() }
            let made = try await withThrowingTaskGroup(of: [Note].self) { group in
                for (number, keyring) in keyrings.enumerated() {
                    group.addTask {
                        var made: [Note] = []
                        for round in 0..<40 {
                            let note = try await Note.write("\(number)/\(round)", about: "w\(number)-\(round)", keyring)
                            made.append(note)
                            keyring.forgetAll()
                            #expect(try await note.read(keyring) == "\(number)/\(round)")
                            #expect(try await notes[round * 30].read(keyring) == notes[round * 30].subject)
                        }
                        return made
                    }
                }
                group.addTask {
                    for _ in 0..<2 {
                        var roll = EpochRoll(ground.another(), organisation: Self.organisation)
                        try await roll.run()
                    }
                    return []
                }
                return try await group.reduce(into: []) { $0 += $1 }
            }
            #expect(made.count == 120)
            try await expectReadable(notes, ground.another())
            for note in made { #expect(try await note.read(ground.another()) != nil) }
            var last = EpochRoll(ground.another(), organisation: Self.organisation)
            try await last.resume()
            #expect(try await ground.epochs() == [3])
        }
    }

    @Test("two processes that roll at once do no harm", arguments: EngineMatrix.all)
    func two(_ engine: EngineMatrix) async throws {
        try await Ground.with(engine) { ground in
            let notes = try await notes(2_000, ground)
            try await withThrowingTaskGroup { group in
                for _ in 0..<2 {
                    group.addTask {
                        var roll = EpochRoll(ground.another(), organisation: Self.organisation)
                        try await roll.run()
                    }
                }
                try await group.waitForAll()
            }
            try await expectReadable(notes, ground.another())
            let epochs = try ground.folder.epochs(of: Self.organisation)
            #expect(try await ground.epochs() == epochs && epochs.count == 1)
        }
    }

    @Test("a process that knows only the old epoch makes no key under it", arguments: EngineMatrix.all)
    func stale(_ engine: EngineMatrix) async throws {
        try await Ground.with(engine) { ground in
            let stale = ground.another()
            _ = try await Note.write("x", about: "ana", stale)
            var roll = EpochRoll(ground.another(), organisation: Self.organisation)
            try await roll.run()
            let note = try await Note.write("y", about: "eva", stale)
            #expect(try await ground.epochs() == [2])
            #expect(try await note.read(ground.another()) == "y")
        }
    }

    @Test("an epoch that rows still name is not destroyed", arguments: EngineMatrix.all)
    func restoredRow(_ engine: EngineMatrix) async throws {
        try await Ground.with(engine) { ground in
            let notes = try await notes(3, ground)
            var roll = EpochRoll(ground.keyring, organisation: Self.organisation)
            _ = try await roll.begin()
            let old: [UInt8]? = try await ground.database.first("SELECT wrapped FROM subject_keys WHERE subject = 's1'") {
                try $0["wrapped"]
            }
            #expect(try await roll.next() == .announced(epoch: 2))
            #expect(try await roll.next() == .rewrapped(count: 3))
            // Somebody puts an old row back before the epoch goes.
            try await ground.database.write { tx in
                try tx.execute("UPDATE subject_keys SET wrapped = \(old ?? []), epoch = 1 WHERE subject = 's1'")
            }
            var steps: [EpochRoll.Step] = []
            try await roll.resume { steps.append($0) }
            #expect(steps == [.rewrapped(count: 1), .destroyed(epoch: 1), .finished])
            try await expectReadable(notes, ground.another())
        }
    }

    @Test("a damaged row stops the roll, names the subject and destroys nothing", arguments: EngineMatrix.all)
    func damaged(_ engine: EngineMatrix) async throws {
        try await Ground.with(engine) { ground in
            _ = try await notes(3, ground)
            try await ground.database.write { tx in
                try tx.execute("UPDATE subject_keys SET wrapped = \([UInt8](repeating: 1, count: 93)) WHERE subject = 's1'")
            }
            var roll = EpochRoll(ground.keyring, organisation: Self.organisation)
            do {
                try await roll.run()
                Issue.record("a damaged key was wrapped anew")
            } catch let failure as Failure {
                #expect(failure.code == "subject_key_altered" && failure.message.spanish.contains("s1"))
            }
            #expect(try ground.folder.epochs(of: Self.organisation) == [1, 2])
        }
    }

    @Test("a folder older than the database is called that", arguments: [EngineMatrix.sqlite])
    func oldFolder(_ engine: EngineMatrix) async throws {
        try await Ground.with(engine) { ground in
            _ = try await notes(1, ground)
            try await ground.database.write { tx in try tx.execute("UPDATE organisation_epochs SET epoch = 7") }
            var roll = EpochRoll(ground.keyring, organisation: Self.organisation)
            #expect(await code { _ = try await roll.next() } == "epoch_key_missing")
            #expect(await code { _ = try await ground.another().sealingKey(of: "new", in: Self.organisation) } == "epoch_key_missing")
        }
    }

    /// A file is made under a name of its own and then given its right one: a crash between the two leaves both.
    @Test("an epoch that a crash left with two names loses one of them and no byte")
    func twoNames() async throws {
        try await Ground.with(.sqlite) { ground in
            let note = try await Note.write("a", about: "ana", ground.keyring)
            var roll = EpochRoll(ground.keyring, organisation: Ground.organisation)
            _ = try await roll.begin()
            let folder = "\(ground.folder.path)/organisations/org-1"
            try FileManager.default.linkItem(atPath: "\(folder)/2", toPath: "\(folder)/.2.new")
            try await roll.resume()
            #expect(try ground.names() == ["2"])
            #expect(try await note.read(ground.another()) == "a")
        }
    }
}
