import Base

/// Something every reader of a measurement should know, that is not about this recording's faults.
package struct MeasurementNote: Sendable, Equatable {
    /// Stable, for programs.
    package var code: String
    package var message: Text

    package init(_ code: String, _ message: Text) {
        self.code = code
        self.message = message
    }

    /// The notes that apply, the most important first.
    /// - Parameter hasKnownHeight: whether the person's height was given; without it lengths and speeds have no scale.
    package static func all(for exercise: Exercise?, hasKnownHeight: Bool) -> [MeasurementNote] {
        var result = [preAssessment, personalLevel, intervals]
        if exercise == .gait, !hasKnownHeight { result.append(unknownHeight) }
        return result + [singleCamera, unmeasuredCamera]
    }

    private static let preAssessment = MeasurementNote(
        "pre_assessment",
        Text(
            es:
                "Esto es una medición, no un diagnóstico. Es una evaluación previa hasta que un profesional la certifique.",
            en: "This is a measurement, not a diagnosis. It is a pre-assessment until a professional certifies it."))

    private static let personalLevel = MeasurementNote(
        "personal_level",
        Text(
            es:
                "El nivel del tronco y de la cadera lleva un error propio de cada persona de 3 a 8°. Los recorridos y los cambios entre sesiones son más fiables que los valores sueltos.",
            en:
                "The level of the trunk and hip angles carries an error of 3 to 8° that belongs to the person. Ranges and changes between sessions are more reliable than single values."
        ))

    private static let intervals = MeasurementNote(
        "intervals",
        Text(
            es:
                "Las bandas muestran ±2 desviaciones estándar: unas 95 de cada 100 veces el ángulo verdadero está dentro.",
            en: "The bands show ±2 standard uncertainties: about 95 times in 100 the true angle lies inside."))

    private static let unknownHeight = MeasurementNote(
        "unknown_height",
        Text(
            es:
                "No se indicó la estatura: las longitudes y velocidades suponen una persona de 1,70 m. Indíquela para tenerlas a escala; los ángulos y los tiempos no cambian.",
            en:
                "No height was given: lengths and speeds assume a person of 1.70 m. Give it to have them to scale; angles and times do not change."
        ))

    private static let singleCamera = MeasurementNote(
        "single_camera",
        Text(
            es:
                "Se midió con una sola cámara: lo que se mueve hacia ella o desde ella se conoce con menos precisión, y la incertidumbre lo refleja.",
            en:
                "This was measured with a single camera: movement towards or away from it is known less well, and the uncertainty says so."
        ))

    private static let unmeasuredCamera = MeasurementNote(
        "camera_estimated",
        Text(
            es:
                "La inclinación y la lente del teléfono se estimaron a partir de la imagen; no son una medición del teléfono.",
            en: "The phone's tilt and lens were estimated from the picture; they are not a measurement of the phone."))
}
