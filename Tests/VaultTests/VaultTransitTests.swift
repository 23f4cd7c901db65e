import Base
import Foundation
import Keys
import Store
import TestKit
import Testing
import Vault

/// Against the real server.
@Suite(.serialized, .timeLimit(.minutes(4)))
struct VaultTransitTests {
    private let key = Secret(World.live.random.bytes(32))
    private let use = KeyUse.organisation("org-1", epoch: 1)

    private func code(_ body: () async throws -> Void) async -> String {
        do { try await body() } catch let failure as Failure { return failure.code } catch { return "\(error)" }
        return "nothing was thrown"
    }

    @Test("what it wraps comes out again, for the same use and from the same bytes alone")
    func roundTrip() async throws {
        try await OpenBao.with { server in
            let root = try VaultTransit(server.configuration(), world: .live)
            let wrapped = try await root.wrap(key, for: use)
            let text = String(decoding: wrapped.bytes, as: UTF8.self)
            #expect(text.hasPrefix("vault:v1:") && wrapped.root == "transit:transit/zancada")
            #expect(try await root.unwrap(wrapped, for: use) == key)
            #expect(try await root.standing(of: wrapped) == .newest)

            for other in [KeyUse.organisation("org-1", epoch: 2), .organisation("org-2", epoch: 1), .search("org-1")] {
                #expect(await code { _ = try await root.unwrap(wrapped, for: other) } == "root_key_altered")
            }
            for index in text.indices where index > text.index(text.startIndex, offsetBy: 8) {
                let changed = text.replacingCharacters(in: index...index, with: text[index] == "A" ? "B" : "A")
                guard TransitCiphertext(changed) != nil, index.utf16Offset(in: text) % 7 == 0 else { continue }
                let altered = RootWrapped(root: wrapped.root, bytes: Array(changed.utf8))
                #expect(await code { _ = try await root.unwrap(altered, for: use) } == "root_key_altered")
            }
            let foreign = RootWrapped(root: "file:0011223344556677", bytes: wrapped.bytes)
            #expect(await code { _ = try await root.unwrap(foreign, for: use) } == "root_key_wrong")
            #expect(try await root.standing(of: foreign) == .foreign)

            try await server.call("POST", "transit/keys/other", "{}")
            var configuration = try server.configuration()
            configuration.key = "other"
            let other = try VaultTransit(configuration, world: .live)
            let renamed = RootWrapped(root: "transit:transit/other", bytes: wrapped.bytes)
            #expect(await code { _ = try await other.unwrap(renamed, for: use) } == "root_key_altered")
        }
    }

    @Test("a token that is wrong, a key or an engine that is not there, and a sealed engine are called that")
    func refusals() async throws {
        try await OpenBao.with { server in
            let root = try VaultTransit(server.configuration(), world: .live)
            let wrapped = try await root.wrap(key, for: use)
            let stranger = try VaultTransit(server.configuration(token: "nobody"), world: .live)
            #expect(await code { _ = try await stranger.unwrap(wrapped, for: use) } == "vault_denied")
            #expect(await code { _ = try await stranger.wrap(key, for: use) } == "vault_denied")

            var configuration = try server.configuration()
            configuration.mount = "nowhere"
            let nowhere = try VaultTransit(configuration, world: .live)
            #expect(await code { _ = try await nowhere.wrap(key, for: use) } == "vault_no_key")
            configuration = try server.configuration()
            configuration.key = "missing"
            let missing = try VaultTransit(configuration, world: .live)
            let renamed = RootWrapped(root: "transit:transit/missing", bytes: wrapped.bytes)
            #expect(await code { _ = try await missing.unwrap(renamed, for: use) } == "vault_no_key")
            #expect(await code { _ = try await missing.standing(of: renamed) } == "vault_no_key")

            try await server.call("PUT", "sys/seal", "{}")
            #expect(await code { _ = try await root.unwrap(wrapped, for: use) } == "vault_sealed")
        }
    }

    @Test("organisations' keys move from a file to the engine, and on to a rotated key; nothing is lost")
    func moving() async throws {
        try await OpenBao.with { server in
            let schema = KeysSchema.migrations.migrations.flatMap { $0.statements(.sqlite) }
            try await EngineMatrix.sqlite.withStore(schema) { store in
                let world = World.live
                let folder = try KeyFolder(server.folder.appending(path: "keys").path)
                let file = FileRootKey(in: folder, random: world.random)
                try await file.create()
                let before = Keyring(folder: folder, root: file, database: store.database, world: world)
                for name in ["org-1", "org-2"] { try await before.establish(name) }
                let context = EntryContext(tenant: "org-1", kind: "note", record: "r", version: 1)
                let sealed = try await before.sealingKey(of: "ana", in: "org-1").seal([1, 2, 3], as: context, random: world.random)

                let engine = try VaultTransit(server.configuration(), world: world)
                var rewrap = RootRewrap(folder, under: RootTransition(from: file, to: engine))
                #expect(try await rewrap.run() == 2)
                try FileManager.default.removeItem(atPath: "\(folder.path)/root.key")
                func open() async throws -> [UInt8]? {
                    let keyring = Keyring(folder: folder, root: engine, database: store.database, world: world)
                    return try await keyring.keys(of: "ana", in: "org-1")?.open(sealed, as: context)
                }
                #expect(try await open() == [1, 2, 3])

                try await server.call("POST", "transit/keys/zancada/rotate", "{}")
                let old = try #require(try folder.file(of: "org-1", epoch: 1)).key
                #expect(try await engine.standing(of: old) == .former)
                #expect(try await open() == [1, 2, 3])
                var second = RootRewrap(folder, under: engine)
                #expect(try await second.run() == 2)
                let new = try #require(try folder.file(of: "org-1", epoch: 1)).key
                #expect(String(decoding: new.bytes, as: UTF8.self).hasPrefix("vault:v2:"))
                // What the first version wrapped opens no more once the engine says so; what was wrapped anew does.
                try await server.call("POST", "transit/keys/zancada/config", #"{"min_decryption_version":2}"#)
                #expect(await code { _ = try await engine.unwrap(old, for: .organisation("org-1", epoch: 1)) } == "root_key_wrong")
                #expect(try await open() == [1, 2, 3])

                let keyring = Keyring(folder: folder, root: engine, database: store.database, world: world)
                var roll = EpochRoll(keyring, organisation: "org-1")
                #expect(try await roll.run().rewrapped == 1)
                #expect(try await open() == [1, 2, 3])
            }
        }
    }

    @Test("a certificate that nobody vouches for is refused, and no token is sent")
    func certificates() async throws {
        try await OpenBao.with(isEncrypted: true) { server in
            var configuration = try server.configuration()
            configuration.mostTries = 1
            let root = try VaultTransit(configuration, world: .live)
            #expect(await code { _ = try await root.wrap(key, for: use) } == "vault_unreachable")
        }
    }
}
