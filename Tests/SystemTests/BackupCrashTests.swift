import Foundation
import Testing

/// Killed at moments that nobody chose, short of room, and two at once.
@Suite("backups that are cut short", .timeLimit(.minutes(10)))
struct BackupCrashTests {
    private static let rounds = 12

    /// Starts a command and kills it somewhere in it; false where it had ended before.
    private func kill(_ running: Zancada.Running, within usual: TimeInterval) throws -> Bool {
        usleep(UInt32(TimeInterval.random(in: 0.1 * usual...1.05 * usual) * 1_000_000))
        Foundation.kill(running.process.processIdentifier, SIGKILL)
        return try running.wait().status == 128 + SIGKILL
    }

    private func time(_ body: () throws -> Void) rethrows -> TimeInterval {
        let start = Date()
        try body()
        return Date().timeIntervalSince(start)
    }

    @Test("backup, prune and restore, killed anywhere, leave every backup whole or gone", arguments: ErasureScene.Engine.allCases)
    func killed(_ engine: ErasureScene.Engine) throws {
        let ground = try BackupGround(engine)
        defer { #expect(throws: Never.self) { try ground.end() } }
        var eva = try ErasureStory("Eva", in: "clinic", ground.scene)
        try eva.write(isLong: true)
        let rounds = engine == .sqlite ? Self.rounds : 4
        var cut = 0
        let usual = try time { try ground.backUp() }
        for _ in 0..<rounds {
            try eva.write(isLong: true)
            if try kill(try ground.start(["backup", "--to", ground.folder]), within: usual) { cut += 1 }
            if try kill(try ground.start(["backup", "prune", "--keep", "2", "--to", ground.folder]), within: usual) { cut += 1 }
            let verified = try ground.scene.json(try ground.run(["backup", "verify", "--to", ground.folder, "--json"]))
            #expect(verified["whole"] as? Bool == true)
        }
        let newest = try ground.backUp()
        try ground.run(["backup", "prune", "--keep", "1", "--to", ground.folder])
        for folder in ["", "/packs", "/index", "/backups"] {
            let names = try FileManager.default.contentsOfDirectory(atPath: ground.folder + folder)
            #expect(!names.contains { $0.hasPrefix(".part") }, "\(folder)")
            if folder == "/backups" { #expect(names == [newest]) }
        }
        #expect(!FileManager.default.fileExists(atPath: ground.scene.data.path + "/backup-in-progress"))

        let target = try ground.target("restored")
        let whole = try ground.target("whole")
        let usualRestore = try time { try #require(try ground.restore(to: whole).status == 0) }
        for _ in 0..<rounds {
            let running = try Zancada.start(
                ["restore", "--from", ground.folder, "--kit", ground.kitPath, "--data", target.data], environment: target.environment)
            guard try kill(running, within: usualRestore) else { break }
            cut += 1
            guard FileManager.default.fileExists(atPath: target.data) else {
                // Nothing starts on what is unfinished.
                #expect(try target.run(["record", "list", "note", "--org", "clinic"]).status != 0)
                try? FileManager.default.removeItem(atPath: target.data)
                continue
            }
            break
        }
        #expect(cut > rounds / 2)
        if engine == .sqlite {
            if !FileManager.default.fileExists(atPath: target.data) { #expect(try ground.restore(to: target).status == 0) }
            let notes = try target.run(["record", "list", "note", "--org", "clinic"]).output
            #expect(eva.texts.allSatisfy { notes.contains($0) })
            #expect(!FileManager.default.fileExists(atPath: target.data + ".restoring"))
        }
    }

    @Test("a folder that fills up: one sentence, nothing half counts, what was there is whole, and nothing temporary stays")
    func full() throws {
        let ground = try BackupGround(.sqlite)
        var eva = try ErasureStory("Eva", in: "clinic", ground.scene)
        try eva.write()
        let first = try ground.backUp()
        try eva.write()
        // No file may be larger than so many blocks of 512 bytes: the disk's answer is EFBIG where ENOSPC would be.
        for blocks in [1, 8, 64, 200] {
            let process = Process()
            process.executableURL = URL(fileURLWithPath: "/bin/sh")
            process.arguments = [
                "-c", "ulimit -f \(blocks); trap '' XFSZ; exec \"$@\"", "sh", Zancada.binary, "backup", "--to", ground.folder, "--data",
                ground.scene.data.path,
            ]
            let errors = Pipe()
            process.standardError = errors
            process.standardOutput = FileHandle.nullDevice
            try process.run()
            let said = String(decoding: try errors.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
            process.waitUntilExit()
            #expect([73, 74].contains(process.terminationStatus), "\(blocks): \(process.terminationStatus) \(said)")
            #expect(said.split(separator: "\n").filter { $0.hasPrefix("zancada: ") }.count == 1, "\(said)")
            #expect(!FileManager.default.fileExists(atPath: ground.scene.data.path + "/backup-in-progress"))
            #expect(try Files.all(in: URL(fileURLWithPath: ground.folder)).allSatisfy { !$0.lastPathComponent.hasPrefix(".part") })
            let listed = try ground.run(["backup", "list", "--to", ground.folder]).output
            #expect(listed.split(separator: "\n").count == 1 && listed.hasPrefix(first))
            try ground.run(["backup", "verify", "--to", ground.folder])
        }
        #expect(try ground.restore(["--backup", first], to: try ground.target("restored")).status == 0)
        try ground.backUp()
    }

    @Test("of two backups at once the second is refused")
    func twoAtOnce() throws {
        let ground = try BackupGround(.sqlite)
        try ground.backUp()
        let holder = try StalledHold(of: ground.folder + "/.lock")
        let second = try ground.run(["backup", "--to", ground.folder], status: 75)
        #expect(second.complaints.count == 1 && second.errors.contains("Another process"))
        try ground.run(["backup", "prune", "--keep", "1", "--to", ground.folder], status: 75)
        try holder.end()
        try ground.backUp()
    }
}

/// Another program that has a folder of backups.
private final class StalledHold {
    private let process = Process()
    private let input = Pipe()

    init(of path: String) throws {
        let script = """
            import fcntl, sys
            file = open(sys.argv[1], 'r+')
            fcntl.flock(file, fcntl.LOCK_EX)
            print('held', flush=True)
            sys.stdin.read()
            """
        let output = Pipe()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["python3", "-c", script, path]
        (process.standardInput, process.standardOutput) = (input, output)
        try process.run()
        try #require(output.fileHandleForReading.availableData.starts(with: Data("held".utf8)))
    }

    func end() throws {
        try input.fileHandleForWriting.close()
        process.waitUntilExit()
    }

    deinit { if process.isRunning { process.terminate() } }
}
