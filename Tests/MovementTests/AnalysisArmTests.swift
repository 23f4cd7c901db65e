import Foundation
import Movement
import Testing

/// Mean absolute error, bias, share of the truth within two standard uncertainties and the median of these.
private struct Score {
    var error = 0.0
    var bias = 0.0
    var coverage = 0.0
    var deviation = 0.0

    init(_ angle: FittedArm.Angle, _ truth: [Double]) {
        let differences = zip(angle.degrees, truth).map { $0 - $1 }
        let n = Double(differences.count)
        error = differences.reduce(0) { $0 + $1.magnitude } / n
        bias = differences.reduce(0, +) / n
        let inside = zip(differences, angle.standardUncertaintyDegrees).filter { $0.magnitude <= 2 * $1 }
        coverage = Double(inside.count) / n
        deviation = SeriesStatistics.median(angle.standardUncertaintyDegrees)
    }

    init(mean scores: [Score]) {
        let n = Double(scores.count)
        error = scores.reduce(0) { $0 + $1.error } / n
        bias = scores.reduce(0) { $0 + $1.bias } / n
        coverage = scores.reduce(0) { $0 + $1.coverage } / n
        deviation = scores.reduce(0) { $0 + $1.deviation } / n
    }
}

private func scores(
    seeds: Range<UInt64> = 0..<12, yaw: Double = -.pi / 2, pose: (Double) -> SimulatedArms.Pose
) throws -> (shoulder: Score, elbow: Score) {
    var shoulders: [Score] = []
    var elbows: [Score] = []
    for seed in seeds {
        let clip = SimulatedArms(seconds: 8, yaw: yaw, seed: seed, pose: pose)
        let arm = ArmFit.fit(clip.scene, try ArmTrack(clip.observations), .right)
        shoulders.append(Score(arm.shoulder, clip.elevation))
        elbows.append(Score(arm.elbow, clip.flexion))
    }
    return (Score(mean: shoulders), Score(mean: elbows))
}

@Test("abduction to 150° seen from the front is measured within 4°, and the uncertainty is true")
func abduction() throws {
    let score = try scores { (10 + 140 * wave($0, period: 4), 20, 15) }
    #expect(score.shoulder.error < 4)
    #expect((0.85...1).contains(score.shoulder.coverage))
    #expect((0.85...1).contains(score.elbow.coverage))
}

@Test("abduction seen obliquely, raising forward and bending the elbow have true uncertainties")
func otherArmMovements() throws {
    let oblique = try scores(yaw: -2.2) { (10 + 140 * wave($0, period: 4), 20, 15) }
    let flexion = try scores(yaw: -0.1) { (10 + 110 * wave($0, period: 4), 85, 10) }
    let curl = try scores(yaw: -0.4) { (10, 60, 15 + 110 * wave($0, period: 4)) }
    for score in [oblique, flexion, curl] {
        #expect(score.shoulder.error < 4.5)
        #expect(score.shoulder.coverage > 0.85)
        #expect(score.elbow.coverage > 0.85)
        #expect(score.elbow.error < 9)
    }
}

@Test("without noise the arm is found to a degree, the elbow to the pull towards straight")
func noiseless() throws {
    // The fit's own limits: filters, weak smoothness, priors.
    let clip = SimulatedArms(seconds: 6, yaw: -.pi / 2, seed: 1, noise: 0) { (20 + 120 * wave($0, period: 3), 20, 30) }
    let arm = ArmFit.fit(clip.scene, try ArmTrack(clip.observations), .right)
    #expect(Score(arm.shoulder, clip.elevation).error < 1)
    #expect(Score(arm.elbow, clip.flexion).error < 4)
    #expect(arm.elbows.count == 180 && arm.wrists.allSatisfy { $0.x.isFinite })
}
