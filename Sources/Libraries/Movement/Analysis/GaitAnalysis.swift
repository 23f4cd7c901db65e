import Foundation

/// Finds the events of walking and what follows from them.
///
/// Initial contact is where the heel is farthest ahead of the pelvis, toe-off where the toe is farthest behind it
/// (Zeni, Richards, Higginson, "Two simple methods for determining gait events during treadmill and overground
/// walking using kinematic data", Gait & Posture 27:710, 2008). Where the contact weight of the same point changes
/// within 0.15 s, the event is the mean of both times, with twice the weight on the contact: the first is where the
/// foot is as fast as the pelvis, which is before it stands on landing and after it left the floor on leaving. Events at the ends of the recording need the turn to be seen from both sides.
package enum GaitAnalysis {
    private static let contactReachSeconds = 0.15
    /// A step moves the foot this far relative to the pelvis, at least.
    private static let leastSwingMetres = 0.15
    /// What must be seen of the way to and from an event at the ends of the recording.
    private static let leastApproachMetres = 0.05

    /// What walking shows; nil where nobody walks.
    package static func gait(in motion: FittedMotion) -> Gait? {
        guard let path = WalkingPath(motion: motion) else { return nil }
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
        guard events.contains(where: { $0.kind == .initialContact }) else { return nil }
        events.sort { ($0.seconds, $0.side.rawValue) < ($1.seconds, $1.side.rawValue) }
        return Gait(
            events: events, cadenceStepsPerMinute: cadence(events), speedMetresPerSecond: path.speedMetresPerSecond,
            stepLengthMetres: stepLengths(events, path: path), stanceFraction: stanceFractions(events))
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
    private static func cadence(_ events: [Gait.Event]) -> Double? {
        let contacts = events.filter { $0.kind == .initialContact }
        let steps = zip(contacts, contacts.dropFirst()).filter { $0.side != $1.side }.map { $1.seconds - $0.seconds }
        guard steps.count >= 2 else { return nil }
        // Left and right steps may differ: the mean of their medians, so that an odd number of steps is not biased.
        let halves = [BodySide.right, .left].map { side in
            SeriesStatistics.median(
                zip(contacts, contacts.dropFirst()).filter { $0.side != $1.side && $1.side == side }
                    .map { $1.seconds - $0.seconds })
        }.filter(\.isFinite)
        let mean = halves.reduce(0, +) / Double(halves.count)
        return mean > 0 ? 60 / mean : nil
    }

    /// How far the landing heel is ahead of the other one, median per landing side.
    private static func stepLengths(_ events: [Gait.Event], path: WalkingPath) -> [BodySide: Double] {
        var result: [BodySide: Double] = [:]
        for side in BodySide.allCases {
            let lengths = events.filter { $0.kind == .initialContact && $0.side == side }.map { event in
                path.distanceAhead(
                    of: side == .left ? .leftHeel : .rightHeel, to: side == .left ? .rightHeel : .leftHeel,
                    seconds: event.seconds)
            }.filter(\.isFinite)
            if !lengths.isEmpty { result[side] = SeriesStatistics.median(lengths) }
        }
        return result
    }

    /// Time from contact to toe-off over time from contact to the next contact of the same foot, median per side.
    private static func stanceFractions(_ events: [Gait.Event]) -> [BodySide: Double] {
        var result: [BodySide: Double] = [:]
        for side in BodySide.allCases {
            let own = events.filter { $0.side == side }
            let contacts = own.filter { $0.kind == .initialContact }.map(\.seconds)
            let fractions = zip(contacts, contacts.dropFirst()).compactMap { start, end -> Double? in
                guard let off = own.first(where: { $0.kind == .toeOff && $0.seconds > start && $0.seconds < end })
                else { return nil }
                return (off.seconds - start) / (end - start)
            }
            if !fractions.isEmpty { result[side] = SeriesStatistics.median(fractions) }
        }
        return result
    }
}
