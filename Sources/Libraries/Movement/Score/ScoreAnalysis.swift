/// Makes the score of a measurement.
enum ScoreAnalysis {
    /// A share of a part's points, 0 … 1, with its interval.
    struct Share {
        var value: Double
        var low: Double
        var high: Double

        init(_ value: Double, low: Double, high: Double) {
            func held(_ share: Double) -> Double { min(max(share, 0), 1) }
            self.value = held(value)
            self.low = held(min(low, value))
            self.high = held(max(high, value))
        }

        /// Of a measured value with its standard uncertainty: 0 at `none`, 1 at `all`, straight between.
        init(_ value: Double, uncertainty: Double, none: Double, all: Double) {
            func share(_ value: Double) -> Double { (value - none) / (all - none) }
            let ends = [share(value - 2 * uncertainty), share(value + 2 * uncertainty)]
            self.init(share(value), low: ends.min() ?? 0, high: ends.max() ?? 1)
        }
    }

    /// Parts of less than this many of the hundred points make no score.
    private static let leastWeight = 50.0
    private static let leastRepetitions = 2
    /// Spectral arc lengths: of a movement of least jerk, and of one in pieces.
    private static let arcLengths = (all: -1.5, none: -3.5)
    /// Coefficients of variation between repetitions.
    private static let variation = (all: 0.05, none: 0.35)
    /// Differences of range between the sides, degrees; the smaller is what healthy people have.
    private static let difference = (all: 5.0, none: 25.0)
    private static let lossOfMild = 0.25
    private static let lossOfMarked = 0.5

    /// nil where the capture was refused, the exercise is not known, or too little was seen.
    static func score(of measurement: Measurement) -> MovementScore? {
        guard measurement.capture.refused == nil, let exercise = measurement.recognition.exercise else { return nil }
        let row = ExerciseProtocol.of(exercise)
        let isCounted = row.repetition != nil
        if isCounted, measurement.repetitions.count < leastRepetitions { return nil }
        if row.hold != nil, measurement.repetitions.isEmpty { return nil }
        if exercise == .gait, measurement.gait == nil { return nil }
        let shares: [(MovementScore.Part.Name, Share)] = [
            (.range, range(measurement, exercise)), (.control, control(measurement)),
            (.symmetry, symmetry(measurement)), (.consistency, isCounted ? consistency(measurement) : nil),
            (.compensations, compensations(measurement.faults)),
        ].compactMap { name, share in share.map { (name, $0) } }
        let weight = shares.reduce(0) { $0 + $1.0.weight }
        guard weight >= leastWeight else { return nil }
        return score(shares, most: wholes(shares.map { 100 * $0.0.weight / weight }))
    }

    private static func score(_ shares: [(MovementScore.Part.Name, Share)], most: [Int]) -> MovementScore {
        let parts = zip(shares, most).map { part, most in
            MovementScore.Part(
                name: part.0, points: Int((part.1.value * Double(most)).rounded()), most: most,
                low: part.1.low * Double(most), high: part.1.high * Double(most))
        }
        let points = parts.reduce(0) { $0 + $1.points }
        // The parts' errors are taken as independent.
        func reach(_ end: (MovementScore.Part) -> Double) -> Double {
            parts.reduce(0) { sum, part in
                let away = end(part) - Double(part.points)
                return sum + away * away
            }.squareRoot()
        }
        return MovementScore(
            points: points, low: max(Double(points) - reach(\.low), 0), high: min(Double(points) + reach(\.high), 100), parts: parts)
    }

    /// Whole numbers that add up to 100, nearest to the given ones (largest remainders).
    private static func wholes(_ values: [Double]) -> [Int] {
        var result = values.map { Int($0) }
        let order = values.indices.sorted { values[$0] - Double(result[$0]) > values[$1] - Double(result[$1]) }
        for index in order.prefix(max(100 - result.reduce(0, +), 0)) { result[index] += 1 }
        return result
    }

    /// The median of the turns against the aim, which is the threshold of the exercise's rule of depth.
    private static func range(_ measurement: Measurement, _ exercise: Exercise) -> Share? {
        let rules = measurement.faults.filter { [.shallow, .incompleteRise, .shortHold, .stiffKnee].contains($0.rule.code) }
        let shares = rules.compactMap { verdict -> Share? in
            let amount: FaultAmount? =
                switch verdict.outcome {
                case .found(let fault): fault.amount
                case .notFound(let amount): amount
                case .undecided(_, let amount): amount
                }
            guard let amount else { return nil }
            let isAbove = verdict.rule.direction == .above
            // Of a rise, what is missing to straight knees; of all others, what was reached.
            return Share(
                amount.value, uncertainty: amount.standardUncertainty, none: isAbove ? 3 * verdict.rule.threshold : 0,
                all: verdict.rule.threshold)
        }
        guard !shares.isEmpty else { return nil }
        func mean(_ value: (Share) -> Double) -> Double { shares.reduce(0) { $0 + value($1) } / Double(shares.count) }
        return Share(mean(\.value), low: mean(\.low), high: mean(\.high))
    }

    private static func control(_ measurement: Measurement) -> Share? {
        let lengths = measurement.repetitions.compactMap(\.smoothness)
        guard lengths.count >= leastRepetitions else { return nil }
        return Share(
            SeriesStatistics.median(lengths), uncertainty: standardError(lengths), none: arcLengths.none, all: arcLengths.all)
    }

    /// The joint that differs most for sure, of those that the exercise has a rule for; what may be error is not counted
    /// against anybody.
    private static func symmetry(_ measurement: Measurement) -> Share? {
        let ruled = measurement.faults.compactMap { verdict -> JointAngle.Joint? in
            if case .sideDifference(let joint) = verdict.rule.signal { joint } else { nil }
        }
        guard let differences = measurement.symmetry?.differences.filter({ ruled.isEmpty || ruled.contains($0.joint) }) else {
            return nil
        }
        let shares = differences.map { difference -> Share in
            let size = difference.rangeRightMinusLeftDegrees.magnitude
            let own = difference.standardUncertaintyDegrees
            func share(_ size: Double) -> Double { (Self.difference.none - size) / (Self.difference.none - Self.difference.all) }
            return Share(share(max(size * size - own * own, 0).squareRoot()), low: share(size + 2 * own), high: share(size - 2 * own))
        }
        return shares.min { $0.value < $1.value }
    }

    private static func consistency(_ measurement: Measurement) -> Share? {
        let repetitions = measurement.repetitions
        guard repetitions.count >= 3 else { return nil }
        let values = [repetitions.map(\.tempoSeconds), repetitions.map(\.rangeDegrees)].map(coefficient)
        let mean = values.reduce(0, +) / Double(values.count)
        // The relative standard error of a deviation from n values is 1 / √(2 (n − 1)).
        let uncertainty = mean / (2 * Double(repetitions.count - 1)).squareRoot()
        return Share(mean, uncertainty: uncertainty, none: variation.none, all: variation.all)
    }

    /// What is found takes off; what cannot be told but is measured beyond its limit reaches into the interval.
    private static func compensations(_ verdicts: [FaultVerdict]) -> Share? {
        let own = verdicts.filter { ![.shallow, .incompleteRise, .shortHold, .stiffKnee, .asymmetry].contains($0.rule.code) }
        let told = own.filter { if case .undecided(_, nil) = $0.outcome { false } else { true } }
        guard told.count * 2 >= own.count, !told.isEmpty else { return nil }
        var lost = 0.0
        var perhaps = 0.0
        for verdict in told {
            switch verdict.outcome {
            case .found(let fault): lost += fault.severity == .marked ? lossOfMarked : lossOfMild
            case .undecided(_, let amount?) where verdict.rule.excess(amount.value) > 0: perhaps += lossOfMild
            default: break
            }
        }
        return Share(1 - lost, low: 1 - lost - perhaps, high: 1 - lost)
    }

    private static func coefficient(_ values: [Double]) -> Double {
        let mean = values.reduce(0, +) / Double(values.count)
        guard mean > 0 else { return 1 }
        return deviation(values) / mean
    }

    private static func standardError(_ values: [Double]) -> Double { deviation(values) / Double(max(values.count, 1)).squareRoot() }

    private static func deviation(_ values: [Double]) -> Double {
        guard values.count > 1 else { return 0 }
        let mean = values.reduce(0, +) / Double(values.count)
        return (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count - 1)).squareRoot()
    }
}
