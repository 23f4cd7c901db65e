import Base
import Markup
import Movement

/// What a measurement comes down to, in sentences for the person who moved.
struct Findings {
    let measurement: Measurement
    let language: Language

    /// A value and the interval in which about 95 of 100 true values lie, degrees.
    struct Interval: Equatable {
        var value: Double
        var low: Double
        var high: Double

        init(_ value: Double, standardUncertainty: Double) {
            self.value = value
            low = value - 2 * standardUncertainty
            high = value + 2 * standardUncertainty
        }

        /// The same downwards: of the ankle, how far the foot points.
        var negated: Interval { Interval(-value, standardUncertainty: (high - low) / 4) }
    }

    /// The middle one of the repetitions' peaks.
    var peak: Interval? {
        let repetitions = measurement.repetitions
        guard measurement.leadingJoint != nil,
            let value = median(repetitions.map(\.peakDegrees).filter(\.isFinite)),
            let uncertainty = median(repetitions.map(\.peakUncertaintyDegrees).filter(\.isFinite))
        else { return nil }
        return Interval(value, standardUncertainty: uncertainty)
    }

    var tempoSeconds: Double? { median(measurement.repetitions.map(\.tempoSeconds).filter(\.isFinite)) }

    /// One sentence after the other, the most important first.
    var sentences: [String] {
        guard let exercise = measurement.recognition.exercise else {
            return [
                language(
                    es: "No reconocimos el ejercicio. Abajo están los ángulos que se pudieron medir.",
                    en: "We did not recognise the exercise. The angles that could be measured are below.")
            ]
        }
        if ExerciseProtocol.of(exercise).hold != nil { return held }
        return exercise == .gait ? walking : repeated
    }

    /// The longest stand on each leg.
    private var held: [String] {
        let holds = measurement.repetitions
        guard !holds.isEmpty else {
            return [
                language(
                    es: "No vimos que se mantuviera sobre una pierna.", en: "We did not see you stand on one leg.")
            ]
        }
        return BodySide.allCases.compactMap { side in
            // A stand is filed under the leg that was lifted.
            guard let longest = holds.filter({ $0.peakBySide[side.other] != nil }).map(\.tempoSeconds).max() else { return nil }
            let time = language.duration(seconds: longest)
            let which = Words.side(side)
            return language(
                es: "Sobre la pierna \(which.spanish) se mantuvo \(time).", en: "You stood on your \(which.english) leg for \(time).")
        }
    }

    private var repeated: [String] {
        let count = measurement.repetitions.count
        guard count > 0 else {
            return [
                language(
                    es: "No encontramos ninguna repetición completa.", en: "We found no complete repetition.")
            ]
        }
        var sentences = [
            count == 1
                ? language(es: "Contamos 1 repetición.", en: "We counted 1 repetition.")
                : language(es: "Contamos \(count) repeticiones.", en: "We counted \(count) repetitions.")
        ]
        if let peak = measurement.leadingJoint == .ankle ? peak?.negated : peak {
            let value = language.degrees(peak.value)
            let interval = language.degrees(between: peak.low, and: peak.high)
            sentences.append(
                Text(
                    es: "\(whatMoved.spanish) hasta unos \(value) "
                        + "(\(interval), contando el error de la medición).",
                    en: "\(whatMoved.english) to about \(value) (\(interval), allowing for measurement error).")(
                        language))
        }
        if let tempoSeconds {
            let tempo = language.duration(seconds: tempoSeconds)
            sentences.append(
                count == 1
                    ? language(es: "Duró unos \(tempo).", en: "It took about \(tempo).")
                    : language(es: "Cada una duró unos \(tempo).", en: "Each took about \(tempo)."))
        }
        return sentences
    }

    /// The part of the body in which the repetitions were counted, and what it did.
    private var whatMoved: Text {
        let sides = Set(measurement.repetitions.flatMap { $0.peakBySide.keys })
        let side = sides.count == 1 ? sides.first : nil
        if measurement.leadingJoint == .ankle {
            return Text(es: "Inclinó los pies al subir los talones", en: "You tipped your feet as the heels rose")
        }
        if measurement.leadingJoint == .shoulder {
            guard let side else { return Text(es: "Levantó los brazos", en: "You raised your arms") }
            return side == .right
                ? Text(es: "Levantó el brazo derecho", en: "You raised your right arm")
                : Text(es: "Levantó el brazo izquierdo", en: "You raised your left arm")
        }
        let verb =
            measurement.turnsAtLeast
            ? Text(es: "Estiró", en: "You straightened") : Text(es: "Dobló", en: "You bent")
        guard let side else { return Text(es: "\(verb.spanish) las rodillas", en: "\(verb.english) your knees") }
        let which = Words.side(side)
        return Text(
            es: "\(verb.spanish) la rodilla \(which.spanish)", en: "\(verb.english) your \(which.english) knee")
    }

    private var walking: [String] {
        guard let gait = measurement.gait else { return [] }
        var sentences: [String] = []
        let steps = gait.events.count { $0.kind == .initialContact }
        sentences.append(
            steps == 1
                ? language(es: "Vimos 1 paso.", en: "We saw 1 step.")
                : language(es: "Vimos \(steps) pasos.", en: "We saw \(steps) steps."))
        let cadence = gait.cadenceStepsPerMinute.map { language.number($0) }
        let speed = gait.speedMetresPerSecond.map { language.number($0, decimals: 1) }
        switch (cadence, speed) {
        case (let cadence?, let speed?):
            sentences.append(
                language(
                    es: "Caminó a unos \(cadence) pasos por minuto y a \(speed) metros por segundo.",
                    en: "You walked at about \(cadence) steps a minute and \(speed) metres a second."))
        case (let cadence?, nil):
            sentences.append(
                language(
                    es: "Caminó a unos \(cadence) pasos por minuto.",
                    en: "You walked at about \(cadence) steps a minute."))
        case (nil, let speed?):
            sentences.append(
                language(
                    es: "Caminó a unos \(speed) metros por segundo.",
                    en: "You walked at about \(speed) metres a second."))
        case (nil, nil): break
        }
        return sentences
    }

    /// Whether the sides differ by more than the measurement can be wrong.
    func sentence(_ difference: Symmetry.Difference) -> String {
        let size = difference.rangeRightMinusLeftDegrees.magnitude
        let error = 2 * difference.standardUncertaintyDegrees
        guard difference.isReal else {
            return language(
                es: "No se ve una diferencia segura: \(language.degrees(size)) entre los lados, "
                    + "menos que el error de la medición (±\(language.degrees(error))).",
                en: "No sure difference: \(language.degrees(size)) between the sides, "
                    + "less than the measurement error (±\(language.degrees(error))).")
        }
        let interval = language.degrees(between: size - error, and: size + error)
        let isRight = difference.rangeRightMinusLeftDegrees > 0
        return language(
            es: "El lado \(isRight ? "derecho" : "izquierdo") se mueve más: \(interval) de diferencia, "
                + "más que el error de la medición.",
            en: "The \(isRight ? "right" : "left") side moves more: \(interval) of difference, "
                + "more than the measurement error.")
    }

    /// Angles without values and why, those with the same reason together, in the order of `JointAngle`.
    func withheld(_ reason: (JointAngle) -> Text) -> [(angles: [JointAngle], reason: Text)] {
        var groups: [(angles: [JointAngle], reason: Text)] = []
        for angle in JointAngle.allCases where measurement.extent(of: angle) == nil {
            let why = reason(angle)
            if let index = groups.firstIndex(where: { $0.reason == why }) {
                groups[index].angles.append(angle)
            } else {
                groups.append(([angle], why))
            }
        }
        return groups
    }

    /// "Hombro izquierdo, codo izquierdo".
    func list(_ angles: [JointAngle]) -> String {
        angles.enumerated().map { index, angle in
            let name = Words.angle(angle)(language)
            return index == 0 ? name : name.prefix(1).lowercased() + name.dropFirst()
        }.joined(separator: ", ")
    }
}
