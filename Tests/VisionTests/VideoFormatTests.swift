import Base
import Foundation
import Movement
import Testing
import Vision

@Suite("recordings of every kind are read")
struct VideoFormatTests {
    let clips: Clips

    init() throws { clips = try Clips() }

    struct Row: CustomTestStringConvertible {
        let file: String
        let encoder: [String]
        let codec: String
        let container: String
        var testDescription: String { file }
    }

    private static let hevc = ["-c:v", "libx265", "-x265-params", "log-level=none"]

    static let rows = [
        Row(file: "h264.mp4", encoder: ["-c:v", "libx264", "-pix_fmt", "yuv420p"], codec: "h264", container: "mp4"),
        Row(file: "h264.mov", encoder: ["-c:v", "libx264", "-bf", "3", "-pix_fmt", "yuv420p"], codec: "h264", container: "mp4"),
        Row(file: "hevc.mp4", encoder: hevc + ["-pix_fmt", "yuv420p"], codec: "hevc", container: "mp4"),
        Row(file: "hevc10.mkv", encoder: hevc + ["-pix_fmt", "yuv420p10le"], codec: "hevc", container: "matroska"),
        Row(file: "vp8.webm", encoder: ["-c:v", "libvpx", "-b:v", "1M"], codec: "vp8", container: "matroska"),
        Row(file: "vp9.webm", encoder: ["-c:v", "libvpx-vp9", "-b:v", "1M", "-cpu-used", "8"], codec: "vp9", container: "matroska"),
        Row(file: "av1.mp4", encoder: ["-c:v", "libaom-av1", "-cpu-used", "8", "-usage", "realtime"], codec: "av1", container: "mp4"),
    ]

    @Test("each codec gives every picture at its time, with the same brightness", arguments: rows)
    func codecs(row: Row) throws {
        let path = try clips.make(row.file, Clips.pattern() + row.encoder)
        let read = try ReadClip(path)
        #expect(read.description.codec == row.codec)
        #expect(read.description.container == row.container)
        #expect((read.description.width, read.description.height) == (320, 240))
        #expect(read.times.agrees(with: (0..<30).map { Double($0) / 30 }, within: 0.0011))
        #expect(abs((read.description.rateHertz ?? 0) - 30) < 0.1)
        #expect(abs((read.description.durationSeconds ?? 0) - 1) < 0.1)
        // The mean of BT.601 luma that ffmpeg itself gives for this test picture is 116 to 117 of 16 … 235.
        #expect(read.lights.allSatisfy { abs($0 - 0.46) < 0.03 }, "\(read.lights.first ?? -1)")
        #expect(read.end.remarks.isEmpty)
    }

    @Test("a recording without a stated length has none, and all its pictures")
    func withoutLength() throws {
        let path = try clips.makePiped("pipe.webm", Clips.pattern() + ["-c:v", "libvpx", "-f", "webm"])
        let read = try ReadClip(path)
        #expect(read.description.durationSeconds == nil)
        #expect(read.times.count == 30)
        #expect(read.end.remarks.isEmpty)
    }

    @Test("pictures come at their own times where the rate varies")
    func variableRate() throws {
        let filter = "select='lt(n,20)+not(mod(n,3))+gt(random(1),0.7)'"
        let path = try clips.make(
            "vfr.mp4", Clips.pattern(seconds: 3) + ["-vf", filter, "-vsync", "vfr", "-c:v", "libx264", "-pix_fmt", "yuv420p"])
        let read = try ReadClip(path)
        let expected = try Clips.probedTimes(path)
        #expect(expected.count > 40 && expected.count < 88)
        #expect(read.times.agrees(with: expected, within: 1e-6))
    }

    @Test("an edit list's start is where time begins; what lies before is not shown")
    func editList() throws {
        let whole = try clips.make(
            "whole.mp4", Clips.pattern(rate: 60, seconds: 3) + ["-c:v", "libx264", "-g", "60", "-pix_fmt", "yuv420p"])
        let cut = try clips.make("cut.mp4", ["-ss", "1.25", "-i", whole, "-c", "copy"])
        let read = try ReadClip(cut)
        #expect(read.times.agrees(with: (0..<105).map { Double($0) / 60 }, within: 1e-3))
        #expect(try Clips.probedTimes(cut).count == 105)
    }

    @Test(
        "the squat recording stores 832 pictures and shows 807",
        .enabled(if: Samples.squat != nil, "the squat recording is not beside the repository"))
    func squat() throws {
        let read = try ReadClip(try #require(Samples.squat))
        #expect(read.times.count == 807)
        #expect(read.times.first == 0)
        #expect(abs((read.times.last ?? 0) - 13.43333) < 1e-4)
        #expect(read.description.rateHertz == 60)
    }

    @Test("odd sizes are read as they are")
    func oddSize() throws {
        let path = try clips.make("odd.webm", Clips.pattern("321x243") + ["-c:v", "libvpx-vp9", "-cpu-used", "8"])
        let read = try ReadClip(path)
        #expect((read.description.width, read.description.height) == (321, 243))
        #expect(read.times.count == 30)
    }

    @Test("turned recordings come out upright", arguments: [90, 180, 270])
    func rotation(degrees: Int) throws {
        let path = try clips.make("plain.mp4", Clips.pattern() + ["-c:v", "libx264", "-pix_fmt", "yuv420p"])
        let turned = try clips.make("turned.mp4", ["-i", path, "-c", "copy", "-metadata:s:v", "rotate=\(degrees)"])
        let read = try ReadClip(turned)
        #expect(read.description.rotationDegrees == degrees)
        #expect((read.description.width, read.description.height) == (degrees == 180 ? (320, 240) : (240, 320)))
    }

    @Test("pixels that are not square are made so")
    func pixelAspect() throws {
        let path = try clips.make(
            "anamorphic.mp4", Clips.pattern("160x240") + ["-vf", "setsar=2/1", "-c:v", "libx264", "-pix_fmt", "yuv420p"])
        #expect(try ReadClip(path).description.width == 320)
    }

    @Test("the focal length that a phone wrote is found")
    func focalLength() throws {
        let key = "com.apple.quicktime.camera.focal_length.35mm_equivalent"
        let path = try clips.make(
            "phone.mov",
            Clips.pattern() + ["-c:v", "libx264", "-pix_fmt", "yuv420p", "-movflags", "use_metadata_tags", "-metadata", "\(key)=26"])
        let found = try #require(try ReadClip(path).description.focalLengthOverLongSide)
        #expect(abs(found - FocalLength.overLongSide(equivalent35Millimetres: 26)) < 1e-9)
    }
}

@Suite("fewer pictures a second are taken from a fixed grid of time")
struct FrameGridTests {
    let clips: Clips

    init() throws { clips = try Clips() }

    @Test("60 a second become 30, evenly, with and without pictures that refer to each other", arguments: ["0", "3"])
    func half(reordered: String) throws {
        let path = try clips.make(
            "sixty.mp4",
            Clips.pattern(rate: 60, seconds: 2) + ["-c:v", "libx264", "-bf", reordered, "-pix_fmt", "yuv420p"])
        let all = try ReadClip(path)
        let half = try ReadClip(path, maximalHertz: 30)
        #expect(all.times.count == 120)
        #expect(half.times.agrees(with: (0..<60).map { Double($0) / 30 }, within: 1e-6))
        let lights = zip(all.times, all.lights).filter { half.times.contains($0.0) }.map(\.1)
        #expect(half.lights == lights)
    }

    @Test("time stamps rounded to milliseconds at just the rate wanted all count")
    func rounded() throws {
        let path = try clips.make("thirty.webm", Clips.pattern(seconds: 2) + ["-c:v", "libvpx", "-b:v", "1M"])
        #expect(try ReadClip(path, maximalHertz: 30).times.count == 60)
    }
}
