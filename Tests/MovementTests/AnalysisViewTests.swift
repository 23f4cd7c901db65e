import Base
import Foundation
import Movement
import Testing

@Test(
    "the view and the nearer side follow from where the person faces",
    arguments: [
        (-90.0, CaptureQuality.View.front, BodySide?.none), (-80, .front, nil), (0, .side, .right), (180, .side, .left),
        (-145, .frontOblique, .left), (-35, .frontOblique, .right), (35, .backOblique, .right), (90, .back, nil),
    ])
func view(yawDegrees: Double, expected: CaptureQuality.View, side: BodySide?) throws {
    let still = motion([.kneeLeft: Array(repeating: 5, count: 60)], yawRadians: yawDegrees * .pi / 180)
    let view = try #require(CameraView(of: still))
    #expect(view.view == expected)
    #expect(view.nearSide == side)
}

@Test("a person at the edge of the picture who faces along the optical axis is not seen frontally")
func viewFromTheEdge() throws {
    var motion = motion([.kneeLeft: Array(repeating: 5, count: 60)])
    motion.points = motion.points.map { _ in SIMD3(1.5, 0.9, -3) }
    let view = try #require(CameraView(of: motion))
    // 26.6° off: from the camera's right the person's left is at the picture's right, the right side nearer the axis.
    #expect(abs(abs(view.turnRadians) - atan(0.5)) < 1e-9)
    #expect(view.nearSide == .right)
}

@Test("an angle with a large uncertainty, without values or behind the trunk is withheld")
func withheld() throws {
    let values = Array(repeating: 20.0, count: 60)
    var all = motion(Dictionary(uniqueKeysWithValues: JointAngle.allCases.map { ($0, values) }), yawRadians: 0)
    all.angles[.ankleLeft]?.standardUncertaintyDegrees = Array(repeating: 16, count: 60)
    all.angles[.hipLeft] = nil
    let view = try #require(CameraView(of: all))
    let withheld = AngleValidity.withheld(in: all, view: view, exercise: .squat)
    #expect(Set(withheld.keys) == [.ankleLeft, .hipLeft, .shoulderLeft, .elbowLeft])
    let arms = AngleValidity.withheld(in: all, view: view, exercise: .shoulderAbduction)
    #expect(arms[.shoulderRight] != nil)
}

@Test("a true difference of range is found, an uncertain one is not called real")
func symmetry() throws {
    let right = excursions(count: 4, amplitude: 100)
    let left = excursions(count: 4, amplitude: 70)
    let rule = try #require(ExerciseProtocol.of(.squat).repetition)
    for (deviation, isReal) in [(3.0, true), (9.0, false)] {
        let free = motion([.kneeRight: right, .kneeLeft: left], deviation: deviation)
        let repetitions = RepetitionDetection.repetitions(in: free, rule: rule)
        let symmetry = SymmetryAnalysis.symmetry(of: free, repetitions: repetitions, joints: [.knee, .hip])
        let difference = try #require(symmetry?.differences.first)
        #expect(symmetry?.differences.count == 1)
        #expect(abs(difference.rangeRightMinusLeftDegrees - 30) < 1)
        #expect(abs(difference.standardUncertaintyDegrees - 2 * deviation) < 0.5)
        #expect(difference.isReal == isReal)
    }
}

@Test("guesses at a few moments make no difference between the sides, and a range that no joint has is not compared")
func symmetryOfGuesses() throws {
    let gait = (0..<120).map { 15 * sin(2 * .pi * Double($0) / 33) }
    var free = motion([.ankleRight: gait, .ankleLeft: gait], deviation: 4)
    func difference() -> Symmetry.Difference? {
        SymmetryAnalysis.symmetry(of: free, repetitions: [], joints: [.ankle])?.differences.first
    }
    #expect(try #require(difference()).rangeRightMinusLeftDegrees == 0)
    // The last pictures, where nothing holds the foot: first with the doubt said, then without.
    for index in 118..<120 { free.angles[.ankleRight]?.degrees[index] = 130 }
    #expect(try #require(difference()).isReal == false)
    for index in 110..<120 {
        free.angles[.ankleRight]?.degrees[index] = 60
        free.angles[.ankleRight]?.standardUncertaintyDegrees[index] = 12
    }
    #expect(abs(try #require(difference()).rangeRightMinusLeftDegrees) < 2)
    for index in 90..<120 {
        free.angles[.ankleRight]?.degrees[index] = 120
        free.angles[.ankleRight]?.standardUncertaintyDegrees[index] = 4
    }
    #expect(difference() == nil)
}

@Test("stretches without a person are told, the short ones as filled")
func gapFinding() {
    var observations = Observations(capture: Capture(width: 720, height: 1280))
    let points = Array(
        repeating: ObservedPoint(x: 1, y: 1, depth: 0, visibility: 1, world: .zero), count: Landmark.count)
    for index in 0..<120 {
        let time = Double(index) / 30
        if (30..<33).contains(index) || (60..<90).contains(index) || index >= 116 {
            observations.append(emptyAt: time, light: 0.5)
        } else {
            observations.append(time: time, light: 0.5, score: 1, found: .tracker, points: points)
        }
    }
    let gaps = GapFinding.gaps(in: observations)
    #expect(gaps.map(\.isFilled) == [true, false, true])
    let starts: [Double] = [29.0, 59.0, 115.0].map { $0 / 30 }
    #expect(gaps.map(\.startSeconds) == starts)
    let ends: [Double] = [33.0, 90.0, 119.0].map { $0 / 30 }
    #expect(gaps.map(\.endSeconds) == ends)
}
