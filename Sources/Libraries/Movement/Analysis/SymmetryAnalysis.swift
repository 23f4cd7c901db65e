/// Compares the ranges of motion of the two sides.
package enum SymmetryAnalysis {
    /// Differences of range per joint, right minus left; nil where no joint can be compared.
    ///
    /// The uncertainty is meant to be too large rather than too small. The errors at the two ends of a side's range
    /// are taken as independent, and so are those of the two sides, although constants of the person and camera
    /// enter all of them and partly cancel: u² = Σ sd² over the four ends. Repeating the movement does not reduce it,
    /// because the same errors are there each time; the scatter of the repetitions is added where it is larger.
    ///
    /// - Parameters:
    ///   - free: a motion fitted without assuming the sides alike: the other one shrinks a true difference to about
    ///     45 %.
    ///   - repetitions: where empty, the whole recording is one range.
    ///   - excluding: angles that are not to be trusted; a joint with one of them is not compared.
    package static func symmetry(
        of free: FittedMotion, repetitions: [Repetition], joints: [JointAngle.Joint], excluding: Set<JointAngle> = []
    ) -> Symmetry? {
        let differences = joints.compactMap { joint -> Symmetry.Difference? in
            guard !excluding.contains(JointAngle(joint, .right)), !excluding.contains(JointAngle(joint, .left)),
                let right = free.angles[JointAngle(joint, .right)], let left = free.angles[JointAngle(joint, .left)]
            else { return nil }
            return difference(joint, right: right, left: left, motion: free, repetitions: repetitions)
        }
        return differences.isEmpty ? nil : Symmetry(differences: differences)
    }

    private struct Range {
        var degrees: Double
        var variance: Double
    }

    private static func difference(
        _ joint: JointAngle.Joint, right: AngleSeries, left: AngleSeries, motion: FittedMotion,
        repetitions: [Repetition]
    ) -> Symmetry.Difference? {
        let rights: [Range]
        let lefts: [Range]
        let areTogether = repetitions.allSatisfy { $0.peakBySide.count != 1 }
        if repetitions.isEmpty {
            rights = [range(of: right, joint, in: 0..<motion.times.count, cut: cutShare)].compactMap(\.self)
            lefts = [range(of: left, joint, in: 0..<motion.times.count, cut: cutShare)].compactMap(\.self)
        } else {
            func ranges(_ series: AngleSeries, _ side: BodySide) -> [Range?] {
                repetitions.filter { areTogether || $0.peakBySide[side] != nil }
                    .map { range(of: series, joint, in: window($0, times: motion.times)) }
            }
            let pairs = (ranges(right, .right), ranges(left, .left))
            if areTogether {
                let complete = zip(pairs.0, pairs.1).compactMap { r, l in r.flatMap { r in l.map { (r, $0) } } }
                rights = complete.map(\.0)
                lefts = complete.map(\.1)
            } else {
                rights = pairs.0.compactMap(\.self)
                lefts = pairs.1.compactMap(\.self)
            }
        }
        guard !rights.isEmpty, !lefts.isEmpty else { return nil }
        let middle =
            areTogether
            ? SeriesStatistics.median(zip(rights, lefts).map { $0.degrees - $1.degrees })
            : SeriesStatistics.median(rights.map(\.degrees)) - SeriesStatistics.median(lefts.map(\.degrees))
        let stated = SeriesStatistics.median(rights.map(\.variance)) + SeriesStatistics.median(lefts.map(\.variance))
        let scattered =
            areTogether
            ? varianceOfMean(zip(rights, lefts).map { $0.degrees - $1.degrees })
            : varianceOfMean(rights.map(\.degrees)) + varianceOfMean(lefts.map(\.degrees))
        return Symmetry.Difference(
            joint: joint, rangeRightMinusLeftDegrees: middle,
            standardUncertaintyDegrees: max(stated, scattered).squareRoot())
    }

    /// The repetition and a sixth of its length on both sides, since it starts a tenth of the way into the movement.
    private static func window(_ repetition: Repetition, times: [Double]) -> Swift.Range<Int> {
        let margin = repetition.tempoSeconds / 6
        let start = times.firstIndex { $0 >= repetition.startSeconds - margin } ?? 0
        let end = times.lastIndex { $0 <= repetition.endSeconds + margin } ?? 0
        return start..<max(end + 1, start)
    }

    /// Share of a whole recording cut off at both ends of a range: single guesses, as where it begins and ends, are no movement.
    private static let cutShare = 0.025
    /// Times whose uncertainty is beyond this many times the usual one do not set an end of a range.
    private static let doubtfulOverMedian = 2.0

    /// More than a healthy joint can move, in degrees: 70, 135, 150, 150 and 180 (American Academy of Orthopaedic Surgeons, Joint Motion,
    /// 1965, ankle to shoulder) and 20 for the error of the measurement. A range beyond is an error of the fit, whatever it says of itself.
    private static func most(_ joint: JointAngle.Joint) -> Double {
        switch joint {
        case .ankle: 90
        case .knee: 155
        case .hip, .elbow: 170
        case .shoulder, .trunk: 200
        }
    }

    private static func range(
        of series: AngleSeries, _ joint: JointAngle.Joint, in window: Swift.Range<Int>, cut: Double = 0
    ) -> Range? {
        let measured = window.filter { series.degrees[$0].isFinite && series.standardUncertaintyDegrees[$0].isFinite }
        guard measured.count * 2 > window.count else { return nil }
        let usual = SeriesStatistics.median(measured.map { series.standardUncertaintyDegrees[$0] })
        let trusted = measured.filter { series.standardUncertaintyDegrees[$0] <= doubtfulOverMedian * usual }
            .sorted { series.degrees[$0] < series.degrees[$1] }
        let dropped = Int(cut * Double(trusted.count))
        guard trusted.count > 2 * dropped else { return nil }
        let ends = [trusted[dropped], trusted[trusted.count - 1 - dropped]]
        let degrees = series.degrees[ends[1]] - series.degrees[ends[0]]
        guard degrees <= most(joint) else { return nil }
        return Range(
            degrees: degrees, variance: ends.map { series.standardUncertaintyDegrees[$0] }.reduce(0) { $0 + $1 * $1 })
    }

    private static func varianceOfMean(_ values: [Double]) -> Double {
        guard values.count > 1 else { return 0 }
        let n = Double(values.count)
        let mean = values.reduce(0, +) / n
        return values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / (n - 1) / n
    }
}
