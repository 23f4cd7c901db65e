import Foundation
import Movement
import Testing

/// A person who stands in the middle of a 720 × 1280 picture, as seen.
private func recording(
    frames: Int = 90, light: Double = 0.5, height: Double = 700, top: Double = 300, visibility: Double = 0.95,
    hidden: Set<Landmark> = [], empty: Range<Int> = 0..<0
) -> Observations {
    var observations = Observations(capture: Capture(width: 720, height: 1280))
    for index in 0..<frames {
        let time = Double(index) / 30
        guard !empty.contains(index) else {
            observations.append(emptyAt: time, light: light)
            continue
        }
        let points = Landmark.allCases.map { landmark in
            // Head at the top, feet at the bottom, in the order of the topology.
            let down =
                switch landmark {
                case .leftShoulder, .rightShoulder: 0.15
                case .leftElbow, .rightElbow, .leftHip, .rightHip: 0.5
                case .leftKnee, .rightKnee: 0.75
                case .leftAnkle, .rightAnkle, .leftHeel, .rightHeel, .leftFootIndex, .rightFootIndex: 0.93
                default: landmark.rawValue <= Landmark.mouthRight.rawValue ? 0 : 0.55
                }
            return ObservedPoint(
                x: 360, y: top + down * height, depth: 0, visibility: hidden.contains(landmark) ? 0.2 : visibility,
                world: .zero)
        }
        observations.append(time: time, light: light, score: 0.9, found: .tracker, points: points)
    }
    return observations
}

private let feet: Set<Landmark> = [.leftAnkle, .leftHeel, .leftFootIndex, .rightAnkle, .rightHeel, .rightFootIndex]

@Test("a good recording passes without a word")
func goodRecording() {
    #expect(CaptureGate.beforeFit(recording(), exercise: .squat) == CaptureGate.Verdict())
}

@Test(
    "a recording that cannot be trusted is refused for its reason",
    arguments: [
        (recording(empty: 0..<90), Exercise?.none, "nobody_in_view"),
        (recording(light: 0.03, empty: 0..<90), nil, "too_dark"),
        (recording(light: 0.05, visibility: 0.4), nil, "too_dark"),
        (recording(empty: 10..<90), nil, "too_few_frames"), (recording(frames: 25), nil, "too_short"),
        (recording(height: 80), nil, "too_far"), (recording(hidden: feet), .squat, "feet_out_of_view"),
        (recording(top: 700), .gait, "feet_out_of_view"),
        (recording(top: -200), .shoulderAbduction, "head_out_of_view"),
    ])
func refused(observations: Observations, exercise: Exercise?, code: String) {
    let verdict = CaptureGate.beforeFit(observations, exercise: exercise)
    #expect(verdict.refused?.code == code)
    #expect(CaptureGate.quality(of: observations, view: nil, verdicts: [verdict]).refused?.code == code)
}

@Test("what an exercise does not need is not asked for, and an unknown exercise is only warned about")
func neededParts() {
    #expect(CaptureGate.beforeFit(recording(hidden: feet), exercise: .shoulderAbduction) == CaptureGate.Verdict())
    let unknown = CaptureGate.beforeFit(recording(hidden: feet), exercise: nil)
    #expect(unknown.refused == nil)
    #expect(unknown.warnings.map(\.code) == ["feet_partly_out_of_view"])
    #expect(CaptureGate.beforeFit(recording(height: 160), exercise: nil).warnings.map(\.code) == ["far"])
    #expect(CaptureGate.beforeFit(recording(light: 0.08), exercise: nil).warnings.map(\.code) == ["dark"])
    #expect(CaptureGate.beforeFit(recording(empty: 30..<60), exercise: nil).warnings.map(\.code) == ["person_missing"])
}

@Test("the fit's own doubts refuse or warn")
func afterFit() throws {
    let good = simulatedExercise(seconds: 2, yaw: -.pi / 2) {
        let w = wave($0, period: 2)
        return (32 * w, 75 * w, 40 * w, 20)
    }
    let front = try #require(CameraView(of: good))
    func verdict(
        _ change: (inout FittedMotion) -> Void = { _ in }, exercise: Exercise? = .squat, gravity: Bool = false,
        view: CameraView? = nil
    ) -> CaptureGate.Verdict {
        var motion = good
        change(&motion)
        return CaptureGate.afterFit(motion, view: view ?? front, exercise: exercise, hasGravity: gravity)
    }
    #expect(verdict() == CaptureGate.Verdict())
    #expect(verdict { $0.quality.medianReprojectionMetres = 0.05 }.refused?.code == "does_not_fit")
    #expect(verdict { $0.quality.medianReprojectionMetres = .nan }.refused?.code == "does_not_fit")
    #expect(
        verdict { $0.quality.ninetiethPercentileReprojectionMetres = 0.08 }.warnings.map(\.code) == ["second_person"])
    #expect(verdict { $0.quality.rollDegrees = -6 }.warnings.map(\.code) == ["camera_tilted"])
    #expect(verdict { $0.quality.pitchDegrees = 26 }.refused?.code == "camera_much_tilted")
    #expect(verdict({ $0.quality.pitchDegrees = 26 }, gravity: true) == CaptureGate.Verdict())
    #expect(verdict { $0.quality.focalLengthDeviations = -3.5 }.warnings.map(\.code) == ["unusual_lens"])
    let uncertain = Array(repeating: 11.0, count: 60)
    #expect(
        verdict { $0.angles[.kneeLeft]?.standardUncertaintyDegrees = uncertain }.warnings.map(\.code)
            == ["knees_uncertain"])
    let side = CameraView(turnRadians: 1.5, spreadRadians: 0)
    #expect(verdict(exercise: .shoulderAbduction, view: side).refused?.code == "wrong_view")
    #expect(
        verdict(view: CameraView(turnRadians: 0, spreadRadians: 1)).warnings.map(\.code) == ["turned_around"])
}

@Test("an exercise that was named and has nothing of the movement is remarked on, not refused")
func namedExerciseIsChecked() {
    let squat = simulatedExercise(seconds: 6, yaw: -.pi / 2) {
        let w = wave($0, period: 3)
        return (32 * w, 75 * w, 40 * w, 20)
    }
    let standing = simulatedExercise(seconds: 6, yaw: -.pi / 2) { _ in (3, 3, 2, 15) }
    func verdict(_ motion: FittedMotion, _ exercise: Exercise?) -> CaptureGate.Verdict {
        CaptureGate.afterFit(motion, view: nil, exercise: exercise, hasGravity: true)
    }
    #expect(verdict(squat, .squat) == CaptureGate.Verdict())
    #expect(verdict(standing, nil) == CaptureGate.Verdict())
    for (motion, exercise) in [
        (squat, Exercise.gait), (squat, .shoulderAbduction), (squat, .sitToStand), (standing, .squat),
    ] {
        let verdict = verdict(motion, exercise)
        #expect(verdict.refused == nil)
        #expect(verdict.warnings.map(\.code) == ["does_not_look_like"], "\(exercise)")
    }
}
