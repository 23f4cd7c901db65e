import Foundation
import Movement
import Testing

private let simulatedMovements: [(String, Exercise?, @Sendable (SeededNoise) -> FittedMotion)] = [
    (
        "deep squat", .squat,
        {
            simulatedExercise(seconds: 12, noise: $0) {
                let w = wave($0, period: 3)
                return (32 * w, 75 * w, 40 * w, 20)
            }
        }
    ),
    (
        "half squat, arms forward, seen from the side", .squat,
        {
            simulatedExercise(seconds: 10, yaw: 0, noise: $0) {
                let w = wave($0, period: 2.5)
                return (25 * w, 35 * w, 25 * w, 20 + 60 * w)
            }
        }
    ),
    (
        "rising from a chair with rests", .sitToStand,
        {
            simulatedExercise(seconds: 15, noise: $0) { time in
                let up = wave(time, period: 4, rest: 0.4)
                let lean = 35 * wave(time + 0.5, period: 4, rest: 0.5)
                return (0, 88 * (1 - up) + 2, lean * (1 - up), 25)
            }
        }
    ),
    (
        "rising quickly", .sitToStand,
        {
            simulatedExercise(seconds: 12, noise: $0) { time in
                let up = wave(time, period: 2, rest: 0.15)
                return (10 * (1 - up), 85 * (1 - up), 30 * (1 - up) * wave(time + 0.2, period: 2, rest: 0.3), 30)
            }
        }
    ),
    (
        "abduction", .shoulderAbduction,
        { simulatedExercise(seconds: 12, yaw: -.pi / 2, noise: $0) { (2, 2, 2, 15 + 110 * wave($0, period: 3)) } }
    ),
    (
        "walking", .gait,
        { _ in
            var walk = SimulatedWalk().motion()
            let steps = walk.times.map { $0 * 2 * .pi / 1.1 }
            walk.angles =
                motion([
                    .kneeRight: steps.map { 30 + 28 * sin($0) }, .kneeLeft: steps.map { 30 - 28 * sin($0) },
                    .hipRight: steps.map { 10 + 20 * sin($0) }, .hipLeft: steps.map { 10 - 20 * sin($0) },
                ]).angles
            return walk
        }
    ),
    ("standing", nil, { simulatedExercise(seconds: 8, noise: $0) { _ in (3, 3, 2, 15) } }),
    ("sitting", nil, { simulatedExercise(seconds: 8, noise: $0) { _ in (0, 88, 5, 15) } }),
    (
        "bowing with straight legs", nil,
        { simulatedExercise(seconds: 12, noise: $0) { (2, 3, 70 * wave($0, period: 3), 20) } }
    ),
    (
        "small knee bends with raised arms", nil,
        {
            simulatedExercise(seconds: 12, noise: $0) {
                let w = wave($0, period: 3)
                return (12 * w, 16 * w, 8 * w, 15 + 90 * w)
            }
        }
    ),
]

@Test("each exercise is recognised, and what is none of them is not", arguments: simulatedMovements.indices)
func recognition(index: Int) {
    let (name, exercise, make) = simulatedMovements[index]
    for seed in 0..<5 {
        let recognition = ExerciseRecognition.recognise(make(SeededNoise(seed: UInt64(seed))))
        #expect(recognition.exercise == exercise, "\(name)")
        #expect((0...0.95).contains(recognition.confidence ?? -1))
        if exercise != nil { #expect(recognition.confidence ?? 0 > 0.6, "\(name)") }
    }
}

@Test("lunges, whose knees do not move alike, are not called squats")
func lunges() {
    var motion = simulatedExercise(seconds: 12) {
        let w = wave($0, period: 3)
        return (20 * w, 60 * w, 10 * w, 20)
    }
    motion.angles[.kneeLeft]?.degrees = (0..<360).map { 10 + 60 * wave(Double($0) / 30 + 1.2, period: 3) }
    #expect(ExerciseRecognition.recognise(motion).exercise == nil)
}
