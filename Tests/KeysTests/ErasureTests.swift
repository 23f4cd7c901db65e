import Base
import Foundation
import Keys
import Store
import TestKit
import Testing

/// Who is erased is erased, wherever it broke off and whatever came back.
@Suite(.timeLimit(.minutes(2)))
struct ErasureTests {
    private static let organisation = Ground.organisation

    @Test("an erased subject's notes open no more, and others' do", arguments: EngineMatrix.all)
    func erasing(_ engine: EngineMatrix) async throws {
        try await Ground.with(engine) { ground in
            let (ana, eva) = (
                try await Note.write("a", about: "ana", ground.keyring), try await Note.write("e", about: "eva", ground.keyring)
            )
            let erasures = Erasures(ground.keyring)
            try await erasures.erase("ana", in: Self.organisation)
            #expect(ground.keyring.cachedKeys(of: "ana", in: Self.organisation) == nil, "at once in this process")
            #expect(try await ana.read(ground.keyring) == nil)
            #expect(try await eva.read(ground.keyring) == "e")
            #expect(await code { _ = try await ground.another().sealingKey(of: "ana", in: Self.organisation) } == "subject_erased")
            #expect(await code { _ = try await ground.another().renewKey(of: "ana", in: Self.organisation) } == "subject_erased")
            #expect(try erasures.ledger.entries().map(\.state) == [.pending, .destroyed])

            #expect(try await erasures.complete(in: Self.organisation) == [], "the epoch that wrapped her key is still there")
            var roll = EpochRoll(ground.keyring, organisation: Self.organisation)
            try await roll.run()
            #expect(try await erasures.complete(in: Self.organisation) == ["ana"])
            #expect(try erasures.ledger.standings().map(\.state) == [.complete])
            #expect(try await erasures.complete(in: Self.organisation) == [])
            #expect(try await eva.read(ground.another()) == "e")
            try await erasures.erase("ana", in: Self.organisation)
            #expect(try erasures.ledger.entries().count == 3, "once is enough")
        }
    }

    @Test("what was sealed before is not stored after", arguments: EngineMatrix.all)
    func standing(_ engine: EngineMatrix) async throws {
        try await Ground.with(engine) { ground in
            let other = ground.another()
            let key = try await other.sealingKey(of: "ana", in: Self.organisation)
            #expect(try await ground.database.write { tx in try key.stillStands(tx) })
            try await Erasures(ground.keyring).erase("ana", in: Self.organisation)
            #expect(await code { try await ground.database.write { tx in try key.requireStanding(tx) } } == "subject_key_gone")
        }
    }

    /// The copy that a log, a replica or a backup keeps.
    @Test("a copy of the wrapped key opens until the epoch has rolled, and never after", arguments: EngineMatrix.all)
    func copies(_ engine: EngineMatrix) async throws {
        try await Ground.with(engine) { ground in
            let note = try await Note.write("a", about: "ana", ground.keyring)
            _ = try await Note.write("e", about: "eva", ground.keyring)
            let copy: [UInt8]? = try await ground.database.first("SELECT wrapped FROM subject_keys WHERE subject = 'ana'") {
                try $0["wrapped"]
            }
            let restore: @Sendable () async throws -> Void = {
                try await ground.database.write { tx in
                    try tx.execute("DELETE FROM erased_subjects")
                    try tx.execute(
                        """
                        INSERT INTO subject_keys (tenant, subject, version, epoch, wrapped, created_at)
                        VALUES (\(Self.organisation), 'ana', 1, 1, \(copy ?? []), 0)
                        """)
                }
            }
            let erasures = Erasures(ground.keyring)
            try await erasures.erase("ana", in: Self.organisation)
            try await restore()
            #expect(try await note.read(ground.another()) == "a", "pending: whoever has the copy can still read")
            #expect(try await Erasures(ground.another()).reapply() == 1)
            #expect(try await note.read(ground.another()) == nil)

            var roll = EpochRoll(ground.keyring, organisation: Self.organisation)
            try await roll.run()
            try await restore()
            #expect(await code { _ = try await note.read(ground.another()) } == "epoch_key_missing")
            #expect(try await Erasures(ground.another()).reapply() == 1)
            #expect(try await note.read(ground.another()) == nil)
        }
    }

    @Test("an erasure that broke off after the first line is taken up", arguments: EngineMatrix.all)
    func resuming(_ engine: EngineMatrix) async throws {
        struct Broken: Error {}
        try await Ground.with(engine) { ground in
            let note = try await Note.write("a", about: "ana", ground.keyring)
            let broken = Erasures(ground.keyring) { _, _, _ in throw Broken() }
            await #expect(throws: Broken.self) { try await broken.erase("ana", in: Self.organisation) }
            #expect(try broken.ledger.standings().map(\.state) == [.pending])
            #expect(await code { _ = try await ground.another().renewKey(of: "ana", in: Self.organisation) } == "subject_erased")
            #expect(try await Erasures(ground.another()).resume() == 1)
            #expect(try await note.read(ground.another()) == nil)
            #expect(try broken.ledger.entries().map(\.state) == [.pending, .destroyed])
            #expect(try await Erasures(ground.another()).resume() == 0)
        }
    }

    /// The name of an epoch's file goes first, its bytes after: a crash between the two.
    @Test("an epoch that was only half destroyed is destroyed before an erasure is called complete")
    func halfDestroyed() async throws {
        try await Ground.with(.sqlite) { ground in
            _ = try await Note.write("a", about: "ana", ground.keyring)
            let folder = "\(ground.folder.path)/organisations/org-1"
            let watched = "\(ground.folder.path)/watched"
            try FileManager.default.copyItem(atPath: "\(folder)/1", toPath: watched)
            let erasures = Erasures(ground.keyring)
            try await erasures.erase("ana", in: Self.organisation)
            var roll = EpochRoll(ground.keyring, organisation: Self.organisation)
            try await roll.run()
            for finish in [{ _ = try await roll.next() }, { _ = try await erasures.complete(in: Self.organisation) }] {
                try FileManager.default.linkItem(atPath: watched, toPath: "\(folder)/.1.gone")
                try await finish()
                #expect(try Data(contentsOf: URL(filePath: watched)).allSatisfy { $0 == 0 })
                #expect(try ground.names() == ["2"])
                try Data("again".utf8).write(to: URL(filePath: watched))
            }
        }
    }

    private static let notes: SQL = "CREATE TABLE notes (subject TEXT)"
    private static let removal: Erasures.Removal = { subject, _, tx in try tx.execute("DELETE FROM notes WHERE subject = \(subject)") }

    @Test("rows of state go after the keys", arguments: EngineMatrix.all)
    func removing(_ engine: EngineMatrix) async throws {
        try await Ground.with(engine, [Self.notes]) { ground in
            let keys = [try await Note.write("a", about: "ana", ground.keyring), try await Note.write("e", about: "eva", ground.keyring)]
            try await ground.database.write { tx in
                for note in keys { try tx.execute("INSERT INTO notes (subject) VALUES (\(note.subject))") }
            }
            try await Erasures(ground.keyring, removing: Self.removal).erase("ana", in: Self.organisation)
            #expect(try await ground.database.rows("SELECT subject FROM notes") { try $0["subject"] as String } == ["eva"])
        }
    }

    /// SQLite's writers come one after the other.
    @Test(
        "a writer who was told that the key stands comes before the erasure, which takes its row along", arguments: [EngineMatrix.postgres])
    func overtaken(_ engine: EngineMatrix) async throws {
        try await Ground.with(engine, [Self.notes]) { ground in
            let key = try await ground.keyring.sealingKey(of: "ana", in: Self.organisation)
            let (isTold, mayEnd) = (Occurrence(), Occurrence())
            let database = ground.database
            async let writing: Void = database.write { tx in
                try key.requireStanding(tx)
                isTold.happen()
                try mayEnd.block()
                try tx.execute("INSERT INTO notes (subject) VALUES ('ana')")
            }
            try await isTold.wait()
            async let erasing: Void = Erasures(ground.another(), removing: Self.removal).erase("ana", in: Self.organisation)
            let server = try ground.store.superuser()
            try await eventually {
                try server.run(
                    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'") == "1"
            }
            mayEnd.happen()
            try await writing
            try await erasing
            #expect(try await database.rows("SELECT subject FROM notes") { try $0["subject"] as String } == [])
            #expect(await code { try await database.write { tx in try key.requireStanding(tx) } } == "subject_key_gone")
        }
    }

    @Test("an erasure and those who make the key at the same time agree", arguments: EngineMatrix.all)
    func race(_ engine: EngineMatrix) async throws {
        try await Ground.with(engine) { ground in
            for round in 0..<10 {
                let subject = "s\(round)"
                await withTaskGroup { group in
                    for _ in 0..<4 {
                        let keyring = ground.another()
                        group.addTask { _ = try? await keyring.sealingKey(of: subject, in: Self.organisation) }
                    }
                    group.addTask {
                        do {
                            try await Erasures(ground.another()).erase(subject, in: Self.organisation)
                        } catch {
                            Issue.record(error)
                        }
                    }
                }
                let keys = try await ground.another().keys(of: subject, in: Self.organisation)
                #expect(keys == nil)
            }
        }
    }

    @Test("the ledger notices a line that was changed, taken out or swapped, and forgives one that broke off")
    func ledger() async throws {
        try await Ground.with(.sqlite) { ground in
            let erasures = Erasures(ground.keyring)
            for subject in ["a", "b", "c"] { try await erasures.erase(subject, in: Self.organisation) }
            let path = "\(ground.folder.path)/erasures"
            let bytes = [UInt8](try Data(contentsOf: URL(filePath: path)))
            let entries = try ErasureText(bytes).entries
            #expect(entries.map(\.subject) == ["a", "a", "b", "b", "c", "c"])
            for bit in 0..<bytes.count * 8 where bytes[bit / 8] != 10 {
                // A new line end breaks the line in two; every other change shows in its sum.
                #expect(throws: ErasureText.LineDamaged.self) { try ErasureText(bytes.flipped(bit)) }
            }
            let lines = bytes.split(separator: 10).map { Array($0) + [10] }
            for index in 0..<5 {
                var without = lines
                without.remove(at: index)
                #expect(throws: ErasureText.LineDamaged(line: index + 1)) { try ErasureText(Array(without.joined())) }
                var swapped = lines
                swapped.swapAt(index, index + 1)
                #expect(throws: ErasureText.LineDamaged(line: index + 1)) { try ErasureText(Array(swapped.joined())) }
            }
            // Broken off in the last line.
            try Data(bytes.dropLast(7)).write(to: URL(filePath: path))
            #expect(chmod(path, 0o600) == 0)
            #expect(try erasures.ledger.standings().last?.state == .pending)
            try await erasures.resume()
            #expect(try erasures.ledger.entries().map(\.state) == entries.map(\.state))
            try Data(bytes.flipped(100)).write(to: URL(filePath: path))
            #expect(await code { try await erasures.erase("d", in: Self.organisation) } == "erasure_ledger_damaged")
        }
    }
}
