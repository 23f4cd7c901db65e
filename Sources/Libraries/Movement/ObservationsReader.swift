import Base

/// Reads `observations.jsonl` line by line and believes nothing: every number is bounded, every count checked.
package struct ObservationsReader {
    /// What is wrong with a line, counted from 1.
    package enum Fault: Error, Sendable, Equatable {
        case notObservations
        case newerVersion(Int)
        case line(Int)
        /// The end is missing or counts other pictures than there are.
        case incomplete
    }

    /// A frame line of 33 landmarks takes about 1,700 bytes; this leaves room for any that our writer makes.
    package static let maximalLineBytes = 32_768
    /// The longest recording that is observed, 20 minutes, and a little.
    package static let maximalSeconds = 1_260.0
    /// 20 minutes at 240 pictures a second.
    package static let maximalFrames = 288_000

    package private(set) var observations: Observations?
    package private(set) var isComplete = false
    private var lines = 0
    private var framesWithPerson = 0
    private var numbers: [Double] = []
    private var points: [ObservedPoint] = []

    package init() {}

    /// A whole file.
    package static func read(_ bytes: [UInt8]) throws(Fault) -> Observations {
        var reader = ObservationsReader()
        var start = 0
        while start < bytes.count {
            let end = bytes[start...].firstIndex(of: UInt8(ascii: "\n")) ?? bytes.count
            try reader.take(bytes[start..<end])
            start = end + 1
        }
        return try reader.finish()
    }

    /// One line, without its end.
    package mutating func take(_ line: ArraySlice<UInt8>) throws(Fault) {
        lines += 1
        guard !isComplete, line.count <= Self.maximalLineBytes else { throw .line(lines) }
        guard observations != nil else { return try takeHeader(line) }
        let isEnd = line.starts(with: Array(#"{"end":"#.utf8))
        do {
            if isEnd { try takeEnd(line) } else { try takeFrame(line) }
        } catch {
            throw isEnd ? .incomplete : .line(lines)
        }
    }

    package func finish() throws(Fault) -> Observations {
        guard let observations, isComplete else { throw lines == 0 ? .notObservations : .incomplete }
        return observations
    }

    private mutating func takeHeader(_ line: ArraySlice<UInt8>) throws(Fault) {
        guard let json = try? JSON.parse(Array(line)), json["format"]?.string == ObservationsWriter.format,
            let version = json["version"]?.integer
        else { throw .notObservations }
        guard version >= 1 else { throw .notObservations }
        guard version <= ObservationsWriter.version else { throw .newerVersion(version) }
        guard let (capture, request) = ObservationsHeader.read(json) else { throw .line(1) }
        observations = Observations(capture: capture, request: request)
    }

    private mutating func takeEnd(_ line: ArraySlice<UInt8>) throws {
        let json = try JSON.parse(Array(line))
        guard json["end"]?["frames"]?.integer == observations?.frames.count,
            json["end"]?["frames_with_person"]?.integer == framesWithPerson,
            let remarks = json["end"]?["remarks"]?.array?.compactMap(\.string), remarks.count <= 8
        else { throw Fault.incomplete }
        observations?.remarks = remarks
        isComplete = true
    }

    /// The shape of a frame line is fixed, so it is scanned rather than parsed: a long file has millions of numbers.
    private mutating func takeFrame(_ line: ArraySlice<UInt8>) throws {
        try line.withUnsafeBufferPointer { bytes in
            var scanner = JSONScanner(bytes)
            try scanner.expect(#"{"t":"#)
            guard (observations?.frames.count ?? 0) < Self.maximalFrames else { throw scanner.unexpected }
            let time = try scanner.bounded(0...Self.maximalSeconds)
            if let last = observations?.frames.last, time <= last.time { throw scanner.unexpected }
            try scanner.expect(#","light":"#)
            let light = try scanner.bounded(0...1)
            try scanner.expect(#","found":""#)
            if scanner.peek == UInt8(ascii: "n") {
                try scanner.expect(#"nobody"}"#)
                guard scanner.isAtEnd else { throw scanner.unexpected }
                return observations?.append(emptyAt: time, light: light)
            }
            let isTracked = scanner.peek == UInt8(ascii: "t")
            if isTracked { try scanner.expect("tracker") } else { try scanner.expect("detector") }
            try scanner.expect(#"","score":"#)
            let score = try scanner.bounded(0...1)
            try scanner.expect(#","points":["#)
            points.removeAll(keepingCapacity: true)
            for index in 0..<Landmark.count {
                if index > 0 { try scanner.expect(",") }
                points.append(try readPoint(&scanner))
            }
            try scanner.expect("]}")
            guard scanner.isAtEnd else { throw scanner.unexpected }
            observations?.append(
                time: time, light: light, score: score, found: isTracked ? .tracker : .detector, points: points)
            framesWithPerson += 1
        }
    }

    private mutating func readPoint(_ scanner: inout JSONScanner) throws(JSONError) -> ObservedPoint {
        numbers.removeAll(keepingCapacity: true)
        try scanner.numbers(appendingTo: &numbers)
        guard numbers.count == 7, numbers.allSatisfy({ $0.magnitude <= 100_000 }), (0...1).contains(numbers[3]) else {
            throw scanner.unexpected
        }
        return ObservedPoint(
            x: numbers[0], y: numbers[1], depth: numbers[2], visibility: numbers[3],
            world: SIMD3(numbers[4], numbers[5], numbers[6]))
    }
}

extension JSONScanner {
    fileprivate mutating func bounded(_ range: ClosedRange<Double>) throws(JSONError) -> Double {
        let value = try number()
        guard range.contains(value) else { throw unexpected }
        return value
    }
}
