import Foundation

/// What the signals of faults are read from: one recording, fitted, with its repetitions.
struct FaultScene {
    let exercise: Exercise
    /// The landmarks as they were seen, on the times of the motions.
    let track: LandmarkTrack
    /// The fit that the report's angles are from, with arms.
    let motion: FittedMotion
    /// The fit that does not assume the sides alike.
    let free: FittedMotion
    let view: CameraView?
    let repetitions: [Repetition]
    let symmetry: Symmetry?
    let gait: Gait?
    let withheld: Set<JointAngle>
    /// Share of the pictures in which a part of the body is not seen.
    let unseenShare: [ExerciseProtocol.BodyPart: Double]
    let knowsGravity: Bool
    /// Presentation times of the analysed pictures.
    let pictureTimes: [Double]

    /// A repetition, or the whole recording where there are none.
    struct Stretch {
        /// Counted from 1.
        var repetition: Int?
        /// Positions in the motions' times of all of it, of the looked-at part, and of the rest before and after.
        var all: [Int]
        var part: [Int]
        var rest: [Int]
        /// Sides that moved; both where the exercise is not of one side.
        var sides: [BodySide]
    }

    private static let restSeconds = 0.6
    private static let restShare = 0.15

    var times: [Double] { motion.times }

    /// The stretches of a phase, with the moments in which the body was measured.
    func stretches(_ phase: FaultRule.Phase) -> [Stretch] {
        let row = ExerciseProtocol.of(exercise)
        guard row.repetition != nil || row.hold != nil else {
            let all = times.indices.filter { motion.isMeasured[$0] }
            return all.isEmpty ? [] : [Stretch(repetition: nil, all: all, part: all, rest: [], sides: BodySide.allCases)]
        }
        return repetitions.enumerated().compactMap { number, repetition in
            let near = indices(from: repetition.startSeconds - Self.restSeconds, to: repetition.endSeconds + Self.restSeconds)
            let all = near.filter { (repetition.startSeconds...repetition.endSeconds).contains(times[$0]) }
            let sides = BodySide.allCases.filter { repetition.peakBySide[$0] != nil }
            let share = row.repetition.map { shares($0, sides, at: near) } ?? [:]
            let part = all.filter { index in
                guard let value = share[index] else { return row.hold != nil }
                return switch phase {
                case .turn: value >= 0.6
                case .way: (0.2...0.8).contains(value)
                case .whole: true
                }
            }
            let rest = near.filter { index in
                row.hold != nil ? !all.contains(index) : (share[index] ?? 1) <= Self.restShare
            }
            guard part.count >= 3 else { return nil }
            return Stretch(
                repetition: number + 1, all: all, part: part, rest: rest, sides: sides.isEmpty ? BodySide.allCases : sides)
        }
    }

    func indices(from start: Double, to end: Double) -> [Int] {
        times.indices.filter { times[$0] >= start && times[$0] <= end && motion.isMeasured[$0] }
    }

    /// How far along the way from rest (0) to the turn (1) the leading angle is.
    private func shares(_ rule: RepetitionRule, _ sides: [BodySide], at indices: [Int]) -> [Int: Double] {
        let leading = sides.compactMap { motion.angles[JointAngle(rule.joint, $0)]?.degrees }
        guard !leading.isEmpty else { return [:] }
        let sign = rule.turn == .greatest ? 1.0 : -1.0
        let values = indices.map { index in sign * leading.reduce(0) { $0 + $1[index] } / Double(leading.count) }
        let low = SeriesStatistics.quantile(values, 0.02)
        let high = SeriesStatistics.quantile(values, 0.98)
        guard high > low else { return [:] }
        return Dictionary(
            zip(indices, values).filter { $1.isFinite }.map { ($0, ($1 - low) / (high - low)) }, uniquingKeysWith: { first, _ in first })
    }

    /// An occurrence over positions of the motions' times, with the moment of the greatest value.
    func occurrence(
        _ stretch: Stretch, over part: [Int], value: (Int) -> Double, sign: Double = 1, amount: FaultAmount
    ) -> FaultOccurrence? {
        guard let first = part.first, let last = part.last, amount.value.isFinite, amount.standardUncertainty.isFinite,
            let moment = part.filter({ value($0).isFinite }).max(by: { sign * value($0) < sign * value($1) })
        else { return nil }
        let start = times[first]
        let end = times[last]
        return FaultOccurrence(
            repetition: stretch.repetition, momentSeconds: times[moment], startSeconds: start, endSeconds: end,
            pictures: pictures(from: start, to: end), amount: amount)
    }

    func pictures(from start: Double, to end: Double) -> Range<Int> {
        let first = pictureTimes.firstIndex { $0 >= start } ?? pictureTimes.count
        let after = pictureTimes.firstIndex { $0 > end } ?? pictureTimes.count
        return first..<max(first, after)
    }

    /// Mean of the finite values; NaN where there are none.
    static func mean(_ values: [Double]) -> Double {
        let finite = values.filter(\.isFinite)
        return finite.isEmpty ? .nan : finite.reduce(0, +) / Double(finite.count)
    }

    /// By how much averaging over a stretch reduces the deviation of errors that are correlated over 0.3 s (the mean of
    /// an Ornstein–Uhlenbeck process).
    static func averaging(_ count: Int) -> Double {
        let spans = max(Double(count) * LandmarkTrack.stepSeconds / 0.3, 0.1)
        return (2 / (spans * spans) * (spans - 1 + exp(-spans))).squareRoot()
    }
}

/// The amounts of one fault on one side, before they are judged.
struct FaultMeasure {
    var side: BodySide?
    /// With the part of the uncertainty that is independent from one repetition to the next.
    var occurrences: [FaultOccurrence]
    /// The part that is the same in all of them.
    var sharedUncertainty: Double

    init(side: BodySide? = nil, occurrences: [FaultOccurrence], sharedUncertainty: Double) {
        self.side = side
        self.occurrences = occurrences
        self.sharedUncertainty = sharedUncertainty
    }
}
