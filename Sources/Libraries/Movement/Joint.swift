/// The side of the person's body, not of the picture.
package enum BodySide: String, Sendable, CaseIterable {
    case right = "r"
    case left = "l"

    package var other: BodySide { self == .right ? .left : .right }
}

/// The joint angles that are reported, in the order of their columns in `angles.csv`.
///
/// Flexion is positive; trunk inclination is negative when leaning forward. Conventions: `docs/movement.md`.
package enum JointAngle: String, Sendable, CaseIterable {
    case kneeRight = "knee_r", kneeLeft = "knee_l"
    case hipRight = "hip_r", hipLeft = "hip_l"
    case ankleRight = "ankle_r", ankleLeft = "ankle_l"
    case shoulderRight = "shoulder_r", shoulderLeft = "shoulder_l"
    case elbowRight = "elbow_r", elbowLeft = "elbow_l"
    case trunk

    /// What bends, whichever side it is on.
    package enum Joint: String, Sendable, CaseIterable { case knee, hip, ankle, shoulder, elbow, trunk }

    package var joint: Joint {
        switch self {
        case .kneeRight, .kneeLeft: .knee
        case .hipRight, .hipLeft: .hip
        case .ankleRight, .ankleLeft: .ankle
        case .shoulderRight, .shoulderLeft: .shoulder
        case .elbowRight, .elbowLeft: .elbow
        case .trunk: .trunk
        }
    }

    /// The side it belongs to; the trunk has none.
    package var side: BodySide? {
        switch self {
        case .trunk: nil
        case .kneeRight, .hipRight, .ankleRight, .shoulderRight, .elbowRight: .right
        case .kneeLeft, .hipLeft, .ankleLeft, .shoulderLeft, .elbowLeft: .left
        }
    }

    package init(_ joint: Joint, _ side: BodySide) {
        self = JointAngle(rawValue: "\(joint.rawValue)_\(side.rawValue)") ?? .trunk
    }

    /// The column in `angles.csv` and the key in `report.json`: `knee_r_deg`.
    package var column: String { rawValue + "_deg" }
}

/// One angle over time.
package struct AngleSeries: Sendable, Equatable {
    /// Degrees, one per time; NaN where it was not measured.
    package var degrees: [Double]
    /// Standard uncertainty in degrees, one per time; about 95 % of true values lie within two of it. NaN where not measured.
    package var standardUncertaintyDegrees: [Double]

    package init(degrees: [Double], standardUncertaintyDegrees: [Double]) {
        self.degrees = degrees
        self.standardUncertaintyDegrees = standardUncertaintyDegrees
    }
}
