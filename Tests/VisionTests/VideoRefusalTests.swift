import Base
import Foundation
import Testing
import Vision

@Suite("recordings that cannot be used are refused with a reason")
struct VideoRefusalTests {
    let clips: Clips

    init() throws { clips = try Clips() }

    func refusal(_ path: String, limits: VideoLimits = VideoLimits()) throws -> Failure {
        try #require(throws: Failure.self) { _ = try ReadClip(path, limits: limits) }
    }

    @Test("bytes that are no video, whatever the file's name says")
    func noVideo() throws {
        let picture = try clips.make("still.png", Clips.pattern(seconds: 0.04) + ["-frames:v", "1"])
        let png = try Data(contentsOf: URL(fileURLWithPath: picture))
        let rows: [(Data, String)] = [
            (Data(), "video_empty"),
            (Data("Hello, this is a text.".utf8), "not_a_video"),
            (Data("abc".utf8), "not_a_video"),
            (png, "not_a_video"),
            (Data("ffconcat version 1.0\nfile /etc/passwd\n".utf8), "not_a_video"),
            (Data("#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n".utf8), "not_a_video"),
            (Data([0, 0, 0, 20]) + Data("ftypisom".utf8), "video_damaged"),
            (Data([0x1A, 0x45, 0xDF, 0xA3]) + Data(count: 400), "video_damaged"),
        ]
        for (index, row) in rows.enumerated() {
            let failure = try refusal(try clips.write("\(index).mp4", row.0))
            #expect(failure.code == row.1)
            #expect(failure.kind == .invalid)
        }
    }

    @Test("sound alone")
    func soundAlone() throws {
        let path = try clips.make("sound.mp4", ["-f", "lavfi", "-i", "sine=duration=1", "-c:a", "aac"])
        #expect(try refusal(path).code == "no_video_stream")
    }

    @Test("a codec that is not decoded here, by its name")
    func otherCodec() throws {
        let path = try clips.make("old.mp4", Clips.pattern() + ["-c:v", "mpeg4"])
        #expect(try refusal(path).code == "video_codec_unsupported")
    }

    @Test("a file that lost its end and with it its index")
    func withoutIndex() throws {
        let path = try clips.make("whole.mp4", Clips.pattern(seconds: 3) + ["-c:v", "libx264", "-pix_fmt", "yuv420p"])
        let data = try Data(contentsOf: URL(fileURLWithPath: path))
        #expect(try refusal(try clips.write("half.mp4", data.prefix(data.count / 2))).code == "video_damaged")
    }

    @Test("a file that lost its end but not its index is used as far as it goes, and says so", arguments: ["mp4", "mkv"])
    func withoutEnd(container: String) throws {
        let path = try clips.make(
            "whole.\(container)",
            Clips.pattern(seconds: 4) + ["-c:v", "libx264", "-pix_fmt", "yuv420p", "-movflags", "+faststart"])
        let data = try Data(contentsOf: URL(fileURLWithPath: path))
        let read = try ReadClip(try clips.write("half.\(container)", data.prefix(data.count / 2)))
        #expect(read.times.count > 20 && read.times.count < 100)
        #expect(read.end.remarks.map(\.code) == ["video_cut_off"])
    }

    @Test("longer than the limit, stated at once or found out on the way")
    func tooLong() throws {
        var limits = VideoLimits()
        limits.seconds = 2
        let arguments = Clips.pattern("64x64", seconds: 5) + ["-c:v", "libvpx", "-f", "webm"]
        #expect(try refusal(try clips.make("stated.webm", arguments), limits: limits).code == "video_too_long")
        #expect(try refusal(try clips.makePiped("piped.webm", arguments), limits: limits).code == "video_too_long")
        #expect(VideoLimits().seconds == 1200)
    }

    @Test("larger than the limit in either direction", arguments: ["4112x64", "64x4112", "3840x2480"])
    func tooLarge(size: String) throws {
        let path = try clips.make(
            "large.mp4", Clips.pattern(size, seconds: 0.1) + ["-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p"])
        #expect(try refusal(path).code == "video_too_large")
    }

    @Test("a source that fails is not taken for a damaged video")
    func failingSource() throws {
        let path = try clips.make("fine.mp4", Clips.pattern(seconds: 3) + ["-c:v", "libx264", "-pix_fmt", "yuv420p"])
        let whole = try Samples.source(path)
        for limit in [0, 1000, whole.size / 2] {
            let failing = ByteSource(size: whole.size) { offset, buffer in
                offset + buffer.count > limit && offset < whole.size - 20_000 ? -1 : whole.read(offset, buffer)
            }
            let failure = try #require(throws: Failure.self) {
                _ = try VideoReader(source: failing).forEachPicture(maximalHertz: nil) { _, _ in }
            }
            #expect(failure.code == "video_unreadable")
            #expect(failure.kind == .inputOutput)
        }
    }
}
