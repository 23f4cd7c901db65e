import Base

/// Writes `observations.jsonl` line by line: the capture, a line per analysed picture, and an end that counts them.
///
/// The format, with units and limits: `docs/observations.md`.
package struct ObservationsWriter {
    static let format = "zancada-observations"
    static let version = 1

    private var json = JSONWriter(reservingBytes: 4096)
    private var frames = 0
    private var framesWithPerson = 0

    package init() {}

    /// The first line.
    package mutating func header(_ capture: Capture, request: MeasureRequest) -> [UInt8] {
        line { json in
            json.member("format", Self.format)
            json.member("version", Self.version)
            json.member("program", capture.program)
            if capture.isSimulated { json.member("simulated", true) }
            json.key("video")
            json.object { json in
                json.member("sha256", capture.videoSHA256)
                json.member("bytes", capture.videoBytes)
                json.member("container", capture.container)
                json.member("codec", capture.codec)
            }
            json.key("picture")
            json.object { json in
                json.member("width", capture.width)
                json.member("height", capture.height)
                json.member("rotation_deg", capture.rotationDegrees)
            }
            json.member("rate_hz", capture.rateHertz, decimals: 3)
            json.member("analysed_rate_limit_hz", capture.analysedRateLimitHertz, decimals: 3)
            json.member("duration_s", capture.durationSeconds, decimals: 3)
            json.member("focal_length_over_long_side", capture.focalLengthOverLongSide, decimals: 6)
            json.key("gravity")
            if let gravity = capture.gravity {
                json.array { json in for axis in 0..<3 { json.number(gravity[axis], decimals: 6) } }
            } else {
                json.null()
            }
            json.key("models")
            json.object { json in
                for (name, sha256) in capture.models.sorted(by: { $0.key < $1.key }) { json.member(name, sha256) }
            }
            json.key("asked")
            json.object { json in
                json.member("exercise", request.exercise?.rawValue ?? "auto")
                json.member("height_cm", request.heightMetres.map { $0 * 100 }, decimals: 1)
                json.member("language", request.language.rawValue)
            }
        }
    }

    /// The line of one picture; `points` has one entry per landmark, or none where nobody was seen.
    package mutating func frame(
        time: Double, light: Double, score: Double, found: ObservedFrame.Found, points: [ObservedPoint]
    ) -> [UInt8] {
        frames += 1
        if found != .nobody { framesWithPerson += 1 }
        return line { json in
            json.member("t", time, decimals: 6)
            json.member("light", light, decimals: 4)
            json.member("found", found.rawValue)
            guard found != .nobody else { return }
            json.member("score", score, decimals: 4)
            json.key("points")
            json.array { json in
                for point in points {
                    json.array { json in
                        json.number(point.x, decimals: 2)
                        json.number(point.y, decimals: 2)
                        json.number(point.depth, decimals: 2)
                        json.number(point.visibility, decimals: 4)
                        for axis in 0..<3 { json.number(point.world[axis], decimals: 5) }
                    }
                }
            }
        }
    }

    /// The last line. A file without it was cut off.
    /// - Parameter remarks: codes of what is remarkable about the file itself.
    package mutating func end(remarks: [String] = []) -> [UInt8] {
        let (frames, framesWithPerson) = (frames, framesWithPerson)
        return line { json in
            json.key("end")
            json.object { json in
                json.member("frames", frames)
                json.member("frames_with_person", framesWithPerson)
                json.member("remarks", array: { json in for remark in remarks { json.string(remark) } })
            }
        }
    }

    private mutating func line(_ members: (inout JSONWriter) -> Void) -> [UInt8] {
        json.removeAllBytes()
        json.object(members)
        json.endLine()
        return json.bytes
    }
}
