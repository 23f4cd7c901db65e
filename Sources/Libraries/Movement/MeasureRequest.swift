import Base

/// What the person asked of a measurement; travels in the first line of the observations, so that measuring again
/// without repeating the options gives the same files.
package struct MeasureRequest: Sendable, Equatable {
    /// nil: recognise it.
    package var exercise: Exercise?
    /// The person's height in metres, 0.5 … 2.5; nil when not told. It sets the scale of lengths and changes no angle.
    package var heightMetres: Double?
    /// The language of the report.
    package var language: Language

    package init(exercise: Exercise? = nil, heightMetres: Double? = nil, language: Language = .english) {
        self.exercise = exercise
        self.heightMetres = heightMetres
        self.language = language
    }
}
