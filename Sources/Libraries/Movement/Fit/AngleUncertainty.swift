/// From variances of the fit's unknowns to the standard uncertainty of a reported angle.
///
/// The inverse Gauss-Newton matrix is right for means over more than a correlation time, and inflated for single
/// moments; what it knows nothing of is the difference between the model and the reference. Calibrated on
/// development data: within two of it lie 95–100 % of synthetic and squat angles.
enum AngleUncertainty {
    /// Pairs of states whose covariances are needed: knee, hip, ankle of right and left leg; tilt, lumbar extension.
    static let pairs: [(Int, Int)] = {
        let legs = [BodyState.leg(.right), BodyState.leg(.left)].flatMap { leg in
            [BodyState.knee, BodyState.hipFlexion, BodyState.ankle].map { (leg + $0, leg + $0) }
        }
        let (tilt, bending) = (BodyState.tilt, BodyState.lumbarExtension)
        return legs + [(tilt, tilt), (tilt, bending), (bending, bending)]
    }()

    /// Standard deviation in degrees of the lumbo-pelvic constant between people; the fit holds it to two.
    static let rhythmDeviationDegrees = 6.0

    /// Share of the fit's deviation that counts for a single moment.
    private static let momentShare = 0.6
    /// Spread between people of the share that the lumbar joint takes of the thigh-to-thorax flexion.
    private static let rhythmShareDeviation = 0.07

    /// - Parameters:
    ///   - variances: of one time, in the order of `pairs`, radians².
    ///   - state: of the same time, 21 numbers.
    /// - Returns: degrees; NaN for an angle the body fit does not have.
    static func degrees(_ angle: JointAngle, variances: ArraySlice<Double>, state: ArraySlice<Double>) -> Double {
        let (v, x) = (variances.startIndex, state.startIndex)
        let degree = 180 / Double.pi
        let hips = (state[x + BodyState.leg(.right)] + state[x + BodyState.leg(.left)]) / 2
        let bend = abs(hips - state[x + BodyState.lumbarExtension]) * degree * rhythmShareDeviation
        let row = angle.side == .left ? 3 : 0
        let (raw, floor, spread): (Double, Double, Double)
        switch angle.joint {
        case .knee: (raw, floor, spread) = (variances[v + row], 2, 0)
        case .hip: (raw, floor, spread) = (variances[v + row + 1], 2.5, 0.7 * bend)
        case .ankle:
            let leg = BodyState.leg(angle.side ?? .right)
            let flexion = max(state[x + leg + BodyState.ankle] * degree, 0)
            (raw, floor, spread) = (1.2 * 1.2 * variances[v + row + 2], 2.5, 0.15 * flexion)
        case .trunk:
            (raw, floor, spread) = (variances[v + 6] + 2 * variances[v + 7] + variances[v + 8], 2, 0.3 * bend)
        case .shoulder, .elbow: return .nan
        }
        let fitted = momentShare * max(raw, 0).squareRoot() * degree
        return (fitted * fitted + floor * floor + spread * spread).squareRoot()
    }
}
