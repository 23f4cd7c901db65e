import Foundation

/// Finds the events of walking and what follows from them.
///
/// Initial contact is where the heel is farthest ahead of the pelvis, toe-off where the toe is farthest behind it
/// (Zeni, Richards, Higginson, "Two simple methods for determining gait events during treadmill and overground
/// walking using kinematic data", Gait & Posture 27:710, 2008). Where the contact weight of the same point changes
/// within 0.15 s, the event is the mean of both times, with twice the weight on the contact: the first is where the
/// foot is as fast as the pelvis, which is before it stands on landing and after it left the floor on leaving. Events at
/// the ends of the recording need the turn to be seen from both sides, and all must follow each other as in walking
/// (`GaitSequence`).
package enum GaitAnalysis {
    private static let contactReachSeconds = 0.15
    /// A step moves the foot this far relative to the pelvis, at least.
    private static let leastSwingMetres = 0.15
    /// What must be seen of the way to and from an event at the ends of the recording.
    private static let leastApproachMetres = 0.05
    /// Who gets less far, or is slower, does not walk.
    private static let leastTravelMetres = 0.5
    private static let leastSpeedMetresPerSecond = 0.2

    /// What walking shows; nil where nobody walks, or no two steps could be confirmed.
    package static func gait(in motion: FittedMotion) -> Gait? {
        guard let path = WalkingPath(motion: motion), let speed = path.speedMetresPerSecond,
            speed >= leastSpeedMetresPerSecond, path.travelMetres >= leastTravelMetres
        else { return nil }
        var events: [Gait.Event] = []
        for side in [BodySide.right, .left] {
            let isLeft = side == .left
            let heel = path.aheadOfPelvis(isLeft ? .leftHeel : .rightHeel)
            let toe = path.aheadOfPelvis(isLeft ? .leftToe : .rightToe).map { -$0 }
            let heelContact = path.contact(isLeft ? 0 : 1)
            let toeContact = path.contact(isLeft ? 2 : 3)
            events += turns(of: heel, contact: heelContact, rises: true, path: path)
                .map { Gait.Event(kind: .initialContact, side: side, seconds: $0) }
            events += turns(of: toe, contact: toeContact, rises: false, path: path)
                .map { Gait.Event(kind: .toeOff, side: side, seconds: $0) }
        }
        events.sort { ($0.seconds, $0.side.rawValue) < ($1.seconds, $1.side.rawValue) }
        let runs = GaitSequence.runs(of: events)
        guard !runs.isEmpty else { return nil }
        return Gait(
            events: runs.flatMap { $0 }, cadenceStepsPerMinute: cadence(runs), speedMetresPerSecond: speed,
            stepLengthMetres: stepLengths(runs, path: path), stanceFraction: stanceFractions(runs))
    }

    private static func turns(of ahead: [Double], contact: [Double], rises: Bool, path: WalkingPath) -> [Double] {
        let span = SeriesStatistics.quantile(ahead, 0.95) - SeriesStatistics.quantile(ahead, 0.05)
        let threshold = max(leastSwingMetres, 0.35 * span)
        return TurningPoint.all(in: ahead, threshold: threshold).filter(\.isPeak).compactMap { turn in
            let at = turn.index
            guard at > 0, at + 1 < ahead.count, let before = ahead[..<at].suffix(20).min(),
                let after = ahead[(at + 1)...].prefix(20).min(), ahead[at] - before >= leastApproachMetres,
                ahead[at] - after >= leastApproachMetres
            else { return nil }
            let bend = ahead[at - 1] - 2 * ahead[at] + ahead[at + 1]
            let part = bend < 0 ? 0.5 * (ahead[at - 1] - ahead[at + 1]) / bend : 0
            let turned = path.seconds(at: Double(at) + max(-0.5, min(0.5, part)))
            let changed = change(of: contact, rises: rises, near: turned, path: path)
            return changed.map { (turned + 2 * $0) / 3 } ?? turned
        }
    }

    /// When the contact weight passes one half in the given direction, nearest to a time; nil where it does not.
    private static func change(of contact: [Double], rises: Bool, near time: Double, path: WalkingPath) -> Double? {
        (1..<contact.count).compactMap { index -> Double? in
            let before = contact[index - 1] - 0.5
            let after = contact[index] - 0.5
            guard before * after <= 0, before != after, (after > before) == rises else { return nil }
            return path.seconds(at: Double(index - 1) + before / (before - after))
        }
        .filter { abs($0 - time) <= contactReachSeconds }
        .min { abs($0 - time) < abs($1 - time) }
    }

    /// From the median time between contacts of alternating feet; nil for fewer than two steps.
    private static func cadence(_ runs: [[Gait.Event]]) -> Double? {
        var steps: [BodySide: [Double]] = [:]
        for run in runs {
            let contacts = run.filter { $0.kind == .initialContact }
            for (before, after) in zip(contacts, contacts.dropFirst()) {
                steps[after.side, default: []].append(after.seconds - before.seconds)
            }
        }
        let sides = BodySide.allCases.compactMap { steps[$0] }
        guard sides.map(\.count).reduce(0, +) >= 2 else { return nil }
        // Left and right steps may differ: the mean of their medians, so that an odd number of steps is not biased.
        let mean = sides.map { SeriesStatistics.median($0) }.reduce(0, +) / Double(sides.count)
        return mean > 0 ? 60 / mean : nil
    }

    /// How far the landing heel is ahead of the other one, median per landing side; none where it is not ahead.
    private static func stepLengths(_ runs: [[Gait.Event]], path: WalkingPath) -> [BodySide: Double] {
        var result: [BodySide: Double] = [:]
        for side in BodySide.allCases {
            let lengths = runs.joined().filter { $0.kind == .initialContact && $0.side == side }.map { event in
                path.distanceAhead(
                    of: side == .left ? .leftHeel : .rightHeel, to: side == .left ? .rightHeel : .leftHeel,
                    seconds: event.seconds)
            }.filter(\.isFinite)
            let length = SeriesStatistics.median(lengths)
            if length > 0 { result[side] = length }
        }
        return result
    }

    /// Time from contact to toe-off over time from contact to the next contact of the same foot, median per side.
    private static func stanceFractions(_ runs: [[Gait.Event]]) -> [BodySide: Double] {
        var fractions: [BodySide: [Double]] = [:]
        for run in runs {
            // In a run the toe-off of the same foot is three events after its contact, the next contact four.
            for index in run.indices where run[index].kind == .initialContact && index + 4 < run.count {
                let start = run[index].seconds
                fractions[run[index].side, default: []].append(
                    (run[index + 3].seconds - start) / (run[index + 4].seconds - start))
            }
        }
        return fractions.mapValues { SeriesStatistics.median($0) }
    }
}
