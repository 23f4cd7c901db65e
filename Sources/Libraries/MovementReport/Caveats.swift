import Base
import Movement

extension Report {
    /// The code of the caveat that holds until somebody certified.
    static let standingCaveat = "pre_assessment"

    /// What a reader must know to read the numbers rightly: the limits of the method, in neutral words. Nothing where
    /// there are no numbers.
    ///
    /// Source of the figures: `docs/movement.md` (uncertainty; what a single camera cannot know).
    var caveats: [CaptureQuality.Remark] {
        guard measurement.capture.refused == nil else { return [] }
        var caveats = provenance.isSimulated ? [Caveat.simulated] : []
        caveats += [Caveat.preAssessment, provenance.knowsGravity ? Caveat.interval : Caveat.intervalOfLevelPhone]
        let hasLevels = [JointAngle.hipRight, .hipLeft, .trunk].contains { measurement.measured($0) != nil }
        if hasLevels { caveats.append(Caveat.personalLevel) }
        if measurement.symmetry != nil { caveats.append(Caveat.separateSides) }
        if measurement.gait != nil {
            caveats.append(Caveat.fewStrides)
            if provenance.heightCentimetres == nil { caveats.append(Caveat.unknownHeight) }
        }
        if measurement.gaps.contains(where: \.isFilled) { caveats.append(Caveat.bridgedGaps) }
        if measurement.gaps.contains(where: { !$0.isFilled }) { caveats.append(Caveat.openGaps) }
        caveats.append(Caveat.singleCamera)
        return caveats
    }
}

private enum Caveat {
    typealias Remark = CaptureQuality.Remark

    static let preAssessment = Remark(
        Report.standingCaveat,
        Text(
            es: "Esto es una valoración previa, hecha por un programa. No es un diagnóstico. "
                + "Solo un profesional que la firme con su nombre puede certificarla.",
            en: "This is a pre-assessment made by a program. It is not a diagnosis. "
                + "Only a professional who signs it by name can certify it."))

    static let simulated = Remark(
        "simulated",
        Text(
            es: "Datos de demostración: nadie fue grabado. El movimiento lo calculó el programa.",
            en: "Demonstration data: nobody was filmed. The movement was computed by the program."))

    static let interval = Remark(
        "interval_two_sd",
        Text(
            es: "Las bandas y los valores con ± abarcan dos desviaciones típicas: "
                + "en unas 95 de cada 100 mediciones el valor verdadero queda dentro.",
            en: "Bands and ± values span two standard deviations: "
                + "in about 95 of 100 measurements the true value lies within."))

    static let intervalOfLevelPhone = Remark(
        "interval_two_sd",
        Text(
            es: "Las bandas y los valores con ± abarcan dos desviaciones típicas: con el teléfono derecho, "
                + "en unas 95 de cada 100 mediciones el valor verdadero queda dentro; si estaba inclinado, en menos.",
            en: "Bands and ± values span two standard deviations: with the phone upright, "
                + "in about 95 of 100 measurements the true value lies within; where it was tilted, in fewer."))

    static let personalLevel = Remark(
        "personal_level",
        Text(
            es: "En el tronco y las caderas, los valores de cada persona pueden estar desplazados de 3° a 8°. "
                + "El recorrido y los cambios son más fiables que el valor en sí.",
            en: "For trunk and hips, each person's values can be shifted by 3° to 8°. "
                + "Ranges and changes are more reliable than the values themselves."))

    static let separateSides = Remark(
        "sides_measured_apart",
        Text(
            es: "La diferencia entre los lados se calcula aparte, sin suponer que se mueven igual.",
            en: "The difference between the sides is worked out separately, without assuming that they move alike."))

    static let fewStrides = Remark(
        "few_strides",
        Text(
            es: "Al caminar, cada momento del paso se ve pocas veces. Con más pasos, los valores son más seguros.",
            en: "In walking, each moment of the stride is seen only a few times. More strides give surer values."))

    static let bridgedGaps = Remark(
        "gaps_bridged",
        Text(
            es: "En algunos momentos muy breves no se vio a la persona; ahí los valores se completaron "
                + "con el movimiento de antes y de después.",
            en: "At a few very short moments the person was not seen; there the values were completed "
                + "from the movement before and after."))

    static let openGaps = Remark(
        "gaps_left_empty",
        Text(
            es: "Donde no se vio a la persona durante más tiempo, los gráficos quedan en blanco.",
            en: "Where the person was not seen for longer, the plots are left empty."))

    static let unknownHeight = Remark(
        "unknown_height",
        Text(
            es: "No se indicó la estatura: las longitudes y la velocidad suponen una persona de 1,70 m. "
                + "Los ángulos y los tiempos no dependen de ella.",
            en: "No height was given: lengths and speed assume a person of 1.70 m. Angles and times do not depend on it."))

    static let singleCamera = Remark(
        "single_camera",
        Text(
            es: "Se midió con una sola cámara, cuya inclinación y lente se estimaron: lo que se mueve hacia ella o desde ella "
                + "se conoce con menos precisión, y las bandas lo reflejan.",
            en: "This was measured with a single camera whose tilt and lens were estimated: movement towards or away from it "
                + "is known less well, and the bands say so."))
}
