import Base
import Glibc
import Testing
import Vision

@Suite(
    "a reader that misbehaves", .enabled(if: ConfinedProbe.isBuilt, "the probe program was not built beside the tests"))
struct ConfinedProcessTests {
    static let noPerson = Failure(.invalid, "no_person", Text(es: "Nadie a la vista.", en: "Nobody in view."))

    @Test(
        "every broken rule and every crash is a video that could not be read",
        arguments: [
            "no-end", "end-but-fail", "miscount", "talk-after-end", "escape", "escape-in-json", "flood", "endless-line",
            "crash", "illegal", "abort", "wild-read", "trap",
        ])
    func misbehaves(_ misdeed: String) throws {
        let probe = try ConfinedProbe.child(misdeed, walls: []) {
            $0.bounds.maximumLines = 1000
            $0.bounds.maximumLineBytes = 2000
        }
        #expect(probe.failure == .videoStoppedReader, "\(probe.debugLog)")
        #expect(probe.lines.allSatisfy { $0.utf8.allSatisfy { (0x20...0x7E).contains($0) } })
        #expect(probe.lines.count <= 1000)
    }

    @Test("one that closes its mouth and lingers is ended at once")
    func lingers() throws {
        #expect(try ConfinedProbe.child("hang-closed", walls: []).failure?.kind == .invalid)
    }

    @Test("a crash behind all walls is no different", arguments: ["crash", "abort", "wild-read", "trap"])
    func crashesConfined(_ misdeed: String) throws {
        #expect(try ConfinedProbe.child(misdeed).failure == .videoStoppedReader)
    }

    @Test("a flood is bounded in bytes too")
    func flood() throws {
        let probe = try ConfinedProbe.child("flood", walls: []) { $0.bounds.maximumBytes = 100_000 }
        #expect(probe.failure == .videoStoppedReader)
        #expect(probe.lines.count <= 100_000 / 5)
    }

    @Test("silence has an end", arguments: [true, false])
    func silence(stalls: Bool) throws {
        let probe = try ConfinedProbe.child("hang", walls: []) {
            if stalls { $0.bounds.stallSeconds = 0.1 } else { $0.bounds.deadlineSeconds = 0.1 }
        }
        #expect(probe.failure == .videoTooSlow)
    }

    @Test("a refusal is told in the parent's words, whatever else the reader says or how it exits")
    func refusal() throws {
        let known = try ConfinedProbe.child("refuse", "no_person") { $0.refusals = [Self.noPerson] }
        #expect(known.failure == Self.noPerson)
        let unknown = try ConfinedProbe.child("refuse", "send_money") { $0.refusals = [Self.noPerson] }
        #expect(unknown.failure == .videoStoppedReader)
        let talkative = try ConfinedProbe.child("refuse-then-talk", "no_person") { $0.refusals = [Self.noPerson] }
        #expect(talkative.failure == .videoStoppedReader)
    }

    @Test("complaints of native libraries stay aside, bounded and without control characters")
    func complaints() throws {
        let probe = try ConfinedProbe.child("complain")
        #expect(probe.failure == nil)
        #expect(probe.lines.count == 1)
        #expect(probe.debugLog.contains("last words"))
        #expect(probe.debugLog.utf8.count < 4400)
        #expect(!probe.debugLog.contains("\u{1B}"))
    }

    @Test("what the receiver of lines throws ends the reader and is thrown")
    func receiverThrows() throws {
        let full = Failure(.inputOutput, "disk_full", Text(verbatim: "full"))
        let probe = try ConfinedProbe.child("hang", walls: [], onLine: { _ throws(Failure) in throw full })
        #expect(probe.failure == full)
        #expect(probe.lines.count == 1)
    }

    @Test("a wish to stop ends the reader, before or while it works")
    func cancels() throws {
        let cancellation = try Cancellation()
        #expect(!cancellation.isCancelled)
        let probe = try ConfinedProbe.child(
            "hang", walls: [], cancellation: cancellation,
            onLine: { line in
                if line.hasPrefix("pid") { cancellation.cancel() }
            })
        #expect(probe.failure == .cancelled)
        #expect(cancellation.isCancelled)
        #expect(cancellation.signal == nil)
        let late = try ConfinedProbe.child("nothing", cancellation: cancellation)
        #expect(late.failure == .cancelled)
        #expect(late.lines.isEmpty)
    }

    @Test("Ctrl-C and the like end the reader and not the program", arguments: [SIGINT, SIGTERM, SIGHUP])
    func interrupts(_ signal: CInt) throws {
        let probe = try ConfinedProbe.run(
            ["interrupted"],
            onLine: { line in
                if line.hasPrefix("parent "), let process = pid_t(line.dropFirst(7)) { kill(process, signal) }
            })
        #expect(probe.failure == nil, "\(probe.debugLog)")
        #expect(probe.lines.last == "cancelled \(signal) 0")
    }

    @Test("no way to end leaves a descriptor or a process behind")
    func leavesNothing() throws {
        let probe = try ConfinedProbe.run(["audit"])
        #expect(probe.failure == nil, "\(probe.debugLog)")
        let numbers = probe.lines.first?.split(separator: " ").compactMap { Int($0) } ?? []
        #expect(numbers.count == 2)
        #expect(numbers.first == numbers.last)
        #expect(probe.lines.dropFirst() == ["children 0", "reader_not_started"])
    }

    @Test("random speech never confuses the parent", arguments: 1...200)
    func garbage(seed: Int) throws {
        let probe = try ConfinedProbe.child("garbage", String(seed), walls: []) { $0.refusals = [Self.noPerson] }
        // It cannot know how many lines it wrote well, except by luck; whatever it said, the answer is one of these.
        #expect([.videoStoppedReader, Self.noPerson, nil].contains(probe.failure))
        #expect(
            probe.lines.allSatisfy { $0.utf8.allSatisfy { (0x20...0x7E).contains($0) && $0 != UInt8(ascii: "\\") } })
    }
}
