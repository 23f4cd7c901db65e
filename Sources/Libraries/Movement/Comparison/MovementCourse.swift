import Base

/// How the leading angle of an exercise goes through one repetition: the mean over the repetitions, from the beginning (0) to the end (1).
package struct MovementCourse: Sendable, Equatable {
    /// What bends; of both sides the mean, where both lead.
    package let joint: JointAngle.Joint
    /// At `count` places in equal steps, degrees.
    package let degrees: [Double]
    /// Standard uncertainty of each: that of the measurement and that of the mean over the repetitions, degrees.
    package let uncertainty: [Double]

    /// Places from beginning to end.
    package static let count = 21

    /// nil where no repetition was counted, or its angle is withheld.
    init?(_ measurement: Measurement) {
        guard let exercise = measurement.recognition.exercise, let rule = ExerciseProtocol.of(exercise).repetition,
            !measurement.repetitions.isEmpty
        else { return nil }
        let sides = [JointAngle(rule.joint, .right), JointAngle(rule.joint, .left)]
            .filter { measurement.withheld[$0] == nil }.compactMap { measurement.angles[$0] }
            .filter { $0.degrees.count == measurement.times.count && $0.standardUncertaintyDegrees.count == measurement.times.count }
        guard !sides.isEmpty else { return nil }
        var (rows, doubts): ([[Double]], [[Double]]) = ([], [])
        for repetition in measurement.repetitions {
            let places = (0..<Self.count).map { place in
                repetition.startSeconds + repetition.tempoSeconds * Double(place) / Double(Self.count - 1)
            }
            // Where the sides take turns, the one that moves is meant.
            let moving = repetition.peakBySide.count == 1 ? repetition.peakBySide.keys.first : nil
            let series = moving.flatMap { measurement.angles[JointAngle(rule.joint, $0)] }.map { [$0] } ?? sides
            rows.append(places.map { at in Self.mean(series.map { Self.value(of: $0.degrees, at: at, measurement.times) }) })
            doubts.append(
                places.map { at in Self.mean(series.map { Self.value(of: $0.standardUncertaintyDegrees, at: at, measurement.times) }) })
        }
        let complete = rows.indices.filter { row in (rows[row] + doubts[row]).allSatisfy(\.isFinite) }
        guard !complete.isEmpty else { return nil }
        joint = rule.joint
        let mean = (0..<Self.count).map { place in Self.mean(complete.map { rows[$0][place] }) }
        degrees = mean
        uncertainty = (0..<Self.count).map { place in
            let level = Self.mean(complete.map { doubts[$0][place] })
            guard complete.count > 1 else { return level }
            let n = Double(complete.count)
            let squares = complete.reduce(0) { $0 + (rows[$1][place] - mean[place]) * (rows[$1][place] - mean[place]) }
            return (level * level + squares / (n - 1) / n).squareRoot()
        }
    }

    private static func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(values.count) }

    /// Between the pictures before and after; `times` rise.
    private static func value(of series: [Double], at moment: Double, _ times: [Double]) -> Double {
        guard let after = times.firstIndex(where: { $0 >= moment }) else { return series.last ?? .nan }
        guard after > 0, times[after] > times[after - 1] else { return series[after] }
        let share = (moment - times[after - 1]) / (times[after] - times[after - 1])
        return series[after - 1] + share * (series[after] - series[after - 1])
    }
}

extension MovementCourse {
    func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("joint", joint.rawValue)
            json.member("degrees", array: { json in for value in degrees { json.number(value, decimals: 3) } })
            json.member("uncertainty", array: { json in for value in uncertainty { json.number(value, decimals: 3) } })
        }
    }

    /// nil for what `write` does not write.
    init?(_ json: JSON) {
        guard let joint = json["joint"]?.string.flatMap({ JointAngle.Joint(rawValue: $0) }),
            let degrees = json["degrees"]?.array?.compactMap(\.number), degrees.count == Self.count,
            let uncertainty = json["uncertainty"]?.array?.compactMap(\.number), uncertainty.count == Self.count
        else { return nil }
        self.joint = joint
        self.degrees = degrees
        self.uncertainty = uncertainty
    }
}
