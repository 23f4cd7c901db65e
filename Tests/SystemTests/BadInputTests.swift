import Foundation
import Testing

/// Whatever comes in: one line that says what to do, the right exit code, and nothing left behind.
@Suite("bad input", .serialized)
struct BadInputTests {
    let scratch: Scratch

    init() throws { scratch = try Scratch() }

    private func expectRefused(_ video: String, status: Int32 = 65, sourceLocation: SourceLocation = #_sourceLocation) throws {
        for language in ["es", "en"] {
            let out = scratch.path("out")
            let outcome = try Zancada.run(["evaluate", video, "--out", out, "--language", language, "--quiet"])
            #expect(outcome.status == status, "\(outcome.errors)", sourceLocation: sourceLocation)
            #expect(outcome.complaints.count == 1, "\(outcome.errors)", sourceLocation: sourceLocation)
            #expect(outcome.errors.split(separator: "\n").count == 1, "\(outcome.errors)", sourceLocation: sourceLocation)
            #expect(!outcome.errors.contains("fatal") && !outcome.errors.contains("Error("), sourceLocation: sourceLocation)
            #expect(!FileManager.default.fileExists(atPath: out + "/angles.csv"), sourceLocation: sourceLocation)
        }
    }

    @Test("a missing file") func missing() throws { try expectRefused(scratch.path("nowhere.mp4")) }

    @Test("a folder") func folder() throws { try expectRefused(scratch.url.path) }

    @Test("an empty file") func empty() throws { try expectRefused(scratch.file("empty.mp4").path) }

    @Test("a text named .mp4") func text() throws {
        try expectRefused(scratch.file("text.mp4", Data(String(repeating: "not a video\n", count: 999).utf8)).path)
    }

    @Test("a picture named .mp4") func picture() throws {
        let png = try scratch.clip("picture.png", "-f", "lavfi", "-i", "testsrc=size=320x240", "-frames:v", "1")
        let named = scratch.path("picture.mp4")
        try FileManager.default.copyItem(atPath: png, toPath: named)
        try expectRefused(named)
    }

    @Test("a playlist that names other files") func playlist() throws {
        try expectRefused(scratch.file("list.mp4", Data("ffconcat version 1.0\nfile /etc/passwd\n".utf8)).path)
        try expectRefused(scratch.file("list.m3u8", Data("#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n".utf8)).path)
    }

    @Test("an MP4 cut off before its index") func truncated() throws {
        let whole = try scratch.clip("whole.mp4", "-f", "lavfi", "-i", "testsrc=size=320x240:duration=3")
        let half = try Data(contentsOf: URL(fileURLWithPath: whole))
        try expectRefused(scratch.file("half.mp4", half.prefix(half.count / 2)).path)
    }

    @Test("sound without pictures") func audio() throws {
        try expectRefused(scratch.clip("sound.mp4", "-f", "lavfi", "-i", "sine=duration=2"))
    }

    @Test("three hours") func long() throws {
        try expectRefused(
            scratch.clip("long.mp4", "-f", "lavfi", "-i", "color=size=64x64:rate=1:duration=10800", "-preset", "ultrafast"))
    }

    @Test("an unwritable output folder") func unwritable() throws {
        let file = try scratch.file("file")
        let video = Zancada.samples + "/cam01.mp4"
        let outcome = try Zancada.run(["evaluate", video, "--out", file.path + "/out", "--quiet"])
        #expect(outcome.status == 73)
        #expect(outcome.complaints.count == 1)
    }

    @Test(
        "a command line that makes no sense",
        arguments: [
            ["evaluate"], ["evaluate", "a.mp4", "--exercise", "juggling"], ["evaluate", "a.mp4", "--height", "tall"],
            ["evaluate", "a.mp4", "--height", "5"], ["evaluate", "a.mp4", "--max-fps", "0"], ["fly"],
            ["evaluate", "a.mp4", "--colour"], ["evaluate", "a.mp4", "b.mp4"], ["evaluate", "a.mp4", "--language", "fr"],
        ])
    func usage(_ arguments: [String]) throws {
        let english = try Zancada.run(arguments)
        #expect(english.status == 64, "\(english.errors)")
        #expect(english.complaints.count == 1 && english.errors.split(separator: "\n").count == 1, "\(english.errors)")
        let spanish = try Zancada.run(arguments, environment: ["LC_ALL": "es_ES.UTF-8"])
        #expect(spanish.status == 64)
        #expect(spanish.errors != english.errors)
    }
}
