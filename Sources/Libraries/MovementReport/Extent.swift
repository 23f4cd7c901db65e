import Movement

/// From where to where an angle went, and how sure that is.
///
/// Times that are much less certain than the others (more than twice the median uncertainty) cannot set an extreme: at
/// the ends of a recording, or where a leg is hidden, a guess would otherwise be the largest value of all.
package struct Extent: Equatable {
    /// Degrees.
    package var least: Double
    /// Degrees.
    package var greatest: Double
    /// Standard uncertainty of an extreme: root mean square of those at the two extreme times, and no less than the
    /// median over the frames, degrees.
    package var uncertainty: Double

    var range: Double { greatest - least }

    private static let doubtfulOverMedian = 2.0

    /// nil where no value was measured at the times given.
    init?(_ series: AngleSeries, at indices: Range<Int>? = nil) {
        let measured = (indices ?? series.degrees.indices).filter { series.degrees[$0].isFinite }
        let typical = median(measured.map { series.standardUncertaintyDegrees[$0] }.filter(\.isFinite)) ?? .nan
        let trusted = measured.filter { index in
            !(series.standardUncertaintyDegrees[index] > Self.doubtfulOverMedian * typical)
        }
        guard let lowest = trusted.min(by: { series.degrees[$0] < series.degrees[$1] }),
            let highest = trusted.max(by: { series.degrees[$0] < series.degrees[$1] })
        else { return nil }
        least = series.degrees[lowest]
        greatest = series.degrees[highest]
        let squares = [lowest, highest].map { series.standardUncertaintyDegrees[$0] }.filter(\.isFinite).map { $0 * $0 }
        let ofExtremes = squares.isEmpty ? typical : (squares.reduce(0, +) / Double(squares.count)).squareRoot()
        uncertainty = max(typical, ofExtremes)
    }
}

/// The middle value, or the mean of the two in the middle; nil of nothing. Values must be finite.
func median(_ values: [Double]) -> Double? {
    guard !values.isEmpty else { return nil }
    let sorted = values.sorted()
    return (sorted[(sorted.count - 1) / 2] + sorted[sorted.count / 2]) / 2
}

extension Measurement {
    /// From where to where an angle went, as the report says it; nil where it is withheld or was never seen.
    package func extent(of angle: JointAngle) -> Extent? { measured(angle).flatMap { Extent($0) } }

    /// The series of an angle that may be shown: nil where it is withheld, was not computed, or nothing was measured
    /// because the capture was refused.
    func measured(_ angle: JointAngle) -> AngleSeries? {
        guard capture.refused == nil, withheld[angle] == nil, let series = angles[angle],
            series.degrees.count == times.count, series.standardUncertaintyDegrees.count == times.count
        else { return nil }
        return series
    }

    /// Positions in `times` of what lies within a stretch of time; `times` rise.
    func indices(from start: Double, through end: Double) -> Range<Int> {
        let first = times.firstIndex(notBelow: start)
        let last = times.firstIndex(notBelow: end.nextUp)
        return first..<max(first, last)
    }

    /// The joint in whose angle the repetitions of the exercise are counted.
    var leadingJoint: JointAngle.Joint? {
        recognition.exercise.flatMap { ExerciseProtocol.of($0).repetition?.joint }
    }

    /// Whether a repetition turns where the leading angle is least: who rises from a chair straightens the knees.
    var turnsAtLeast: Bool {
        recognition.exercise.flatMap { ExerciseProtocol.of($0).repetition?.turn } == .least
    }
}

extension [Double] {
    /// The first position of rising values that is not below `value`; the end where all are. Halves the search.
    func firstIndex(notBelow value: Double) -> Int {
        var low = 0
        var high = count
        while low < high {
            let middle = (low + high) / 2
            if self[middle] < value { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
