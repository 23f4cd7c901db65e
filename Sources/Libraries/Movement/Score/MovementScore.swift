import Base

/// One figure for a recording: 0 … 100, the sum of named parts.
///
/// It sums up this recording, so that a person can see at a glance what became better or worse. It is no clinical
/// scale: nobody has held it against an outcome.
package struct MovementScore: Sendable, Equatable {
    /// Whole points; the sum of the parts'.
    package var points: Int
    /// Where the total would lie in about 95 of 100 measurements of the same movement, within 0 … 100.
    package var low: Double
    package var high: Double
    package var parts: [Part]

    package init(points: Int, low: Double, high: Double, parts: [Part]) {
        self.points = points
        self.low = low
        self.high = high
        self.parts = parts
    }

    /// What a score is made of.
    package struct Part: Sendable, Equatable {
        /// Stable, for programs.
        package enum Name: String, Sendable, CaseIterable { case range, control, symmetry, consistency, compensations }

        package var name: Name
        /// Whole points of `most`.
        package var points: Int
        package var most: Int
        /// The interval of the points.
        package var low: Double
        package var high: Double

        package init(name: Name, points: Int, most: Int, low: Double, high: Double) {
            self.name = name
            self.points = points
            self.most = most
            self.low = low
            self.high = high
        }
    }
}

extension MovementScore.Part.Name {
    /// Starts a line.
    package var title: Text {
        switch self {
        case .range: Text(es: "Recorrido", en: "Range")
        case .control: Text(es: "Control", en: "Control")
        case .symmetry: Text(es: "Simetría", en: "Symmetry")
        case .consistency: Text(es: "Regularidad", en: "Consistency")
        case .compensations: Text(es: "Sin compensaciones", en: "Free of compensations")
        }
    }

    /// What it is made of.
    package var explanation: Text {
        switch self {
        case .range:
            Text(
                es: "cuánto del recorrido (o del tiempo de apoyo) que se toma como meta del ejercicio",
                en: "how much of the range (or time held) that is taken as the exercise's aim")
        case .control:
            Text(
                es: "suavidad del movimiento (longitud de arco espectral)", en: "smoothness of the movement (spectral arc length)")
        case .symmetry:
            Text(es: "diferencia de recorrido entre los lados", en: "difference in range between the sides")
        case .consistency:
            Text(
                es: "cuánto varían la duración y el recorrido entre repeticiones",
                en: "how much time and range vary between repetitions")
        case .compensations:
            Text(
                es: "las compensaciones encontradas; cada una resta según lo marcada que es",
                en: "the compensations found; each takes off by how marked it is")
        }
    }

    /// Of a hundred, where all parts can be measured.
    var weight: Double {
        switch self {
        case .range: 25
        case .control: 20
        case .symmetry: 15
        case .consistency: 15
        case .compensations: 25
        }
    }
}
