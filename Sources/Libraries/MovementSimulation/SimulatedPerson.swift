/// How a person stands otherwise than the textbook: what stays of them in every movement.
package struct SimulatedPerson: Sendable, Equatable {
    /// Knees in standing; gone at the greatest flexion.
    package var kneeDegrees = 0.0
    package var trunkDegrees = 0.0
    /// Lumbo-pelvic constant.
    package var rhythmDegrees = 0.0

    static let rhythmShare = 0.21

    package init() {}

    /// People as they differ: knees by 5° and trunk by 4° (Woodhull et al. 1985, see `StandingAnchor`), the
    /// lumbo-pelvic constant by 6°.
    package init(using generator: inout SeededGenerator) {
        kneeDegrees = max(5 * generator.normal(), -5)
        trunkDegrees = 4 * generator.normal()
        rhythmDegrees = 6 * generator.normal()
    }

    /// What the hips flex more so that the thighs stand as they would without the pelvis's other tilt.
    var hipDegrees: Double { rhythmDegrees - (1 - Self.rhythmShare) * trunkDegrees }
}
