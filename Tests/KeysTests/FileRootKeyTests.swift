import Base
import Foundation
import Keys
import TestKit
import Testing

/// The root key's file, and a new one in its place.
@Suite(.timeLimit(.minutes(2)))
struct FileRootKeyTests {
    private static let organisation = Ground.organisation

    @Test("a root key is made once, and never beside organisations that it would not open")
    func making() async throws {
        try await Ground.with(.sqlite) { ground in
            let path = "\(ground.folder.path)/root.key"
            #expect(try Data(contentsOf: URL(filePath: path)).count == 32)
            #expect(await code { try await ground.root.create() } == "root_key_missing")
            try FileManager.default.removeItem(atPath: path)
            #expect(await code { try await ground.root.create() } == "root_key_missing")
            #expect(try !ground.root.exists())
            #expect(await code { _ = try await ground.another().sealingKey(of: "ana", in: Self.organisation) } == "root_key_missing")
        }
        try await Ground.with(.sqlite, established: false) { ground in
            #expect(await code { try await ground.root.create() } == "root_key_exists")
        }
    }

    @Test("a root key that is too long, too short, open to others or a link is refused")
    func refusals() async throws {
        try await Ground.with(.sqlite) { ground in
            let path = "\(ground.folder.path)/root.key"
            func expect(_ expected: String, mode: Int = 0o600, _ bytes: Data) async throws {
                try FileManager.default.removeItem(atPath: path)
                try bytes.write(to: URL(filePath: path))
                try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
                #expect(await code { _ = try await ground.another().sealingKey(of: "ana", in: Self.organisation) } == expected)
            }
            let key = try Data(contentsOf: URL(filePath: path))
            try await expect("root_key_length", key.dropLast())
            try await expect("root_key_length", key + [0])
            try await expect("root_key_length", Data())
            try await expect("key_file_damaged", Data(repeating: 1, count: 5_000))
            try await expect("key_file_damaged", Data(repeating: 0, count: 32))
            try await expect("root_key_wrong", Data(repeating: 1, count: 32))
            for mode in [0o640, 0o604, 0o660, 0o610] { try await expect("key_file_too_open", mode: mode, key) }
            try FileManager.default.moveItem(atPath: path, toPath: "\(path).moved")
            try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: "\(path).moved")
            #expect(await code { _ = try await ground.another().sealingKey(of: "ana", in: Self.organisation) } == "key_file_not_a_file")
        }
    }

    /// Three organisations with two epochs each, and a note.
    private func with(_ body: (Ground, Note) async throws -> Void) async throws {
        try await Ground.with(.sqlite) { ground in
            for name in ["org-2", "org-3"] { try await ground.keyring.establish(name) }
            let note = try await Note.write("x", about: "ana", ground.keyring)
            _ = try await EpochRoll(ground.keyring, organisation: Self.organisation).begin()
            try await body(ground, note)
        }
    }

    @Test("a rotation that broke off after any step is finished, and keys are found throughout", arguments: 0...5)
    func rotation(_ steps: Int) async throws {
        try await with { ground, note in
            let former = try Data(contentsOf: URL(filePath: "\(ground.folder.path)/root.key"))
            let name = try ground.root.newestName()
            for step in 0..<steps + 1 {
                // Each step by a process of its own.
                var rotation = FileRootRotation(ground.root)
                _ = step == 0 ? try await rotation.begin() : try await rotation.next()
            }
            #expect(try await note.read(ground.another()) == "x")
            try await ground.another().establish("org-4")
            #expect(try FileRootRotation(ground.root).isUnfinished == (steps < 5))

            var last = FileRootRotation(ground.root)
            if steps < 5 { try await last.run() }
            #expect(try await note.read(ground.another()) == "x")
            for organisation in ["org-1", "org-2", "org-3", "org-4"] {
                for epoch in try ground.folder.epochs(of: organisation) {
                    let file = try #require(try ground.folder.file(of: organisation, epoch: epoch))
                    #expect(try file.key.root == ground.root.newestName() && file.key.root != name)
                }
            }
            #expect(try ground.names(in: "").filter { $0.contains("root") } == ["root.key"])
            #expect(try Data(contentsOf: URL(filePath: "\(ground.folder.path)/root.key")) != former)
        }
    }

    @Test(
        "while the root is rotated and the epoch rolled, again and again, others make and open keys",
        arguments: [EngineMatrix.sqlite, .postgres])
    func underWriters(_ engine: EngineMatrix) async throws {
        try await Ground.with(engine) { ground in
            // Nothing is kept, so every key is read while the files change.
            var limits = Keyring.Limits()
            limits.age = .zero
            let keyrings = (0..<3).map { _ in ground.another(limits: limits) }
            let notes = try await withThrowingTaskGroup { group in
                for (writer, keyring) in keyrings.enumerated() {
                    group.addTask {
                        var notes: [Note] = []
                        for number in 0..<60 {
                            let note = try await Note.write("text", about: "person-\(writer)-\(number)", keyring)
                            #expect(try await note.read(keyring) == "text")
                            notes.append(note)
                        }
                        return notes
                    }
                }
                group.addTask {
                    for _ in 0..<10 {
                        var rotation = FileRootRotation(ground.root)
                        try await rotation.run()
                        var roll = EpochRoll(ground.another(), organisation: Self.organisation)
                        try await roll.run()
                    }
                    return []
                }
                return try await group.reduce(into: []) { $0 += $1 }
            }
            #expect(notes.count == 180)
            for note in notes { #expect(try await note.read(ground.another()) == "text") }
            #expect(try ground.folder.epochs(of: Self.organisation) == [11])
        }
    }

    @Test("a root key is made for a move, and never where one in a file was lost")
    func makingForMove() async throws {
        try await with { ground, note in
            try await ground.root.createForMove()
            #expect(try await note.read(ground.another()) == "x", "the one that is there stays")
            try FileManager.default.removeItem(atPath: "\(ground.folder.path)/root.key")
            #expect(await code { try await ground.root.createForMove() } == "root_key_missing")
            #expect(try !ground.root.exists())
        }
    }

    @Test("a rotation that broke off between the two files goes on with the next key")
    func betweenFiles() async throws {
        try await with { ground, note in
            _ = try await FileRootRotation(ground.root).begin()
            var rewrap = RootRewrap(ground.folder, under: ground.root)
            #expect(try await rewrap.run() == 4)
            try FileManager.default.moveItem(
                atPath: "\(ground.folder.path)/root.key", toPath: "\(ground.folder.path)/.root.key.gone")
            #expect(try await note.read(ground.another()) == "x")
            var rotation = FileRootRotation(ground.root)
            #expect(try await rotation.run() == 0)
            #expect(try await note.read(ground.another()) == "x")
            #expect(try ground.names(in: "").filter { $0.contains("root") } == ["root.key"])
        }
    }

    @Test("from one root to another everything is wrapped anew, and then the former opens nothing")
    func transition() async throws {
        try await with { ground, note in
            try await Ground.withFolder { path in
                let new = FileRootKey(in: try KeyFolder(path), random: ground.world.random)
                try await new.create()
                let both = RootTransition(from: ground.root, to: new)
                let during = Keyring(folder: ground.folder, root: both, database: ground.store.database, world: ground.world)
                #expect(try await note.read(during) == "x")
                var rewrap = RootRewrap(ground.folder, under: both)
                #expect(try await rewrap.run() == 4)
                let after = Keyring(folder: ground.folder, root: new, database: ground.store.database, world: ground.world)
                #expect(try await note.read(after) == "x")
                #expect(await code { _ = try await note.read(ground.another()) } == "root_key_wrong")
            }
        }
    }
}
