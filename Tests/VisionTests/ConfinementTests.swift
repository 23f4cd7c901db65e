import Base
import Foundation
import Glibc
import Testing
import Vision

@Suite("behind the walls", .enabled(if: ConfinedProbe.isBuilt, "the probe program was not built beside the tests"))
struct ConfinementTests {
    @Test("every wall stands that this kernel has")
    func everyWall() throws {
        let probe = try ConfinedProbe.child("nothing")
        #expect(probe.failure == nil, "\(probe.debugLog)")
        let always: Confinement.Walls = [.renounced, .capabilities, .resources, .descriptors]
        #expect(probe.standing.isSuperset(of: always))
        #expect(probe.standing.names == Confinement.Walls.all.names || !hasAll, "missing: \(missing(probe.standing))")
    }

    @Test("the video stays readable behind every wall")
    func reads() throws {
        let file = try TemporaryFile("hello\n")
        let probe = try ConfinedProbe.child("read-input", input: file.path)
        #expect(probe.failure == nil, "\(probe.debugLog)")
        #expect(probe.lines.last == "sum 3074031992")
    }

    /// What was tried, behind which single wall, and the error it met; nil: it was ended for it.
    struct Attempt: CustomTestStringConvertible, Sendable {
        let misdeed: String
        let wall: Confinement.Walls
        let error: CInt?
        var testDescription: String { "\(misdeed) behind \(wall.names)" }
    }

    static let attempts: [Attempt] = [
        Attempt(misdeed: "open", wall: .descriptors, error: EMFILE),
        Attempt(misdeed: "open", wall: .landlock, error: EACCES),
        Attempt(misdeed: "open", wall: .systemCalls, error: EPERM),
        Attempt(misdeed: "create", wall: .descriptors, error: EMFILE),
        Attempt(misdeed: "create", wall: .landlock, error: EACCES),
        Attempt(misdeed: "create", wall: .systemCalls, error: EPERM),
        Attempt(misdeed: "remove", wall: .landlock, error: EACCES),
        Attempt(misdeed: "remove", wall: .systemCalls, error: nil),
        Attempt(misdeed: "mode", wall: .systemCalls, error: nil),
        Attempt(misdeed: "socket", wall: .descriptors, error: EMFILE),
        Attempt(misdeed: "socket", wall: .systemCalls, error: nil),
        Attempt(misdeed: "connect", wall: .systemCalls, error: nil),
        Attempt(misdeed: "exec", wall: .landlock, error: EACCES),
        Attempt(misdeed: "exec", wall: .systemCalls, error: nil),
        Attempt(misdeed: "fork", wall: .systemCalls, error: EPERM),
        Attempt(misdeed: "thread", wall: .systemCalls, error: EPERM),
        Attempt(misdeed: "signal-parent", wall: .systemCalls, error: nil),
        Attempt(misdeed: "raise-limits", wall: .systemCalls, error: EPERM),
        Attempt(misdeed: "raise-limits", wall: [.resources, .capabilities], error: EPERM),
        Attempt(misdeed: "shared-memory", wall: .systemCalls, error: nil),
        Attempt(misdeed: "code", wall: .systemCalls, error: nil),
        Attempt(misdeed: "duplicate", wall: .descriptors, error: EMFILE),
        Attempt(misdeed: "duplicate", wall: .systemCalls, error: EPERM),
    ]

    @Test("each wall holds alone", arguments: attempts)
    func holds(_ attempt: Attempt) throws {
        let file = try TemporaryFile("a patient's record")
        let free = try ConfinedProbe.child(attempt.misdeed, file.path, walls: [])
        // Without a wall it succeeds (or finds nobody listening, or is replaced by another program): the attempt is a real one.
        #expect(["done", "errno \(ECONNREFUSED)", "walls 0"].contains(free.lines.last), "\(free.debugLog)")

        let other = try TemporaryFile("a patient's record")
        let probe = try ConfinedProbe.child(attempt.misdeed, other.path, walls: attempt.wall)
        guard probe.standing == attempt.wall else {
            Issue.record("not on this kernel: \(missing(probe.standing, of: attempt.wall))", severity: .warning)
            return
        }
        if let error = attempt.error {
            #expect(probe.lines.last == "errno \(error)")
        } else {
            #expect(probe.lines.count == 1)
            #expect(probe.failure == .videoStoppedReader)
            #expect(probe.debugLog.contains("status: \(-SIGSYS)"), "\(probe.debugLog)")
        }
        #expect(try other.contents() == "a patient's record")
        #expect(try other.mode() == 0o600)
    }

    @Test("memory beyond the limit is not given")
    func memory() throws {
        let free = try ConfinedProbe.child("allocate", walls: [])
        #expect(free.lines.last == "megabytes 1000")
        let probe = try ConfinedProbe.child("allocate")
        let megabytes = probe.lines.last?.split(separator: " ").last.flatMap { Int($0) }
        // 200 MB with what the program has already.
        #expect(try (100...200).contains(#require(megabytes)), "\(probe.debugLog)")
    }

    @Test("processor time beyond the limit ends the reader, and the person hears that it took too long")
    func time() throws {
        let probe = try ConfinedProbe.child("spin")
        #expect(probe.failure == .videoTooSlow)
        #expect(probe.debugLog.contains("status: \(-SIGXCPU)"), "\(probe.debugLog)")
    }

    @Test("the reader has three descriptors and no environment of ours")
    func inherits() throws {
        #expect(try ConfinedProbe.child("descriptors", walls: []).lines.last == "3")
        #expect(
            try ConfinedProbe.child("environment", walls: []).lines.dropFirst()
                == ["LC_ALL", "MALLOC_ARENA_MAX", "SWIFT_BACKTRACE"])
    }

    private var hasAll: Bool {
        // Landlock and seccomp are announced here where the kernel has them.
        (try? String(contentsOfFile: "/sys/kernel/security/lsm", encoding: .utf8))?.contains("landlock") ?? false
    }

    private func missing(_ standing: Confinement.Walls, of wanted: Confinement.Walls = .all) -> String {
        wanted.subtracting(standing).names.joined(separator: ", ")
    }
}

/// A file of its own for one test, removed with it.
final class TemporaryFile {
    let path: String

    init(_ text: String) throws {
        path = FileManager.default.temporaryDirectory.appending(path: "zancada-\(UUID().uuidString)").path
        try Data(text.utf8).write(to: URL(filePath: path))
        chmod(path, 0o600)
    }

    deinit { unlink(path) }

    func contents() throws -> String { try String(contentsOfFile: path, encoding: .utf8) }

    func mode() throws -> Int {
        try #require(FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int)
    }
}
