import Foundation

/// Term 15, off unless asked for: at moments at which the person stands still, knees, hips and trunk are near what
/// they are in most people.
///
/// However long somebody stands, it is one look at one person: all moments together weigh as a single observation
/// whose deviation is that between people. Means of both legs, because both belong to that person.
///
/// Means and deviations after Woodhull, Maltrud and Mello, "Alignment of the human body in standing", Eur J Appl
/// Physiol 54, 1985: of 15 people the knee was 3.8 ± 2.0 cm, the hip 6.2 ± 1.3 cm and the shoulder 3.8 ± 1.9 cm before
/// the ankle. Over the model's lengths the shank leans 5.5° and the thigh 3.4° forward, the line from hip to shoulder
/// 2.6° back; correlations of 0.5 between the landmarks (they say "not highly") give the deviations.
package struct StandingAnchor: Sendable, Equatable {
    package var kneeDegrees = 2.0
    package var kneeDeviationDegrees = 5.0
    /// Thigh 3.4 ± 2.5° behind the vertical, seen from the hip down, and a pelvis as the model's at zero ± 6°
    /// (between people; Preece et al., J Man Manip Ther 16, 2008: 5° from the shape of the bone alone).
    package var hipDegrees = -3.0
    package var hipDeviationDegrees = 6.5
    /// The model's line from hips to shoulders leans 4.5° back at zero and follows the thorax by 0.7, the pelvis by 0.3.
    package var trunkDegrees = -3.0
    package var trunkDeviationDegrees = 4.0

    /// Standing for less than this counts as less than a look.
    package static let wholeLookSeconds = 0.5

    package init() {}

    /// How much each moment counts as quiet standing, 0 … 1: both feet planted, knees under 20°, hips under 25°, knees
    /// and pelvis slow. Decided once, from the states that the main stage begins with.
    ///
    /// - Parameters:
    ///   - states: [moments × 21]
    ///   - contact: one entry per moment of `states`.
    package static func weights(_ states: [Double], contact: ArraySlice<SIMD4<Double>>) -> [Double] {
        let degree = 180 / Double.pi
        func below(_ value: Double, _ limit: Double, _ width: Double) -> Double { 1 / (1 + exp((value - limit) / width)) }
        func speed(_ path: [Double]) -> [Double] {
            SignalSmoothing.slope(SignalSmoothing.gaussian(path, deviation: 3), step: LandmarkTrack.stepSeconds)
        }
        func both(_ offset: Int) -> [Double] {
            stride(from: 0, to: states.count, by: BodyState.count).map {
                (states[$0 + BodyState.leg(.right) + offset] + states[$0 + BodyState.leg(.left) + offset]) / 2 * degree
            }
        }
        let (knees, hips) = (both(BodyState.knee), both(BodyState.hipFlexion))
        let bending = speed(knees)
        let rising = speed(stride(from: 1, to: states.count, by: BodyState.count).map { states[$0] })
        return contact.enumerated().map { index, contact in
            max(contact[0], contact[2]) * max(contact[1], contact[3])
                * below(knees[index], 20, 3) * below(hips[index], 25, 4)
                * below(abs(bending[index]), 25, 5) * below(abs(rising[index]), 0.10, 0.02)
        }
    }
}

extension BodyFitProblem {
    /// Looks, where the options ask for it, for moments of quiet standing in the states that the main stage begins with.
    mutating func findStanding(_ states: [Double]) {
        if options.standing != nil { standing = StandingAnchor.weights(states, contact: contact[range]) }
    }

    /// Term 15 of one moment; nothing where no moment of standing was looked for.
    func addStanding(_ index: Int, _ state: UnsafePointer<Double>, _ sink: ResidualSink) {
        guard let anchor = options.standing, index < standing.count, standing[index] > 0 else { return }
        let look = (standing[index] / max(standingMoments, StandingAnchor.wholeLookSeconds / LandmarkTrack.stepSeconds))
            .squareRoot()
        let (right, left) = (BodyState.leg(.right), BodyState.leg(.left))
        func pull(_ first: Int, _ second: Int, share: Double, towards mean: Double, deviation: Double) {
            let weight = look * 180 / (deviation * .pi)
            let residual = (share * (state[first] + state[second]) - mean * .pi / 180) * weight
            sink.add(cost: residual * residual, .standing)
            guard sink.assembly != nil else { return }
            sink.state(first, share * weight)
            sink.state(second, share * weight)
            sink.finish(residual: residual)
        }
        pull(
            right + BodyState.knee, left + BodyState.knee, share: 0.5, towards: anchor.kneeDegrees,
            deviation: anchor.kneeDeviationDegrees)
        pull(
            right + BodyState.hipFlexion, left + BodyState.hipFlexion, share: 0.5, towards: anchor.hipDegrees,
            deviation: anchor.hipDeviationDegrees)
        pull(
            BodyState.tilt, BodyState.lumbarExtension, share: 1, towards: anchor.trunkDegrees,
            deviation: anchor.trunkDeviationDegrees)
    }
}
