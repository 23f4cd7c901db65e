import Foundation
import Testing
import Vision

/// A folder with clips made by the ffmpeg command line, removed with the last reference to it.
final class Clips {
    let folder: String

    init() throws {
        let url = FileManager.default.temporaryDirectory.appendingPathComponent("zancada-clips-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
        folder = url.path
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    /// A moving test picture of the given size, rate and length as ffmpeg's input arguments.
    static func pattern(_ size: String = "320x240", rate: Int = 30, seconds: Double = 1) -> [String] {
        ["-f", "lavfi", "-i", "testsrc=size=\(size):rate=\(rate):duration=\(seconds)"]
    }

    /// Runs ffmpeg and returns the path of what it made.
    func make(_ name: String, _ arguments: [String]) throws -> String {
        let path = folder + "/" + name
        _ = try Self.run("ffmpeg", ["-v", "error", "-y"] + arguments + [path])
        return path
    }

    /// The same through a pipe, so that no length can be written into the file's head.
    func makePiped(_ name: String, _ arguments: [String]) throws -> String {
        try write(name, try Self.run("ffmpeg", ["-v", "error"] + arguments + ["-"]))
    }

    func write(_ name: String, _ data: Data) throws -> String {
        let path = folder + "/" + name
        try data.write(to: URL(fileURLWithPath: path))
        return path
    }

    /// Times in seconds that ffprobe says are shown, from the first: an independent reading of the same file.
    static func probedTimes(_ path: String) throws -> [Double] {
        let output = try run(
            "ffprobe", ["-v", "error", "-select_streams", "v", "-show_entries", "packet=pts_time,flags", "-of", "csv=p=0", path])
        let times = String(decoding: output, as: UTF8.self).split(separator: "\n").compactMap { line -> Double? in
            let parts = line.split(separator: ",")
            return parts.count >= 2 && parts[1].contains("D") ? nil : parts.first.flatMap { Double($0) }
        }
        .filter { $0 >= 0 }.sorted()
        return times.map { $0 - (times.first ?? 0) }
    }

    private static func run(_ program: String, _ arguments: [String]) throws -> Data {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = [program] + arguments
        let output = Pipe()
        process.standardOutput = output
        process.standardInput = FileHandle.nullDevice
        try process.run()
        let data = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        try #require(process.terminationStatus == 0, "\(program) \(arguments.joined(separator: " "))")
        return data
    }
}

/// Everything that reading a clip to its end gives.
struct ReadClip {
    let description: StreamDescription
    var times: [Double] = []
    var lights: [Double] = []
    let end: VideoEnd

    init(_ path: String, maximalHertz: Double? = nil, limits: VideoLimits = VideoLimits()) throws {
        let reader = try VideoReader(source: Samples.source(path), limits: limits)
        description = reader.description
        var times: [Double] = []
        var lights: [Double] = []
        end = try reader.forEachPicture(maximalHertz: maximalHertz) { time, picture in
            times.append(time)
            lights.append(picture.meanLight())
        }
        (self.times, self.lights) = (times, lights)
    }
}

extension [Double] {
    /// Whether both have the same length and differ nowhere by more than the tolerance.
    func agrees(with other: [Double], within tolerance: Double) -> Bool {
        count == other.count && zip(self, other).allSatisfy { abs($0 - $1) <= tolerance }
    }
}
