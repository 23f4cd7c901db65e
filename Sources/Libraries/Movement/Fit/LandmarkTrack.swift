import Base

/// What the body fit sees of a clip: twelve landmarks of shoulders, hips and legs on a regular 30 Hz grid.
///
/// Frames may come at any rate and with gaps. Faster recordings are low-passed before they are resampled; across
/// gaps the values are interpolated and hardly weigh.
package struct LandmarkTrack: Sendable {
    /// Left before right, from the shoulders down: the order of every [× 12] below.
    package static let landmarks: [Landmark] = [
        .leftShoulder, .rightShoulder, .leftHip, .rightHip, .leftKnee, .rightKnee, .leftAnkle, .rightAnkle,
        .leftHeel, .rightHeel, .leftFootIndex, .rightFootIndex,
    ]
    package static let rateHertz = 30.0
    package static let stepSeconds = 1 / rateHertz

    /// Of the upright picture, in pixels.
    package let width: Int
    package let height: Int
    /// Pictures with a person.
    package let framesWithPerson: Int
    /// Seconds, one per grid point; the first is the first picture with a person.
    package let times: [Double]
    /// Pixels from the middle of the picture, right and down, [times × 12].
    package let image: [SIMD2<Double>]
    /// The network's metres relative to its own mid-hip, in axes of a camera looking at the person, [times × 12].
    package let world: [SIMD3<Double>]
    /// Weight of an image point, 0.02 … 1: visibility, reduced fifty times within gaps. [times × 12]
    package let confidence: [Double]
    /// Seconds to the nearest picture with a person.
    package let distanceSeconds: [Double]
    /// More than two and a half pictures away from any with a person: the values there are made up.
    package let isInGap: [Bool]

    package var count: Int { times.count }
    package var longSide: Double { Double(max(width, height)) }

    /// Nearest picture with a person within 0.25 s.
    package func isMeasured(_ index: Int) -> Bool { distanceSeconds[index] < 0.25 }

    /// - Throws: `too_few_frames` for fewer than 15 pictures with a person or less than 0.4 s of them, `too_long`
    ///   for more than two hours.
    package init(_ observations: Observations) throws(Failure) {
        let frames = observations.frames.filter(\.hasPerson)
        try self.init(
            times: frames.map(\.time), width: observations.capture.width, height: observations.capture.height
        ) { frame, landmark in
            let point = observations.point(Self.landmarks[landmark], in: frames[frame])
            return Sample(x: point.x, y: point.y, visibility: point.visibility, world: point.world)
        }
    }

    /// One landmark in one picture.
    package struct Sample: Sendable {
        /// Pixels from the left and top edges.
        package var x: Double
        package var y: Double
        package var visibility: Double
        package var world: SIMD3<Double>

        package init(x: Double, y: Double, visibility: Double, world: SIMD3<Double>) {
            self.x = x
            self.y = y
            self.visibility = visibility
            self.world = world
        }
    }

    /// From any source: `sample` gives landmark 0 ..< 12 (the order of `landmarks`) of the picture at a time.
    /// Pictures that do not come after the one before, or that hold a number that is not finite, are passed over.
    package init(
        times pictureTimes: [Double], width: Int, height: Int,
        sample: (_ frame: Int, _ landmark: Int) -> Sample
    ) throws(Failure) {
        let frames = Self.usable(pictureTimes, sample)
        let source = frames.map { pictureTimes[$0] }
        guard source.count >= 15, let first = source.first, let last = source.last, last - first >= 0.4 else {
            throw Self.tooFewFrames
        }
        guard last - first <= 7200 else { throw Self.tooLong }
        let count = Int(((last - first + 1e-6) * Self.rateHertz).rounded(.up))
        let times = (0..<count).map { first + Double($0) * Self.stepSeconds }
        let interval = SignalSmoothing.quantile(zip(source.dropFirst(), source).map { $0 - $1 }, 0.5)
        let deviation = 0.35 * Self.stepSeconds / interval
        func resampled(_ landmark: Int, _ value: (Sample) -> Double) -> [Double] {
            let values = frames.map { value(sample($0, landmark)) }
            let smooth = deviation > 0.4 ? SignalSmoothing.gaussian(values, deviation: deviation) : values
            return SignalSmoothing.interpolate(smooth, knots: source, at: times)
        }
        let distances = Self.distances(from: times, to: source)
        let inGap = distances.map { $0 > 2.5 * interval }
        var image = [SIMD2<Double>](repeating: .zero, count: count * 12)
        var world = [SIMD3<Double>](repeating: .zero, count: count * 12)
        var confidence = [Double](repeating: 0, count: count * 12)
        for landmark in 0..<12 {
            let (x, y) = (resampled(landmark, \.x), resampled(landmark, \.y))
            let visibility = resampled(landmark, \.visibility)
            for index in 0..<count {
                image[index * 12 + landmark] = SIMD2(x[index] - Double(width) / 2, y[index] - Double(height) / 2)
                confidence[index * 12 + landmark] = min(max(visibility[index] * (inGap[index] ? 0.02 : 1), 0.02), 1)
            }
            for axis in 0..<3 {
                let values = resampled(landmark) { $0.world[axis] }
                for index in 0..<count { world[index * 12 + landmark][axis] = values[index] }
            }
        }
        self.width = width
        self.height = height
        framesWithPerson = source.count
        self.times = times
        self.image = image
        self.world = world
        self.confidence = confidence
        distanceSeconds = distances
        isInGap = inGap
    }

    private static func usable(_ times: [Double], _ sample: (Int, Int) -> Sample) -> [Int] {
        var latest = -Double.infinity
        return times.indices.filter { frame in
            let isFinite = (0..<12).allSatisfy { landmark in
                let point = sample(frame, landmark)
                return (point.x + point.y + point.visibility + point.world.sum()).isFinite
            }
            guard times[frame].isFinite, times[frame] > latest, isFinite else { return false }
            latest = times[frame]
            return true
        }
    }

    private static func distances(from times: [Double], to source: [Double]) -> [Double] {
        var next = 1
        return times.map { time in
            while next < source.count - 1 && source[next] < time { next += 1 }
            return min(abs(time - source[next]), abs(time - source[next - 1]))
        }
    }

    private static let tooFewFrames = Failure(
        .invalid, "too_few_frames",
        Text(
            es: "No se siguió a nadie el tiempo suficiente; grabe de nuevo, con la persona entera en la imagen.",
            en: "Nobody was followed for long enough; please record again with the whole person in the picture."))

    private static let tooLong = Failure(
        .invalid, "too_long",
        Text(
            es: "La grabación dura más de dos horas; divídala en partes.",
            en: "The recording is longer than two hours; please split it into parts."))
}
