import Foundation
import Testing

/// The main job on real video: what it writes, that it writes the same again, and that it cleans up behind itself.
@Suite("evaluate", .serialized)
struct EvaluateTests {
    let scratch: Scratch
    let walk = Zancada.samples + "/walk.mp4"

    init() throws { scratch = try Scratch() }

    private static let files = ["angles.csv", "keypoints.csv", "motion.trc", "observations.jsonl", "report.html", "report.json"]

    private func files(in folder: String) throws -> [String: Data] {
        let names = try FileManager.default.contentsOfDirectory(atPath: folder)
        return try Dictionary(uniqueKeysWithValues: names.map { ($0, try Data(contentsOf: URL(fileURLWithPath: folder + "/" + $0))) })
    }

    @Test("a walk gives all files; the same again; and measuring the observations gives the same, to the byte")
    func repeatable() throws {
        let (first, again, measured) = (scratch.path("salida ñandú 1"), scratch.path("again"), scratch.path("measured"))
        let arguments = ["--exercise", "gait", "--height", "165", "--language", "es", "--quiet"]
        let outcome = try Zancada.run(["evaluate", walk, "--out", first] + arguments)
        try #require(outcome.status == 0, "\(outcome.errors)")
        #expect(outcome.errors.isEmpty && outcome.output.isEmpty)
        var expected = try files(in: first)
        #expect(expected.keys.sorted() == Self.files)
        _ = try Zancada.run(["evaluate", walk, "--out", again] + arguments)
        #expect(try files(in: again) == expected)
        let observations = first + "/observations.jsonl"
        #expect(try Zancada.run(["measure", observations, "--out", measured, "--quiet"]).status == 0)
        expected["observations.jsonl"] = nil
        #expect(try files(in: measured) == expected)
    }

    @Test("--json prints the report that is in the folder, and nothing else")
    func json() throws {
        let out = scratch.path("out")
        let outcome = try Zancada.run(["evaluate", Zancada.samples + "/cam02.mp4", "--out", out, "--json", "--max-fps", "15"])
        try #require(outcome.status == 0 || outcome.status == 65, "\(outcome.errors)")
        #expect(outcome.output == (try String(contentsOfFile: out + "/report.json", encoding: .utf8)))
        let report = try #require(JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [String: Any])
        let capture = try #require(report["capture"] as? [String: Any])
        #expect(capture["frames"] as? Int ?? 0 > 20)
    }

    @Test("Ctrl-C half-way leaves nothing behind")
    func interrupted() throws {
        let out = scratch.path("out")
        let running = try Zancada.start(["evaluate", walk, "--out", out, "--max-fps", "60"])
        let seen = try poll { (try? FileManager.default.contentsOfDirectory(atPath: out).isEmpty) == false }
        #expect(seen)
        kill(running.process.processIdentifier, SIGINT)
        let outcome = try running.wait()
        #expect(outcome.status == 130)
        #expect(outcome.complaints.count == 1, "\(outcome.errors)")
        #expect(!FileManager.default.fileExists(atPath: out))
    }

    @Test("an interrupted run leaves the files of the run before")
    func interruptedAgain() throws {
        let out = scratch.path("out")
        try FileManager.default.createDirectory(atPath: out, withIntermediateDirectories: true)
        try Data("{}".utf8).write(to: URL(fileURLWithPath: out + "/report.json"))
        let running = try Zancada.start(["evaluate", walk, "--out", out, "--max-fps", "60"])
        _ = try poll { (try? FileManager.default.contentsOfDirectory(atPath: out).count) == 2 }
        kill(running.process.processIdentifier, SIGTERM)
        #expect(try running.wait().status == 130)
        #expect(try files(in: out) == ["report.json": Data("{}".utf8)])
    }

    @Test("nobody in view, and one picture alone, are refused and say how to film")
    func nobody() throws {
        let empty = try scratch.clip("empty.mp4", "-f", "lavfi", "-i", "testsrc=size=640x480:duration=2")
        let single = try scratch.clip("one.mp4", "-i", walk, "-frames:v", "1")
        for video in [empty, single] {
            let out = scratch.path("out-" + URL(fileURLWithPath: video).lastPathComponent)
            let outcome = try Zancada.run(["evaluate", video, "--out", out, "--language", "es"])
            #expect(outcome.status == 65, "\(outcome.errors)")
            #expect(outcome.complaints.count == 1)
            #expect(!FileManager.default.fileExists(atPath: out + "/motion.trc"))
            let report = try JSONSerialization.jsonObject(with: Data(contentsOf: URL(fileURLWithPath: out + "/report.json")))
            let capture = (report as? [String: Any])?["capture"] as? [String: Any]
            #expect(capture?["refused"] is [String: Any])
        }
    }

    @Test("a missing or changed pose runtime is named with the command that installs it")
    func runtimeMissing() throws {
        let runtime = scratch.path("runtime")
        try FileManager.default.createDirectory(atPath: runtime, withIntermediateDirectories: true)
        let arguments = ["evaluate", walk, "--out", scratch.path("out"), "--quiet"]
        let missing = try Zancada.run(arguments, environment: ["ZANCADA_RUNTIME": runtime])
        #expect(missing.status == 69)
        #expect(missing.complaints.count == 1 && missing.errors.contains("make setup"), "\(missing.errors)")
        for name in ["libLiteRt.so", "pose_detection.tflite", "pose_landmark_full.tflite"] {
            try Data("not the file".utf8).write(to: URL(fileURLWithPath: runtime + "/" + name))
        }
        let changed = try Zancada.run(arguments, environment: ["ZANCADA_RUNTIME": runtime])
        #expect(changed.status == 69)
        #expect(changed.complaints.count == 1 && changed.errors.contains("make setup"), "\(changed.errors)")
    }

    @Test("a full or closed standard output is said or passed over, and never stops the program")
    func outputGone() throws {
        let out = scratch.path("out")
        try #require(Zancada.run(["evaluate", walk, "--out", out, "--quiet", "--max-fps", "15"]).status == 0)
        let measure = "'\(Zancada.binary)' measure '\(out)/observations.jsonl' --out '\(scratch.path("again"))'"
        #expect(try shell("sh", "-c", "\(measure) >/dev/full") == 74)
        #expect(try shell("sh", "-c", "\(measure) --json >/dev/full") == 74)
        #expect(try shell("sh", "-c", "\(measure) 2>/dev/full >/dev/null") == 0)
        #expect(try shell("sh", "-c", "\(measure) 2>&- | true") == 0)
    }

    @Test("a gravity that contradicts the picture is refused")
    func gravity() throws {
        let capture = try scratch.file("capture.json", Data(#"{"gravity": [0, -9.8, 0]}"#.utf8))
        let outcome = try Zancada.run(["evaluate", walk, "--out", scratch.path("out"), "--capture", capture.path, "--quiet"])
        #expect(outcome.status == 65)
        #expect(outcome.errors.contains("gravity"), "\(outcome.errors)")
    }

    @Test("a full disk is said, and nothing half-written stays", .enabled(if: getuid() == 0, "needs a small file system of its own"))
    func fullDisk() throws {
        let disk = scratch.path("disk")
        try FileManager.default.createDirectory(atPath: disk, withIntermediateDirectories: true)
        guard try shell("mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", disk) == 0 else { return }
        defer { _ = try? shell("umount", disk) }
        let outcome = try Zancada.run(["evaluate", walk, "--out", disk + "/out", "--quiet"])
        #expect(outcome.status == 74, "\(outcome.errors)")
        #expect(outcome.complaints.count == 1)
        #expect(!FileManager.default.fileExists(atPath: disk + "/out"))
    }

    /// Asks every hundredth of a second, for a minute at most.
    private func poll(_ condition: () throws -> Bool) throws -> Bool {
        for _ in 0..<6000 {
            if try condition() { return true }
            usleep(10_000)
        }
        return false
    }

    private func shell(_ arguments: String...) throws -> Int32 {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = arguments
        process.standardError = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        return process.terminationStatus
    }
}
