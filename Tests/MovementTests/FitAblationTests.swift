import Foundation
import Movement
import Testing

/// What each part of the method is worth on the recorded squat, in degrees of mean error over both knees, hips and
/// ankles: a wrong weight would show here.
@Suite("Ablation of the body fit", .enabled(if: FitGolden.isHere, "\(FitGolden.absence)"))
struct FitAblationTests {
    struct Variant: Sendable, CustomStringConvertible {
        var description: String
        var error: Double
        var change: @Sendable (inout FitOptions) -> Void
    }

    static let variants = [
        Variant(description: "full", error: 3.36) { _ in },
        Variant(description: "no floor, no contact", error: 4.77) {
            // No foot ever counts as planted; none may sink.
            $0.contactSpeed = -10
        },
        Variant(description: "no planted feet", error: 3.82) { $0.plantedMetresPerSecond = .infinity },
        Variant(description: "no network depth", error: 3.31) {
            ($0.trunkDepthMetres, $0.legDepthMetres, $0.footDepthMetres) = (.infinity, .infinity, .infinity)
        },
        Variant(description: "network depth trusted", error: 8.97) {
            ($0.trunkDepthMetres, $0.legDepthMetres, $0.footDepthMetres) = (0.05, 0.05, 0.05)
            $0.correlation.depth = 1
        },
        Variant(description: "unknown depth constants", error: 4.84) {
            let gait = FitOptions(.gait)
            ($0.trunkDepthMetres, $0.legDepthMetres) = (gait.trunkDepthMetres, gait.legDepthMetres)
            $0.footDepthMetres = gait.footDepthMetres
            $0.correlation.depth = gait.correlation.depth
            $0.constants.freeDepthBias()
        },
        Variant(description: "proportions free", error: 3.11) { $0.constants.proportionDeviation = 0.30 },
        Variant(description: "landmark places held", error: 4.95) { $0.constants.offsetDeviationMetres = 0 },
        Variant(description: "no correlation factors", error: 8.14) { $0.correlation = .none },
        Variant(description: "no lumbo-pelvic rhythm", error: 6.87) { $0.rhythmDegrees = .infinity },
        Variant(description: "no knee pull", error: 3.98) { $0.kneePullDegrees = .infinity },
        Variant(description: "no left-right term", error: 4.13) { $0.leftRightDegrees = .infinity },
        Variant(description: "no travel direction", error: 3.45) { $0.sidewaysMetresPerSecond = .infinity },
        Variant(description: "lens held", error: 3.68) { $0.constants.focalLengthDeviation = 0 },
        Variant(description: "least squares", error: 3.41) { $0.imageRobustness = .infinity },
        Variant(description: "no ankle gain", error: 4.36) { $0.plantedAnkleGain = 0 },
    ]

    @Test("each variant errs as the prototype's does", arguments: variants)
    func variant(_ variant: Variant) throws {
        var options = FitOptions(.bilateral)
        variant.change(&options)
        let solution = BodyFit.solve(try FitGolden.track(), family: .bilateral, options: options)
        let errors = try FitGolden.errorsAgainstTruth(solution.motion())
        let six = errors.filter { $0.key != .trunk }.map(\.value.mean)
        let mean = six.reduce(0, +) / 6
        // All but two agree to 0.01; depth trusted (0.06) and the rhythm (0.15) may have been changed in another way.
        #expect(abs(mean - variant.error) < 0.2)
    }
}
