import Movement

/// Follows one person from picture to picture: looks where they were, and at the whole picture when they are not there.
package final class PersonTracker {
    /// How pictures relate to each other.
    package enum Mode: Sendable {
        /// Each picture by itself, and in it the best-scored detection: what MediaPipe calls static images.
        case singleImages
        /// A recording, in which one person is followed.
        case recording
    }

    private let mode: Mode
    private let detector: PersonDetector
    private let reader: LandmarkReader
    private var person = PersonOfInterest()
    private var filter = OneEuroFilter()
    private var nextRegion: CropRegion?
    private var lastSeconds = 0.0

    /// MediaPipe counts every picture as a thirtieth of a second. Shorter steps are counted so too, because a region that
    /// follows more slowly than the networks are used to costs accuracy; longer ones as what they are.
    private static let filterSeconds = 1.0 / 30

    /// Detections that are looked at closely where the first turns out to be nobody.
    private static let closerLooks = 3

    package init(models: PoseModels, mode: Mode) {
        let sampler = CropSampler()
        self.mode = mode
        detector = PersonDetector(network: models.detector, sampler: sampler)
        reader = LandmarkReader(network: models.landmarks, sampler: sampler)
    }

    /// - Parameter seconds: presentation time, rising from call to call.
    /// - Throws: `Failure(.unavailable)` where the networks fail.
    package func look(at picture: Picture, seconds: Double) throws -> FrameObservation {
        var observation = FrameObservation(
            timeSeconds: seconds, light: picture.meanLight(), score: 0, found: .nobody, points: [])
        if mode == .recording, let region = nextRegion {
            let reading = try reader.read(picture, region)
            if !reading.points.isEmpty {
                follow(reading, seconds, isNew: false)
                observation.take(reading, .tracker)
                return observation
            }
            nextRegion = nil
        }
        var candidates = try detector.detect(picture)
        if mode == .recording {
            candidates = person.ranked(candidates, at: seconds, width: picture.width, height: picture.height)
        }
        for candidate in candidates.prefix(mode == .recording ? Self.closerLooks : 1) {
            let reading = try reader.read(picture, candidate.region)
            guard !reading.points.isEmpty else { continue }
            follow(reading, seconds, isNew: true)
            observation.take(reading, .detector)
            return observation
        }
        return observation
    }

    /// Sets where to look in the next picture.
    private func follow(_ reading: LandmarkReading, _ seconds: Double, isNew: Bool) {
        if isNew { filter = OneEuroFilter() }
        let arm = reading.extent - reading.hips
        let reach = (arm * arm).sum().squareRoot()
        let steady = filter.filter(
            SIMD4(lowHalf: reading.hips, highHalf: reading.extent), scale: 2 * reach,
            seconds: max(Self.filterSeconds, seconds - lastSeconds))
        let region = CropRegion(hips: steady.lowHalf, extent: steady.highHalf)
        nextRegion = region
        lastSeconds = seconds
        person.remember(region, at: seconds)
    }
}

extension FrameObservation {
    fileprivate mutating func take(_ reading: LandmarkReading, _ found: ObservedFrame.Found) {
        score = reading.score
        points = reading.points
        self.found = found
    }
}
