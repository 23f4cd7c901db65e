import Base
import Movement
import MovementReport

import func Foundation.cos
import func Foundation.pow
import func Foundation.sin

/// Made-up measurements: nobody moved like this. They hold one of everything that a report can show.
enum Sample {
    /// Five squats in 15 seconds, with a short gap, a longer one, and an arm that was not seen.
    static func squat(seconds: Double = 15, hertz: Double = 30, repetitions: Int = 5) -> Measurement {
        let count = Int(seconds * hertz)
        let times = (0..<count).map { Double($0) / hertz }
        let period = seconds / Double(repetitions)
        func bend(_ time: Double) -> Double { 0.5 - 0.5 * cos(2 * .pi * time / period) }
        func series(_ scale: Double, _ offset: Double, _ sd: Double) -> AngleSeries {
            var series = AngleSeries(
                degrees: times.map { scale * pow(bend($0), 1.3) + offset + 1.5 * sin(7 * $0) },
                standardUncertaintyDegrees: times.map { sd + 1.5 * bend($0) })
            for (index, time) in times.enumerated() where time >= 0.4 * seconds && time < 0.43 * seconds {
                series.degrees[index] = .nan
                series.standardUncertaintyDegrees[index] = .nan
            }
            return series
        }
        let angles: [JointAngle: AngleSeries] = [
            .kneeRight: series(96, 4, 2.5), .kneeLeft: series(91, 3, 3.1),
            .hipRight: series(84, 2, 4.2), .hipLeft: series(80, 1, 4.6),
            .ankleRight: series(24, 4, 2.9), .ankleLeft: series(22, 3, 3),
            .shoulderRight: series(30, 12, 4), .elbowRight: series(12, 20, 5),
            .trunk: series(-32, -6, 2.4),
        ]
        let counted = (0..<repetitions).map { number in
            let start = Double(number) * period
            return Repetition(
                startSeconds: start + 0.1 * period, peakSeconds: start + 0.5 * period, endSeconds: start + 0.9 * period,
                peakDegrees: 96.5 + Double(number % 3), peakUncertaintyDegrees: 2.4,
                rangeDegrees: 91 + Double(number % 2),
                peakBySide: [.right: 98.25, .left: 94.75], smoothness: number == 2 ? nil : -1.82)
        }
        let hidden = Text(
            es: "El brazo izquierdo quedó detrás del cuerpo. Gírese un poco hacia la cámara y vuelva a grabar.",
            en: "The left arm was hidden behind the body. Turn a little towards the camera and film again.")
        return Measurement(
            capture: CaptureQuality(
                analysedHertz: hertz, frames: count, framesWithPerson: count - 16, view: .frontOblique,
                cameraSide: .left,
                warnings: [
                    .init(
                        "too_dark",
                        Text(
                            es: "Hay poca luz y la medición es menos segura. Encienda una lámpara o abra la cortina.",
                            en: "There is little light and the measurement is less sure. "
                                + "Turn on a lamp or open the curtain."
                        ))
                ], refused: nil),
            recognition: Recognition(exercise: .squat, confidence: 0.94), family: .bilateral, times: times,
            angles: angles,
            withheld: [.shoulderLeft: hidden, .elbowLeft: hidden], repetitions: counted, gait: nil,
            symmetry: Symmetry(differences: [
                .init(joint: .knee, rangeRightMinusLeftDegrees: 5.2, standardUncertaintyDegrees: 2.1),
                .init(joint: .hip, rangeRightMinusLeftDegrees: 3.4, standardUncertaintyDegrees: 3.3),
                .init(joint: .ankle, rangeRightMinusLeftDegrees: -1.2, standardUncertaintyDegrees: 2.9),
            ]), motion: motion(times: times),
            gaps: [
                Gap(startSeconds: 1.2, endSeconds: 1.4, isFilled: true),
                Gap(startSeconds: 0.4 * seconds, endSeconds: 0.43 * seconds, isFilled: false),
            ], personHeightMetres: 1.68, faults: faults())
    }

    /// One of each kind of verdict on a squat.
    static func faults() -> [FaultVerdict] {
        FaultRule.rules(for: .squat).map { rule in
            func verdict(_ side: BodySide?, _ outcome: FaultVerdict.Outcome) -> FaultVerdict {
                FaultVerdict(rule: rule, side: side, outcome: outcome)
            }
            switch rule.code {
            case .kneeValgus:
                let amount = FaultAmount(value: 61.5, standardUncertainty: 6.25)
                let occurrences = [kneesInward(in: 2, 66), kneesInward(in: 3, 57)]
                return verdict(
                    nil,
                    .found(Fault(code: .kneeValgus, side: nil, amount: amount, severity: .mild, occurrences: occurrences)))
            case .heelRise: return verdict(nil, .undecided(.hiddenByView, nil))
            case .hipShift: return verdict(.right, .undecided(.uncertain, FaultAmount(value: 3.5, standardUncertainty: 1)))
            default:
                let within = rule.direction == .above ? rule.threshold / 4 : rule.threshold * 1.4
                return verdict(nil, .notFound(FaultAmount(value: within, standardUncertainty: rule.threshold / 10)))
            }
        }
    }

    private static func kneesInward(in number: Int, _ percent: Double) -> FaultOccurrence {
        let turn = 3.0 * Double(number) - 1.5
        return FaultOccurrence(
            repetition: number, momentSeconds: turn, startSeconds: turn - 0.5, endSeconds: turn + 0.5,
            pictures: (90 * number - 60)..<(90 * number - 29),
            amount: FaultAmount(value: percent, standardUncertainty: 8))
    }

    /// Four seconds of walking, named by the person.
    static func gait() -> Measurement {
        let times = (0..<120).map { Double($0) / 30 }
        func series(_ phase: Double, _ scale: Double, _ offset: Double) -> AngleSeries {
            AngleSeries(
                degrees: times.map { offset + scale * (0.5 - 0.5 * cos(2 * .pi * ($0 / 1.1 + phase))) },
                standardUncertaintyDegrees: times.map { _ in 5.5 })
        }
        let steps = (0..<6).flatMap { step -> [Gait.Event] in
            let side: BodySide = step.isMultiple(of: 2) ? .right : .left
            let at = 0.3 + 0.55 * Double(step)
            return [
                .init(kind: .toeOff, side: side.other, seconds: at + 0.1),
                .init(kind: .initialContact, side: side, seconds: at),
            ]
        }
        return Measurement(
            capture: CaptureQuality(
                analysedHertz: 29.97, frames: 120, framesWithPerson: 120, view: .side, cameraSide: .right, warnings: [],
                refused: nil),
            recognition: Recognition(exercise: .gait, confidence: nil), family: .gait, times: times,
            angles: [
                .kneeRight: series(0, 60, 5), .kneeLeft: series(0.5, 58, 5), .hipRight: series(0.2, 40, -10),
                .hipLeft: series(0.7, 41, -10), .ankleRight: series(0.1, 25, -12), .ankleLeft: series(0.6, 24, -12),
                .trunk: series(0, 3, -6),
            ], withheld: [:], repetitions: [],
            gait: Gait(
                events: steps.sorted { $0.seconds < $1.seconds }, cadenceStepsPerMinute: 109.1,
                speedMetresPerSecond: 1.21,
                stepLengthMetres: [.right: 0.66, .left: 0.67], stanceFraction: [.right: 0.62, .left: 0.61]),
            symmetry: nil, motion: motion(times: times), gaps: [], personHeightMetres: 1.74,
            faults: FaultRule.rules(for: .gait).map { rule in
                FaultVerdict(
                    rule: rule, side: rule.code == .stiffKnee ? .right : nil,
                    outcome: rule.code == .asymmetry
                        ? .undecided(.uncertain, FaultAmount(value: 4, standardUncertainty: 5))
                        : .notFound(FaultAmount(value: rule.code == .stiffKnee ? 60 : 6, standardUncertainty: 4)))
            })
    }

    /// A recording that could not be measured.
    static func refused() -> Measurement {
        let times = (0..<90).map { Double($0) / 30 }
        return Measurement(
            capture: CaptureQuality(
                analysedHertz: 30, frames: 90, framesWithPerson: 3, view: nil, cameraSide: nil, warnings: [],
                refused: .init(
                    "too_few_frames",
                    Text(
                        es: "La persona solo se ve un momento. Apoye el teléfono a unos tres metros, "
                            + "compruebe que se ve el cuerpo entero y vuelva a grabar.",
                        en: "The person is in view only for a moment. Prop the phone up about three metres away, "
                            + "check that the whole body is in the picture and film again."))),
            recognition: Recognition(exercise: nil, confidence: nil), family: .generic, times: times, angles: [:],
            withheld: [:], repetitions: [], gait: nil, symmetry: nil, motion: nil, gaps: [], personHeightMetres: nil)
    }

    /// A measurement in which everything that may be missing is.
    static func nothing() -> Measurement {
        Measurement(
            capture: CaptureQuality(
                analysedHertz: nil, frames: 0, framesWithPerson: 0, view: nil, cameraSide: nil, warnings: [],
                refused: nil),
            recognition: Recognition(exercise: nil, confidence: nil), family: .generic, times: [],
            angles: [.kneeRight: AngleSeries(degrees: [], standardUncertaintyDegrees: [])], withheld: [:],
            repetitions: [], gait: nil, symmetry: nil, motion: nil, gaps: [], personHeightMetres: nil)
    }

    static func observations(frames: Int = 4) -> Observations {
        var observations = Observations(capture: Capture(width: 720, height: 1280))
        for frame in 0..<frames {
            let time = Double(frame) / 30
            if frame == 1 {
                observations.append(emptyAt: time, light: 0.4)
            } else {
                observations.append(
                    time: time, light: 0.4, score: 0.9, found: .tracker,
                    points: Landmark.allCases.map { landmark in
                        ObservedPoint(
                            x: 100.25 + Double(landmark.rawValue), y: 200.5 + Double(frame), depth: 0,
                            visibility: 0.875,
                            world: .zero)
                    })
            }
        }
        return observations
    }

    static let provenance = Provenance(
        program: "zancada", programVersion: "0.1.0", methodVersion: "3",
        observationsSHA256: String(repeating: "ab", count: 32),
        capture: Capture(
            width: 720, height: 1280, videoSHA256: String(repeating: "cd", count: 32),
            models: [
                "pose_landmark.tflite": String(repeating: "12", count: 32),
                "pose_detector.tflite": String(repeating: "34", count: 32),
            ],
            program: "zancada 0.1.0"),
        exerciseRequested: nil, heightCentimetres: 168)

    static func report(_ measurement: Measurement, _ language: Language = .spanish) -> Report {
        var provenance = provenance
        if measurement.recognition.confidence == nil { provenance.exerciseRequested = measurement.recognition.exercise }
        return Report(measurement: measurement, provenance: provenance, language: language)
    }

    private static func motion(times: [Double]) -> FittedMotion {
        var points: [SIMD3<Double>] = []
        for time in times {
            for point in BodyPoint.allCases {
                points.append(SIMD3(Double(point.rawValue) / 100, 1 - time / 100, -0.0004))
            }
        }
        return FittedMotion(
            family: .bilateral, times: times, isMeasured: times.map { $0 < 0.5 || $0 > 0.6 }, angles: [:],
            points: points,
            contact: times.map { _ in .one }, yawRadians: times.map { _ in 0 },
            quality: FitQuality(
                medianReprojectionMetres: 0.007, ninetiethPercentileReprojectionMetres: 0.014, pitchDegrees: -3,
                rollDegrees: 0,
                cameraHeightMetres: 1.1, focalLengthOverLongSide: 0.7, focalLengthDeviations: 0.4, distanceMetres: 3.4))
    }
}
