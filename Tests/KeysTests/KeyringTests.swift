import Base
import Keys
import Store
import TestKit
import Testing

@Suite(.timeLimit(.minutes(2)))
struct KeyringTests {
    private static let organisation = Ground.organisation

    @Test("a key is made at the first use and found ever after", arguments: EngineMatrix.all)
    func firstUse(_ engine: EngineMatrix) async throws {
        try await Ground.with(engine) { ground in
            #expect(try await ground.keyring.keys(of: "ana", in: Self.organisation) == nil)
            let note = try await Note.write("hola", about: "ana", ground.keyring)
            #expect(try await note.read(ground.keyring) == "hola")
            #expect(try await note.read(ground.another()) == "hola")
            #expect(ground.keyring.cachedKeys(of: "ana", in: Self.organisation) != nil)
            let stored: [[UInt8]] = try await ground.database.rows("SELECT wrapped FROM subject_keys") { try $0["wrapped"] }
            #expect(stored.map(\.count) == [93])
        }
    }

    @Test("many who need it first make one key", arguments: EngineMatrix.all)
    func crowd(_ engine: EngineMatrix) async throws {
        try await Ground.with(engine) { ground in
            let keyrings = (0..<4).map { _ in ground.another() }
            let notes = try await withThrowingTaskGroup(of: Note.self) { group in
                for number in 0..<24 {
                    group.addTask { try await Note.write("\(number)", about: "ana", number: number, keyrings[number % 4]) }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(try await ground.database.rows("SELECT version FROM subject_keys") { try $0["version"] as Int64 } == [1])
            for note in notes {
                #expect(try await note.read(ground.another()) == note.context.record.split(separator: "-").last.map(String.init))
            }
        }
    }

    @Test("a new version seals, and the earlier ones still open", arguments: EngineMatrix.all)
    func versions(_ engine: EngineMatrix) async throws {
        try await Ground.with(engine) { ground in
            let old = try await Note.write("uno", about: "ana", ground.keyring)
            #expect(try await ground.keyring.renewKey(of: "ana", in: Self.organisation).version == 2)
            let new = try await Note.write("dos", about: "ana", number: 2, ground.keyring)
            #expect(try await ground.keyring.sealingKey(of: "ana", in: Self.organisation).version == 2)
            for keyring in [ground.keyring, ground.another()] {
                #expect(try await old.read(keyring) == "uno")
                #expect(try await new.read(keyring) == "dos")
            }
        }
    }

    @Test("many subjects are found by one call", arguments: EngineMatrix.all)
    func lists(_ engine: EngineMatrix) async throws {
        try await Ground.with(engine) { ground in
            for number in 0..<30 { _ = try await Note.write("x", about: "s\(number)", ground.keyring) }
            let found = try await ground.another().keys(of: (0..<60).map { "s\($0)" } + ["s1"], in: Self.organisation)
            #expect(Set(found.keys) == Set((0..<30).map { "s\($0)" }))
            #expect(found.allSatisfy { $0.value.newest.subject == $0.key })
        }
    }

    @Test("one organisation's keys are no other's", arguments: EngineMatrix.all)
    func organisations(_ engine: EngineMatrix) async throws {
        try await Ground.with(engine) { ground in
            let note = try await Note.write("x", about: "ana", ground.keyring)
            #expect(try await ground.keyring.keys(of: "ana", in: "org-2") == nil)
            #expect(await code { _ = try await ground.keyring.sealingKey(of: "ana", in: "org-2") } == "organisation_key_missing")
            try await ground.keyring.establish("org-2")
            let other = try await ground.keyring.sealingKey(of: "ana", in: "org-2")
            #expect(throws: SealingError.wrongKey) { try Sealing.open(note.sealed, under: other.entryKey(note.context), as: note.context) }
            let one = try await ground.keyring.searchKey(of: Self.organisation).hash(kind: "k", field: "f", value: "v")
            #expect(try await ground.keyring.searchKey(of: "org-2").hash(kind: "k", field: "f", value: "v") != one)
        }
    }

    @Test("a wrapped key in another's row is refused", arguments: EngineMatrix.all)
    func swapped(_ engine: EngineMatrix) async throws {
        try await Ground.with(engine) { ground in
            _ = try await Note.write("x", about: "ana", ground.keyring)
            _ = try await Note.write("x", about: "eva", ground.keyring)
            try await ground.database.write { tx in
                let wrapped: [UInt8]? = try tx.first("SELECT wrapped FROM subject_keys WHERE subject = 'ana'") { try $0["wrapped"] }
                try tx.execute("UPDATE subject_keys SET wrapped = \(wrapped ?? []) WHERE subject = 'eva'")
            }
            #expect(await code { _ = try await ground.another().keys(of: "eva", in: Self.organisation) } == "subject_key_altered")
        }
    }

    @Test("a root key of another installation is called that", arguments: [EngineMatrix.sqlite])
    func wrongRoot(_ engine: EngineMatrix) async throws {
        try await Ground.with(engine) { ground in
            let note = try await Note.write("x", about: "ana", ground.keyring)
            try await Ground.withFolder { path in
                let other = FileRootKey(in: try KeyFolder(path), random: ground.world.random)
                try await other.create()
                let keyring = Keyring(folder: ground.folder, root: other, database: ground.store.database, world: ground.world)
                #expect(await code { _ = try await note.read(keyring) } == "root_key_wrong")
                #expect(await code { _ = try await keyring.sealingKey(of: "new", in: Self.organisation) } == "root_key_wrong")
                #expect(
                    await code {
                        var rewrap = RootRewrap(ground.folder, under: other)
                        _ = try await rewrap.next()
                    } == "root_key_wrong")
            }
        }
    }

    @Test("an establishment that broke off is finished, and a lost folder is not replaced", arguments: EngineMatrix.all)
    func establishing(_ engine: EngineMatrix) async throws {
        try await Ground.with(engine) { ground in
            try await ground.keyring.establish(Self.organisation)
            let note = try await Note.write("x", about: "ana", ground.keyring)
            // Broken off between the file and the row.
            try await ground.database.write { tx in try tx.execute("DELETE FROM organisation_epochs") }
            #expect(
                await code { _ = try await ground.another().sealingKey(of: "eva", in: Self.organisation) } == "organisation_key_missing")
            try await ground.another().establish(Self.organisation)
            #expect(try await note.read(ground.another()) == "x")
            #expect(try ground.folder.epochs(of: Self.organisation) == [1])
            try await Ground.withFolder { path in
                let folder = try KeyFolder(path)
                let root = FileRootKey(in: folder, random: ground.world.random)
                try await root.create()
                let lost = Keyring(folder: folder, root: root, database: ground.store.database, world: ground.world)
                #expect(await code { try await lost.establish(Self.organisation) } == "organisation_key_missing")
                #expect(await code { _ = try await note.read(lost) } == "epoch_key_missing")
            }
        }
    }

    @Test(
        "names that would leave the folder are refused", arguments: ["", "..", "a/b", ".", "ñ", "a b", String(repeating: "a", count: 65)])
    func names(_ name: String) async throws {
        try await Ground.with(.sqlite) { ground in
            #expect(await code { try await ground.keyring.establish(name) } == "organisation_name")
            #expect(await code { _ = try await ground.keyring.sealingKey(of: name, in: Self.organisation) } == "subject_name")
        }
    }

    @Test("no more keys are kept than the limit, and none longer")
    func bounds() async throws {
        let fixed = FixedWorld(seed: 3)
        try await Ground.with(.sqlite) { ground in
            var limits = Keyring.Limits()
            limits.subjects = 10
            limits.age = .seconds(5)
            let keyring = Keyring(
                folder: ground.folder, root: ground.root, database: ground.store.database, world: fixed.world, limits: limits)
            for number in 0..<40 {
                _ = try await keyring.sealingKey(of: "s\(number)", in: Self.organisation)
                _ = keyring.cachedKeys(of: "s0", in: Self.organisation)
            }
            #expect(keyring.gauges == [Gauge("keys_cached", 10)])
            #expect(keyring.cachedKeys(of: "s0", in: Self.organisation) != nil, "what is used stays")
            fixed.advance(by: .seconds(5))
            #expect(keyring.cachedKeys(of: "s0", in: Self.organisation) == nil)
            keyring.forgetAll()
            #expect(keyring.gauges == [Gauge("keys_cached", 0)])
        }
    }
}
