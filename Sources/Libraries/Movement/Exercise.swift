/// The exercises that a protocol exists for.
package enum Exercise: String, Sendable, CaseIterable {
    case squat
    case sitToStand = "sit-to-stand"
    case lunge
    case singleLegStance = "single-leg-stance"
    case shoulderAbduction = "shoulder-abduction"
    case shoulderFlexion = "shoulder-flexion"
    case heelRaise = "heel-raise"
    case gait
}

/// What the body fit may assume about a movement. `generic` assumes nothing.
package enum ExerciseFamily: String, Sendable, CaseIterable {
    /// Two legs doing the same on planted feet.
    case bilateral
    /// Walking.
    case gait
    case generic
}
