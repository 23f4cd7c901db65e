import Base

extension ExerciseProtocol {
    static let lunge = ExerciseProtocol(
        exercise: .lunge,
        name: Text(es: "Zancada", en: "Lunge"),
        family: .generic,
        repetition: RepetitionRule(
            joint: .knee, turn: .greatest, sides: .together, minimumRangeDegrees: 25, tempoSeconds: 0.8...15,
            lastMayEndAtTurn: false),
        comparedJoints: [],
        neededParts: [.legs, .feet],
        unsuitableViews: [],
        unsuitableReason: Text(verbatim: ""),
        filming: Text(
            es:
                "Ponga el teléfono a unos tres metros, a la altura de la cadera: de lado para medir la profundidad, de frente para ver la rodilla. Que se vean los dos pies.",
            en:
                "Place the phone about three metres away at hip height: beside you to measure the depth, in front to watch the knee. Keep both feet in view."
        ))

    static let singleLegStance = ExerciseProtocol(
        exercise: .singleLegStance,
        name: Text(es: "Equilibrio sobre una pierna", en: "Standing on one leg"),
        family: .generic,
        repetition: nil,
        hold: HoldRule(seconds: 1...120),
        feetRise: true,
        comparedJoints: [],
        neededParts: [.legs, .feet],
        unsuitableViews: [],
        unsuitableReason: Text(verbatim: ""),
        filming: Text(
            es:
                "Apoye el teléfono a unos tres metros, de frente, sin moverlo. Empiece con los dos pies en el suelo, cerca de algo donde sujetarse.",
            en:
                "Prop the phone about three metres in front of you and leave it there. Begin with both feet on the floor, near something to hold on to."
        ))

    static let shoulderFlexion = ExerciseProtocol(
        exercise: .shoulderFlexion,
        name: Text(es: "Flexión de hombro", en: "Shoulder flexion"),
        family: .generic,
        repetition: RepetitionRule(
            joint: .shoulder, turn: .greatest, sides: .asTheyMove, minimumRangeDegrees: 25, tempoSeconds: 0.6...15,
            lastMayEndAtTurn: false),
        comparedJoints: [.shoulder, .elbow],
        neededParts: [.head, .hands],
        unsuitableViews: [.front, .back],
        unsuitableReason: Text(
            es:
                "De frente, el brazo que sube apunta a la cámara y no se puede medir cuánto sube. Póngase de lado al teléfono y vuelva a grabar.",
            en:
                "From the front the rising arm points at the camera, so how far it rises cannot be measured. Stand side-on to the phone and record again."
        ),
        filming: Text(
            es:
                "Póngase de lado al teléfono, a unos tres metros, con el brazo que va a mover más cerca de él y espacio por encima de la cabeza.",
            en:
                "Stand side-on to the phone, about three metres away, the moving arm nearer to it, with room above your head."))

    static let heelRaise = ExerciseProtocol(
        exercise: .heelRaise,
        name: Text(es: "Elevación de talones", en: "Heel raise"),
        family: .bilateral,
        repetition: RepetitionRule(
            joint: .ankle, turn: .least, sides: .together, minimumRangeDegrees: 12, tempoSeconds: 0.6...10,
            lastMayEndAtTurn: false, leastDeviations: 3),
        feetRise: true,
        comparedJoints: [.ankle],
        neededParts: [.legs, .feet],
        unsuitableViews: [.front],
        unsuitableReason: Text(
            es:
                "De frente, los dedos tapan los talones y no se ve cuánto suben. Póngase de lado al teléfono y vuelva a grabar.",
            en:
                "From the front the toes hide the heels, so how far they rise cannot be seen. Stand side-on to the phone and record again."
        ),
        filming: Text(
            es:
                "Apoye el teléfono cerca del suelo, a unos tres metros y de lado, de modo que se vean los pies y el cuerpo entero. No lo mueva.",
            en:
                "Prop the phone low, about three metres away and beside you, so that feet and the whole body are in view. Leave it there."
        ))
}
