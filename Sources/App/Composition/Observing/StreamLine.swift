import Base
import Vision

/// The child's first line, and the one before its last.
enum StreamLine {
    static func write(_ stream: StreamDescription) -> [UInt8] {
        var json = JSONWriter()
        json.object { json in
            json.key("stream")
            json.object { json in
                json.member("width", stream.width)
                json.member("height", stream.height)
                json.member("rotation_deg", stream.rotationDegrees)
                json.member("rate_hz", stream.rateHertz, decimals: 3)
                json.member("duration_s", stream.durationSeconds, decimals: 3)
                json.member("codec", stream.codec)
                json.member("container", stream.container)
                json.member("focal_length_over_long_side", stream.focalLengthOverLongSide, decimals: 6)
            }
        }
        return json.bytes
    }

    /// nil where it is not such a line. Ranges are checked where the header of the observations is read.
    static func read(_ line: [UInt8]) -> StreamDescription? {
        guard let stream = (try? JSON.parse(line))?["stream"], let width = stream["width"]?.integer,
            let height = stream["height"]?.integer, let rotation = stream["rotation_deg"]?.integer,
            let codec = stream["codec"]?.string, let container = stream["container"]?.string
        else { return nil }
        return StreamDescription(
            width: width, height: height, rotationDegrees: rotation, rateHertz: stream["rate_hz"]?.number,
            durationSeconds: stream["duration_s"]?.number, codec: codec, container: container,
            focalLengthOverLongSide: stream["focal_length_over_long_side"]?.number)
    }

    static func writeRemarks(_ codes: [String]) -> [UInt8] {
        var json = JSONWriter()
        json.object { json in json.member("remarks", array: { json in for code in codes { json.string(code) } }) }
        return json.bytes
    }

    static func readRemarks(_ line: [UInt8]) -> [String]? {
        guard line.starts(with: Array(#"{"remarks":"#.utf8)) else { return nil }
        return (try? JSON.parse(line))?["remarks"]?.array?.compactMap(\.string)
    }
}
