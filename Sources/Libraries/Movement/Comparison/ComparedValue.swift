import Base

/// A figure of one measurement with the uncertainty it is compared by.
struct ComparedValue: Sendable, Equatable {
    var code: String
    var unit: String
    var value: Double
    var standardUncertainty: Double

    /// Share of a recording cut off at both ends of an angle's range: the first and last moments are guesses.
    private static let cutShare = 0.025

    /// All that a measurement has, in a fixed order.
    static func all(of measurement: Measurement) -> [ComparedValue] {
        (leading(measurement) + ranges(measurement) + walking(measurement) + score(measurement))
            .filter { $0.value.isFinite && $0.standardUncertainty.isFinite && $0.standardUncertainty > 0 }
    }

    private static func leading(_ measurement: Measurement) -> [ComparedValue] {
        let repetitions = measurement.repetitions
        guard !repetitions.isEmpty, let exercise = measurement.recognition.exercise else { return [] }
        let tempos = repetitions.map(\.tempoSeconds)
        let tempo = ComparedValue(
            code: "tempo", unit: "s", value: SeriesStatistics.median(tempos),
            standardUncertainty: max(standardError(tempos), LandmarkTrack.stepSeconds))
        guard ExerciseProtocol.of(exercise).repetition != nil else {
            let longest = tempos.max() ?? .nan
            return [
                ComparedValue(
                    code: "longest_hold", unit: "s", value: longest, standardUncertainty: 0.15)
            ]
        }
        // The error of the level is one and the same in all repetitions.
        let level = SeriesStatistics.median(repetitions.map(\.peakUncertaintyDegrees))
        let peaks = repetitions.map(\.peakDegrees)
        let ranges = repetitions.map(\.rangeDegrees)
        return [
            ComparedValue(
                code: "peak", unit: "deg", value: SeriesStatistics.median(peaks), standardUncertainty: joined(level, standardError(peaks))),
            ComparedValue(
                code: "range", unit: "deg", value: SeriesStatistics.median(ranges),
                standardUncertainty: joined(2.0.squareRoot() * level, standardError(ranges))), tempo,
        ]
    }

    /// Of every angle that was measured.
    private static func ranges(_ measurement: Measurement) -> [ComparedValue] {
        JointAngle.allCases.compactMap { angle in
            guard measurement.withheld[angle] == nil, let series = measurement.angles[angle] else { return nil }
            let range =
                SeriesStatistics.quantile(series.degrees, 1 - cutShare) - SeriesStatistics.quantile(series.degrees, cutShare)
            return ComparedValue(
                code: "\(angle.rawValue)_range", unit: "deg", value: range,
                standardUncertainty: 2.0.squareRoot() * SeriesStatistics.median(series.standardUncertaintyDegrees))
        }
    }

    /// Speed and cadence are as good as events are: 0.02 s of a step (`docs/movement.md`); the speed scales with the
    /// body's size, which is told or taken as 1.70 m, and with the focal length.
    private static func walking(_ measurement: Measurement) -> [ComparedValue] {
        guard let gait = measurement.gait else { return [] }
        let steps = Double(max(gait.events.count { $0.kind == .initialContact } - 1, 1))
        let cadence = gait.cadenceStepsPerMinute.map { cadence in
            ComparedValue(
                code: "cadence", unit: "1/min", value: cadence,
                standardUncertainty: cadence * cadence / 60 * 0.02 * 2.0.squareRoot() / steps.squareRoot())
        }
        let speed = gait.speedMetresPerSecond.map { speed in
            ComparedValue(
                code: "speed", unit: "m/s", value: speed,
                standardUncertainty: speed * (measurement.personHeightMetres == nil ? 0.07 : 0.05))
        }
        return [cadence, speed].compactMap(\.self)
    }

    private static func score(_ measurement: Measurement) -> [ComparedValue] {
        guard let score = measurement.score else { return [] }
        return [
            ComparedValue(
                code: "score", unit: "points", value: Double(score.points),
                standardUncertainty: max((score.high - score.low) / 4, 1))
        ]
    }

    private static func joined(_ first: Double, _ second: Double) -> Double { (first * first + second * second).squareRoot() }

    private static func standardError(_ values: [Double]) -> Double {
        guard values.count > 1 else { return 0 }
        let n = Double(values.count)
        let mean = values.reduce(0, +) / n
        return (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / (n - 1) / n).squareRoot()
    }
}

extension ComparedValue {
    /// What it is called; it starts a sentence.
    var name: Text {
        switch code {
        case "tempo": Text(es: "Duración de cada una", en: "Time for each")
        case "longest_hold": Text(es: "Apoyo más largo", en: "Longest stand")
        case "peak": Text(es: "Ángulo en el punto final", en: "Angle at the turn")
        case "range": Text(es: "Recorrido de cada repetición", en: "Range of each repetition")
        case "cadence": Text(es: "Cadencia", en: "Cadence")
        case "speed": Text(es: "Velocidad", en: "Speed")
        case "score": Text(es: "Puntuación", en: "Score")
        default: JointAngle(rawValue: code.replacing("_range", with: "")).map(Self.name) ?? Text(verbatim: code)
        }
    }

    private static func name(_ angle: JointAngle) -> Text {
        let side = angle.side.map { $0 == .right ? Text(es: " (derecha)", en: ", right") : Text(es: " (izquierda)", en: ", left") }
        let joint = angle.joint.title
        return Text(es: "\(joint.spanish)\(side?.spanish ?? "")", en: "\(joint.english)\(side?.english ?? "")")
    }
}

extension JointAngle.Joint {
    /// The range of motion of a joint, as a figure's name.
    fileprivate var title: Text {
        switch self {
        case .knee: Text(es: "Recorrido de rodilla", en: "Knee range")
        case .hip: Text(es: "Recorrido de cadera", en: "Hip range")
        case .ankle: Text(es: "Recorrido de tobillo", en: "Ankle range")
        case .shoulder: Text(es: "Recorrido de hombro", en: "Shoulder range")
        case .elbow: Text(es: "Recorrido de codo", en: "Elbow range")
        case .trunk: Text(es: "Recorrido de tronco", en: "Trunk range")
        }
    }
}
