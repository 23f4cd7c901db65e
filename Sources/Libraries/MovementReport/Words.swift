import Base
import Movement

/// Names of things, as people say them.
package enum Words {
    static let neverSeen = Text(
        es: "No se pudo medir en esta grabación.",
        en: "It could not be measured in this recording.")

    /// Starts a sentence or a title.
    package static func exercise(_ exercise: Exercise?) -> Text {
        exercise.map { ExerciseProtocol.of($0).name }
            ?? Text(es: "Ejercicio no reconocido", en: "Exercise not recognised")
    }

    /// "Rodilla", "Knee".
    package static func joint(_ joint: JointAngle.Joint) -> Text {
        switch joint {
        case .knee: Text(es: "Rodilla", en: "Knee")
        case .hip: Text(es: "Cadera", en: "Hip")
        case .ankle: Text(es: "Tobillo", en: "Ankle")
        case .shoulder: Text(es: "Hombro", en: "Shoulder")
        case .elbow: Text(es: "Codo", en: "Elbow")
        case .trunk: Text(es: "Tronco", en: "Trunk")
        }
    }

    /// What a larger number means.
    static func direction(_ joint: JointAngle.Joint) -> Text {
        switch joint {
        case .knee:
            Text(
                es: "0° es la pierna recta; más grados, más doblada.",
                en: "0° is a straight leg; more degrees, more bent.")
        case .hip:
            Text(
                es: "0° es de pie, erguido; más grados, más doblada.",
                en: "0° is standing upright; more degrees, more bent.")
        case .ankle:
            Text(
                es: "0° es el pie en ángulo recto con la pierna; más grados, la rodilla más adelante.",
                en: "0° is the foot at a right angle to the leg; more degrees, the knee further forward.")
        case .shoulder:
            Text(
                es: "0° es el brazo junto al cuerpo; más grados, más levantado.",
                en: "0° is the arm by the side; more degrees, raised higher.")
        case .elbow:
            Text(
                es: "0° es el brazo recto; más grados, más doblado.",
                en: "0° is a straight arm; more degrees, more bent.")
        case .trunk:
            Text(
                es: "0° es erguido; menos de 0°, inclinado hacia delante.",
                en: "0° is upright; below 0°, leaning forward.")
        }
    }

    /// "derecha", "right".
    package static func side(_ side: BodySide) -> Text {
        switch side {
        case .right: Text(es: "derecha", en: "right")
        case .left: Text(es: "izquierda", en: "left")
        }
    }

    /// "Rodilla derecha", "Right knee".
    package static func angle(_ angle: JointAngle) -> Text {
        let joint = joint(angle.joint)
        guard let side = angle.side else { return joint }
        let isMasculine = [.ankle, .shoulder, .elbow].contains(angle.joint)
        let spanishSide =
            side == .right ? (isMasculine ? "derecho" : "derecha") : (isMasculine ? "izquierdo" : "izquierda")
        return Text(
            es: "\(joint.spanish) \(spanishSide)",
            en: "\(side == .right ? "Right" : "Left") \(joint.english.lowercased())")
    }

    /// From where a person is seen; ends a sentence.
    package static func view(_ view: CaptureQuality.View) -> Text {
        switch view {
        case .front: Text(es: "de frente", en: "from the front")
        case .frontOblique: Text(es: "de frente, en diagonal", en: "from the front, at an angle")
        case .side: Text(es: "de lado", en: "from the side")
        case .backOblique: Text(es: "de espaldas, en diagonal", en: "from behind, at an angle")
        case .back: Text(es: "de espaldas", en: "from behind")
        }
    }
}
