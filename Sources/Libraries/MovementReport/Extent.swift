import Movement

/// From where to where an angle went, and how sure that is.
struct Extent: Equatable {
    /// Degrees.
    var least: Double
    var greatest: Double
    /// Median of the standard uncertainty over the frames, degrees.
    var uncertainty: Double

    var range: Double { greatest - least }

    /// nil where no value was measured at the times given.
    init?(_ series: AngleSeries, at indices: Range<Int>? = nil) {
        let indices = indices ?? series.degrees.indices
        var least = Double.infinity
        var greatest = -Double.infinity
        var uncertainties: [Double] = []
        uncertainties.reserveCapacity(indices.count)
        for index in indices where series.degrees[index].isFinite {
            least = min(least, series.degrees[index])
            greatest = max(greatest, series.degrees[index])
            let uncertainty = series.standardUncertaintyDegrees[index]
            if uncertainty.isFinite { uncertainties.append(uncertainty) }
        }
        guard greatest >= least else { return nil }
        self.least = least
        self.greatest = greatest
        uncertainty = median(uncertainties) ?? .nan
    }
}

/// The middle value, or the mean of the two in the middle; nil of nothing. Values must be finite.
func median(_ values: [Double]) -> Double? {
    guard !values.isEmpty else { return nil }
    let sorted = values.sorted()
    return (sorted[(sorted.count - 1) / 2] + sorted[sorted.count / 2]) / 2
}

extension Measurement {
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
