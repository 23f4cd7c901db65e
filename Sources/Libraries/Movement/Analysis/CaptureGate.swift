import Base

/// Decides whether a recording can be trusted, and says how to film it better.
///
/// Twice: on the observations alone, before anything is fitted, and on what the fit says of itself. What an exercise
/// does not need is not asked for; where the exercise is not known yet, nothing is refused for a part of the body
/// that is missing. So the first look is worth repeating when the exercise has been recognised.
package enum CaptureGate {
    /// What the gate says of a recording.
    package struct Verdict: Sendable, Equatable {
        package var warnings: [CaptureQuality.Remark] = []
        /// The first reason found; nil where the recording passes.
        package var refused: CaptureQuality.Remark?

        package init(warnings: [CaptureQuality.Remark] = [], refused: CaptureQuality.Remark? = nil) {
            self.warnings = warnings
            self.refused = refused
        }

        mutating func refuse(_ remark: CaptureQuality.Remark) {
            if refused == nil { refused = remark }
        }
    }

    private static let leastFramesWithPerson = 15
    private static let shortestSeconds = 1.0
    private static let leastPersonShare = 0.8
    private static let leastHertz = 15.0
    private static let darkLight = 0.12
    private static let unseenShareToWarn = 0.2
    private static let unseenShareToRefuse = 0.5

    /// What can be said before fitting.
    /// - Parameter exercise: the one asked for or recognised; nil where neither.
    package static func beforeFit(_ observations: Observations, exercise: Exercise?) -> Verdict {
        var verdict = Verdict()
        let frames = observations.frames
        let seen = frames.filter(\.hasPerson)
        let light = SeriesStatistics.median(frames.map(\.light))
        let isDark = light < darkLight
        guard !frames.isEmpty, !seen.isEmpty else {
            verdict.refuse(isDark ? CaptureRemarks.tooDark : CaptureRemarks.nobodyInView)
            return verdict
        }
        let body = VisibleBody(observations)
        if isDark {
            if body.medianVisibility < 0.7 || seen.count * 2 < frames.count {
                verdict.refuse(CaptureRemarks.tooDark)
            } else {
                verdict.warnings.append(CaptureRemarks.dark)
            }
        }
        if seen.count < leastFramesWithPerson { verdict.refuse(CaptureRemarks.tooFewFrames) }
        if let first = frames.first?.time, let last = frames.last?.time, last - first < shortestSeconds {
            verdict.refuse(CaptureRemarks.tooShort)
        }
        if body.heightPixels < 90 {
            verdict.refuse(CaptureRemarks.muchTooFar)
        } else if body.heightPixels < 180 {
            verdict.warnings.append(CaptureRemarks.tooFar)
        }
        check(body, exercise: exercise, verdict: &verdict)
        if Double(seen.count) < leastPersonShare * Double(frames.count) {
            verdict.warnings.append(CaptureRemarks.personMissing)
        }
        if let hertz = analysedHertz(frames), hertz < leastHertz { verdict.warnings.append(CaptureRemarks.lowRate) }
        return verdict
    }

    private static func check(_ body: VisibleBody, exercise: Exercise?, verdict: inout Verdict) {
        let needed = exercise.map { ExerciseProtocol.of($0).neededParts } ?? [.legs, .feet]
        for part in needed {
            let unseen = body.unseenShare[part] ?? 0
            if exercise != nil, unseen > unseenShareToRefuse {
                verdict.refuse(CaptureRemarks.outOfView(part))
            } else if unseen > unseenShareToWarn {
                verdict.warnings.append(CaptureRemarks.partlyOutOfView(part))
            }
        }
    }

    /// Pictures a second (median); nil for fewer than two.
    package static func analysedHertz(_ frames: [ObservedFrame]) -> Double? {
        let steps = zip(frames, frames.dropFirst()).map { $1.time - $0.time }.filter { $0 > 0 }
        return steps.isEmpty ? nil : 1 / SeriesStatistics.median(steps)
    }

    /// The part of a measurement that is about the recording.
    /// - Parameter verdicts: of the looks that were taken, in order; the first refusal counts.
    package static func quality(
        of observations: Observations, view: CameraView?, verdicts: [Verdict]
    ) -> CaptureQuality {
        var warnings: [CaptureQuality.Remark] = []
        for remark in verdicts.flatMap(\.warnings) where !warnings.contains(remark) { warnings.append(remark) }
        return CaptureQuality(
            analysedHertz: analysedHertz(observations.frames), frames: observations.frames.count,
            framesWithPerson: observations.frames.count(where: \.hasPerson), view: view?.view,
            cameraSide: view?.nearSide, warnings: warnings, refused: verdicts.lazy.compactMap(\.refused).first)
    }
}
