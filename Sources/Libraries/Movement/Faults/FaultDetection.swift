/// Holds what was measured against the rules of the exercise.
enum FaultDetection {
    /// A part of the body that is missing in more than this share of the pictures decides nothing.
    private static let mostUnseen = 0.5

    /// A verdict for every rule, and for each side where a rule has sides.
    static func verdicts(_ scene: FaultScene) -> [FaultVerdict] {
        FaultRule.rules(for: scene.exercise).flatMap { verdicts($0, scene) }
    }

    private static func verdicts(_ rule: FaultRule, _ scene: FaultScene) -> [FaultVerdict] {
        func undecided(_ reason: FaultVerdict.Reason) -> [FaultVerdict] {
            [FaultVerdict(rule: rule, side: nil, outcome: .undecided(reason, nil))]
        }
        if rule.neededParts.contains(where: { scene.unseenShare[$0] ?? 0 > mostUnseen }) { return undecided(.notInPicture) }
        guard let view = scene.view?.view else { return undecided(.tooLittleSeen) }
        let views = scene.knowsGravity ? rule.views.union(rule.viewsWithGravity) : rule.views
        guard views.contains(view) else { return undecided(.hiddenByView) }
        let measures = scene.measures(rule).filter { !$0.occurrences.isEmpty }
        guard !measures.isEmpty else { return undecided(.tooLittleSeen) }
        return measures.map { FaultVerdict(rule: rule, side: $0.side, outcome: outcome($0, rule)) }
    }

    /// Found where the mean over the repetitions, or a single one, is beyond the threshold by two standard
    /// uncertainties; not found where the mean is within it by as much and no single one beyond it.
    static func outcome(_ measure: FaultMeasure, _ rule: FaultRule) -> FaultVerdict.Outcome {
        let shared = measure.sharedUncertainty * measure.sharedUncertainty
        let count = Double(measure.occurrences.count)
        let all = measure.occurrences.map { occurrence in
            var complete = occurrence
            let own = occurrence.amount.standardUncertainty
            complete.amount.standardUncertainty = (own * own + shared).squareRoot()
            return complete
        }
        let own = measure.occurrences.reduce(0) { $0 + $1.amount.standardUncertainty * $1.amount.standardUncertainty }
        let mean = FaultAmount(
            value: measure.occurrences.reduce(0) { $0 + $1.amount.value } / count,
            standardUncertainty: (own / count / count + shared).squareRoot())
        func fault(_ amount: FaultAmount, _ occurrences: [FaultOccurrence]) -> FaultVerdict.Outcome {
            .found(
                Fault(
                    code: rule.code, side: measure.side, amount: amount, severity: rule.severity(amount.value),
                    occurrences: occurrences))
        }
        if rule.excess(mean.value) > 2 * mean.standardUncertainty {
            return fault(mean, all.filter { rule.excess($0.amount.value) > 0 })
        }
        let single = all.filter { rule.excess($0.amount.value) > 2 * $0.amount.standardUncertainty }
        if let worst = single.max(by: { rule.excess($0.amount.value) < rule.excess($1.amount.value) }) {
            return fault(worst.amount, single)
        }
        let isWithin = -rule.excess(mean.value) > 2 * mean.standardUncertainty
        if isWithin, all.allSatisfy({ rule.excess($0.amount.value) < 0 }) { return .notFound(mean) }
        return .undecided(.uncertain, mean)
    }
}

extension FaultScene {
    /// The amounts of a rule, a row for each side where it has sides.
    func measures(_ rule: FaultRule) -> [FaultMeasure] {
        switch rule.signal {
        case .kneeSeparation: kneeSeparation(rule.phase)
        case .kneeOverFoot: kneeOverFoot(rule.phase)
        case .forwardLean: forwardLean(rule.phase)
        case .sidewaysLean: sidewaysLean(rule.phase)
        case .backwardLean: backwardLean(rule.phase)
        case .heelRise: heelRise(rule.phase, sides: rule.direction == .above ? .each : .together)
        case .hipShift: hipShift(rule.phase)
        case .turn: turn()
        case .strideKneeRange: strideKneeRange()
        case .armFall: armFall()
        case .footMovement: footMovement()
        case .hold: hold()
        case .sideDifference(let joint): sideDifference(joint)
        }
    }
}
