import Base

extension ExerciseProtocol {
    /// Every exercise that is known, in the order of `Exercise`.
    package static let all: [ExerciseProtocol] = Exercise.allCases.map(of)

    /// The row of an exercise.
    package static func of(_ exercise: Exercise) -> ExerciseProtocol {
        switch exercise {
        case .squat: squat
        case .sitToStand: sitToStand
        case .lunge: lunge
        case .singleLegStance: singleLegStance
        case .shoulderAbduction: shoulderAbduction
        case .shoulderFlexion: shoulderFlexion
        case .heelRaise: heelRaise
        case .gait: gait
        }
    }

    private static let squat = ExerciseProtocol(
        exercise: .squat,
        name: Text(es: "Sentadilla", en: "Squat"),
        family: .bilateral,
        repetition: RepetitionRule(
            joint: .knee, turn: .greatest, sides: .together, minimumRangeDegrees: 25, tempoSeconds: 0.6...15,
            lastMayEndAtTurn: false),
        comparedJoints: [.knee, .hip, .ankle],
        neededParts: [.legs, .feet],
        unsuitableViews: [],
        unsuitableReason: Text(verbatim: ""),
        filming: Text(
            es:
                "Ponga el teléfono a unos tres metros, a la altura de la cadera, y colóquese un poco de lado, con todo el cuerpo dentro.",
            en:
                "Place the phone about three metres away, at hip height, and stand turned a little to the side, whole body in view."
        ))

    private static let sitToStand = ExerciseProtocol(
        exercise: .sitToStand,
        name: Text(es: "Levantarse de la silla", en: "Rising from a chair"),
        family: .bilateral,
        repetition: RepetitionRule(
            joint: .knee, turn: .least, sides: .together, minimumRangeDegrees: 35, tempoSeconds: 0.8...20,
            lastMayEndAtTurn: true),
        comparedJoints: [.knee, .hip, .ankle],
        neededParts: [.legs, .feet],
        unsuitableViews: [],
        unsuitableReason: Text(verbatim: ""),
        filming: Text(
            es:
                "Ponga la silla de lado o algo girada hacia el teléfono, a unos tres metros, de modo que se vean sus pies todo el tiempo.",
            en:
                "Turn the chair sideways or partly towards the phone, about three metres away, so that your feet stay in view."
        ))

    private static let shoulderAbduction = ExerciseProtocol(
        exercise: .shoulderAbduction,
        name: Text(es: "Abducción de hombro", en: "Shoulder abduction"),
        family: .generic,
        repetition: RepetitionRule(
            joint: .shoulder, turn: .greatest, sides: .asTheyMove, minimumRangeDegrees: 25, tempoSeconds: 0.6...15,
            lastMayEndAtTurn: false),
        comparedJoints: [.shoulder, .elbow],
        neededParts: [.head, .hands],
        unsuitableViews: [.side],
        unsuitableReason: Text(
            es:
                "De lado, el brazo que sube apunta a la cámara y no se puede medir cuánto sube. Póngase de frente al teléfono y vuelva a grabar.",
            en:
                "From the side the rising arm points at the camera, so how far it rises cannot be measured. Face the phone and record again."
        ),
        filming: Text(
            es:
                "Póngase de frente al teléfono, a unos tres metros, con espacio para los brazos a ambos lados y por encima de la cabeza.",
            en: "Face the phone from about three metres, with room for your arms on both sides and above your head."))

    private static let gait = ExerciseProtocol(
        exercise: .gait,
        name: Text(es: "Marcha", en: "Walking"),
        family: .gait,
        repetition: nil,
        comparedJoints: [.knee, .hip, .ankle],
        neededParts: [.legs, .feet],
        unsuitableViews: [],
        unsuitableReason: Text(verbatim: ""),
        filming: Text(
            es:
                "Ponga el teléfono de lado al camino, a unos cuatro metros, y camine de un borde al otro a su paso habitual.",
            en:
                "Place the phone beside the path, about four metres away, and walk from one edge to the other at your usual pace."
        ))
}
