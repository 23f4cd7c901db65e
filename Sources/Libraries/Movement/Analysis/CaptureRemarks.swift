import Base

/// What is said about recordings: what happened, what it means, what to do.
enum CaptureRemarks {
    typealias Remark = CaptureQuality.Remark

    static let nobodyInView = Remark(
        "nobody_in_view",
        Text(
            es:
                "No se ve a ninguna persona en el video. No hay nada que medir. Compruebe que la cámara lo enfoca y vuelva a grabar.",
            en:
                "No person can be seen in the video, so there is nothing to measure. Check that the camera points at you and record again."
        ))

    static let tooFewFrames = Remark(
        "too_few_frames",
        Text(
            es:
                "Se le vio muy poco tiempo para medir el movimiento. Quédese dentro de la imagen durante todo el ejercicio y vuelva a grabar.",
            en:
                "You were in view too briefly to measure the movement. Stay in the picture during the whole exercise and record again."
        ))

    static let tooShort = Remark(
        "too_short",
        Text(
            es:
                "La grabación dura menos de un segundo y no contiene un movimiento completo. Grabe el ejercicio entero, de principio a fin.",
            en:
                "The recording is shorter than a second and holds no whole movement. Record the exercise from start to end."
        ))

    static let tooDark = Remark(
        "too_dark",
        Text(
            es:
                "La imagen está demasiado oscura y no se le distingue bien. Encienda una luz o póngase frente a una ventana y vuelva a grabar.",
            en: "The picture is too dark to make you out. Turn on a light or face a window, and record again."))

    static let dark = Remark(
        "dark",
        Text(
            es: "La imagen es oscura; la medición puede ser menos precisa. La próxima vez encienda una luz.",
            en: "The picture is dark, so the measurement may be less precise. Turn on a light next time."))

    static let muchTooFar = Remark(
        "too_far",
        Text(
            es:
                "Se le ve demasiado pequeño en la imagen para medirlo. Acerque el teléfono hasta que su cuerpo ocupe casi todo el alto y vuelva a grabar.",
            en:
                "You are too small in the picture to be measured. Bring the phone closer until your body fills most of its height, and record again."
        ))

    static let tooFar = Remark(
        "far",
        Text(
            es:
                "Se le ve pequeño en la imagen y la medición es menos precisa. La próxima vez acerque el teléfono unos pasos.",
            en:
                "You are small in the picture, so the measurement is less precise. Bring the phone a few steps closer next time."
        ))

    static let personMissing = Remark(
        "person_missing",
        Text(
            es:
                "En parte de la grabación no se le ve. Esos momentos no se midieron. Procure que nada lo tape y no salga de la imagen.",
            en:
                "You are not in view in part of the recording; those moments were not measured. Keep clear of obstacles and stay in the picture."
        ))

    static let lowRate = Remark(
        "low_rate",
        Text(
            es:
                "El video tiene pocas imágenes por segundo: los tiempos y los movimientos rápidos son menos precisos. Grabe a 30 imágenes por segundo o más.",
            en:
                "The video has few pictures per second: times and fast movements are less precise. Record at 30 per second or more."
        ))

    static let doesNotFit = Remark(
        "does_not_fit",
        Text(
            es:
                "Lo que se ve no corresponde a un solo cuerpo en movimiento, y los ángulos no serían fiables. Grabe a una sola persona, entera y sin espejos.",
            en:
                "What is seen does not match one moving body, so the angles could not be trusted. Record a single person, whole and without mirrors."
        ))

    static let secondPerson = Remark(
        "second_person",
        Text(
            es:
                "En algunos momentos se perdió a la persona o se confundió con otra. Revise esos momentos; la próxima vez grabe sin nadie más en la imagen.",
            en:
                "At some moments the person was lost or mixed up with another. Check those moments; next time record with nobody else in view."
        ))

    static let muchTilted = Remark(
        "camera_much_tilted",
        Text(
            es:
                "El teléfono parece estar muy inclinado y no se sabe dónde está la vertical; los ángulos no serían fiables. Apóyelo derecho, a la altura de la cadera, y vuelva a grabar.",
            en:
                "The phone seems strongly tilted and it is not known which way is down, so the angles could not be trusted. Prop it upright at hip height and record again."
        ))

    static let tilted = Remark(
        "camera_tilted",
        Text(
            es:
                "El teléfono parece estar inclinado, y eso puede desviar los ángulos algunos grados. La próxima vez apóyelo derecho o grabe con la aplicación, que mide la inclinación.",
            en:
                "The phone seems tilted, which can shift the angles by some degrees. Prop it upright next time, or record with the app, which measures the tilt."
        ))

    static let unusualLens = Remark(
        "unusual_lens",
        Text(
            es:
                "La imagen parece tomada con un gran angular o con mucho zoom; la profundidad se conoce peor. Grabe con la cámara normal, sin zoom.",
            en:
                "The picture seems taken with a wide-angle lens or a strong zoom, so depth is known less well. Record with the normal camera, without zoom."
        ))

    static let uncertainKnees = Remark(
        "knees_uncertain",
        Text(
            es:
                "Desde este ángulo las rodillas se miden con mucha incertidumbre. La próxima vez colóquese algo de lado respecto al teléfono.",
            en:
                "From this angle the knees are measured with much uncertainty. Stand turned a little to the side next time."
        ))

    static let turned = Remark(
        "turned_around",
        Text(
            es:
                "Cambió de orientación durante el ejercicio. Los lados y la vista valen solo en parte. La próxima vez mire siempre hacia el mismo punto.",
            en:
                "You turned during the exercise, so sides and view hold only in part. Keep facing the same way next time."
        ))

    /// The exercise was named by a person, and the movement has nothing of it.
    static func doesNotLookLike(_ exercise: Exercise) -> Remark {
        let name = ExerciseProtocol.of(exercise).name
        return Remark(
            "does_not_look_like",
            Text(
                es:
                    "El movimiento grabado no se parece al ejercicio indicado (\(name.spanish)), o fue muy pequeño. Se midió como ese ejercicio, y los resultados pueden no valer. Compruebe el ejercicio elegido, o no indique ninguno, y vuelva a medir.",
                en:
                    "The recorded movement does not look like the exercise named (\(name.english)), or was very small. It was measured as that exercise, so the results may not hold. Check the exercise chosen, or name none, and measure again."
            ))
    }

    /// A needed part that was hardly ever seen.
    static func outOfView(_ part: ExerciseProtocol.BodyPart) -> Remark {
        switch part {
        case .head:
            Remark(
                "head_out_of_view",
                Text(
                    es:
                        "No pudimos ver su cabeza. El cuerpo sale por arriba de la imagen. Aleje el teléfono un paso y vuelva a grabar.",
                    en:
                        "We could not see your head: your body leaves the picture at the top. Move the phone one step back and record again."
                ))
        case .hands:
            Remark(
                "hands_out_of_view",
                Text(
                    es:
                        "No pudimos ver sus manos, y sin ellas no se mide el brazo. Aleje el teléfono un paso, con espacio a ambos lados y arriba, y vuelva a grabar.",
                    en:
                        "We could not see your hands, and the arm cannot be measured without them. Move the phone one step back, with room at both sides and above, and record again."
                ))
        case .legs:
            Remark(
                "legs_out_of_view",
                Text(
                    es:
                        "No pudimos ver sus piernas, y este ejercicio se mide en ellas. Aleje el teléfono hasta que se vea todo el cuerpo y vuelva a grabar.",
                    en:
                        "We could not see your legs, and this exercise is measured there. Move the phone back until your whole body is in view, and record again."
                ))
        case .feet:
            Remark(
                "feet_out_of_view",
                Text(
                    es: "No pudimos ver sus pies. Aleje el teléfono un paso y vuelva a grabar.",
                    en: "We could not see your feet. Move the phone one step back and record again."))
        }
    }

    /// A needed part that was not seen in more than a fifth of the pictures.
    static func partlyOutOfView(_ part: ExerciseProtocol.BodyPart) -> Remark {
        let names: Text =
            switch part {
            case .head: Text(es: "Su cabeza no se ve", en: "Your head is not seen")
            case .hands: Text(es: "Sus manos no se ven", en: "Your hands are not seen")
            case .legs: Text(es: "Sus piernas no se ven", en: "Your legs are not seen")
            case .feet: Text(es: "Sus pies no se ven", en: "Your feet are not seen")
            }
        return Remark(
            "\(part.rawValue)_partly_out_of_view",
            Text(
                es:
                    "\(names.spanish) en parte de la grabación, y ahí la medición es menos precisa. La próxima vez aleje el teléfono un paso.",
                en:
                    "\(names.english) in part of the recording, where the measurement is less precise. Move the phone one step back next time."
            ))
    }
}
