import Base
import Foundation
import Keys
import TestKit
import Testing

/// The files: who may read them, and what a crash leaves.
@Suite(.timeLimit(.minutes(2)))
struct KeyFolderTests {
    private static let organisation = Ground.organisation

    private func mode(_ path: String) throws -> Int {
        try #require(try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int)
    }

    private func setMode(_ mode: Int, _ path: String) throws {
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
    }

    @Test("files and folders are their owner's alone")
    func permissions() async throws {
        try await Ground.with(.sqlite) { ground in
            let path = ground.folder.path
            for folder in [path, "\(path)/organisations", "\(path)/organisations/org-1"] { #expect(try mode(folder) == 0o700) }
            for file in ["root.key", "organisations/org-1/1", "lock"] { #expect(try mode("\(path)/\(file)") == 0o600) }
            try setMode(0o640, "\(path)/organisations/org-1/1")
            #expect(await code { _ = try ground.folder.file(of: Self.organisation, epoch: 1) } == "key_file_too_open")
            try setMode(0o750, path)
            #expect(await code { _ = try KeyFolder(path) } == "key_folder_too_open")
        }
    }

    @Test("an epoch's file in another's place, cut, altered or a link is refused")
    func damage() async throws {
        try await Ground.with(.sqlite) { ground in
            try await ground.keyring.establish("org-2")
            let (one, two) = ("\(ground.folder.path)/organisations/org-1/1", "\(ground.folder.path)/organisations/org-2/1")
            let bytes = try Data(contentsOf: URL(filePath: one))
            func expect(_ expected: String, _ change: () throws -> Void) async throws {
                try FileManager.default.removeItem(atPath: two)
                try change()
                if try FileManager.default.attributesOfItem(atPath: two)[.type] as? FileAttributeType == .typeRegular {
                    try setMode(0o600, two)
                }
                #expect(await code { _ = try await ground.another().sealingKey(of: "ana", in: "org-2") } == expected)
            }
            try await expect("key_file_damaged") { try bytes.write(to: URL(filePath: two)) }
            try await expect("key_file_damaged") { try bytes.dropLast(20).write(to: URL(filePath: two)) }
            try await expect("key_file_damaged") { try Data(repeating: 0, count: 5_000).write(to: URL(filePath: two)) }
            try await expect("key_file_damaged") { try Data().write(to: URL(filePath: two)) }
            try await expect("key_file_not_a_file") { try FileManager.default.createSymbolicLink(atPath: two, withDestinationPath: one) }
            try await expect("key_file_not_a_file") {
                try FileManager.default.createDirectory(atPath: two, withIntermediateDirectories: false)
            }
            // Another organisation's key under this one's name.
            try await expect("root_key_altered") {
                let text = String(decoding: bytes, as: UTF8.self).replacingOccurrences(of: "org-1", with: "org-2")
                try Data(text.utf8).write(to: URL(filePath: two))
            }
        }
    }

    @Test("what a crash left of a file is swept, and does not come back")
    func leftovers() async throws {
        try await Ground.with(.sqlite) { ground in
            let folder = "\(ground.folder.path)/organisations/org-1"
            let note = try await Note.write("x", about: "ana", ground.keyring)
            // A creation that broke off, and a destruction that broke off before its bytes were overwritten.
            try Data("half".utf8).write(to: URL(filePath: "\(folder)/.2.new"))
            try FileManager.default.copyItem(atPath: "\(folder)/1", toPath: "\(folder)/.7.gone")
            try FileManager.default.linkItem(atPath: "\(folder)/.7.gone", toPath: "\(ground.folder.path)/watched")
            #expect(try ground.folder.epochs(of: Self.organisation) == [1])
            var roll = EpochRoll(ground.keyring, organisation: Self.organisation)
            try await roll.run()
            #expect(try ground.names() == ["2"])
            let watched = try Data(contentsOf: URL(filePath: "\(ground.folder.path)/watched"))
            #expect(!watched.isEmpty && watched.allSatisfy { $0 == 0 }, "overwritten before it was removed")
            #expect(try await note.read(ground.another()) == "x")
        }
    }

    @Test("a creation that broke off once the file had its name leaves a key that is not overwritten")
    func brokenCreation() async throws {
        try await Ground.with(.sqlite) { ground in
            let note = try await Note.write("x", about: "ana", ground.keyring)
            let (folder, root) = ("\(ground.folder.path)/organisations/org-1", "\(ground.folder.path)/root.key")
            try FileManager.default.linkItem(atPath: "\(folder)/1", toPath: "\(folder)/.1.new")
            try FileManager.default.linkItem(atPath: root, toPath: "\(ground.folder.path)/.root.key.new")
            #expect(try ground.folder.hasLeftovers && ground.folder.unfinishedRolls() == [Self.organisation])
            try await ground.folder.sweep()
            var roll = EpochRoll(ground.another(), organisation: Self.organisation)
            try await roll.resume()
            #expect(try ground.names() == ["1"])
            #expect(try !ground.folder.hasLeftovers && ground.folder.unfinishedRolls().isEmpty)
            #expect(try await note.read(ground.another()) == "x")
        }
    }

    @Test("one at a time holds the lock, across processes and within one")
    func lock() async throws {
        try await Ground.with(.sqlite, established: false) { ground in
            let names = (0..<12).map { "org-\($0)" }
            try await withThrowingTaskGroup { group in
                for name in names + names {
                    group.addTask { try await ground.another().establish(name) }
                }
                try await group.waitForAll()
            }
            #expect(try ground.folder.organisations() == names.sorted())
            for name in names { #expect(try ground.folder.epochs(of: name) == [1]) }
        }
    }
}
