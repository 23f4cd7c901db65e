/// Finds the repetitions of an exercise in the angles of a fitted motion.
///
/// A repetition is a rise of the leading angle and its fall back, both larger than a threshold (`LeadingAngle.threshold`).
/// It starts and ends where the angle crosses a tenth of the way from its resting level to its turn. Movements that
/// the recording cuts off are not counted.
package enum RepetitionDetection {
    /// The repetitions of a motion, in time.
    /// - Parameter excluding: angles that are not to be trusted; where both sides lead, the other side leads alone.
    package static func repetitions(
        in motion: FittedMotion, rule: RepetitionRule, excluding: Set<JointAngle> = []
    ) -> [Repetition] {
        LeadingAngle.all(in: motion, rule: rule, excluding: excluding)
            .flatMap { repetitions(of: $0, rule: rule) }
            .sorted { $0.peakSeconds < $1.peakSeconds }
    }

    /// The repetitions of one leading angle, in time.
    package static func repetitions(of leading: LeadingAngle, rule: RepetitionRule) -> [Repetition] {
        let threshold = leading.threshold(
            minimumRangeDegrees: rule.minimumRangeDegrees, leastDeviations: rule.leastDeviations)
        return leading.segments().flatMap { segment in
            let path = Array(leading.detection[segment])
            let mayEndAtTurn = rule.lastMayEndAtTurn && segment.upperBound == leading.times.count
            return Excursion.all(in: path, threshold: threshold, lastMayEndAtTurn: mayEndAtTurn)
                .map { $0.moved(by: segment.lowerBound) }
        }
        .compactMap { repetition(from: $0, leading: leading) }
        .filter { rule.tempoSeconds.contains($0.tempoSeconds) }
    }

    private static func repetition(from excursion: Excursion, leading: LeadingAngle) -> Repetition? {
        let inside = Int(excursion.start.rounded(.up))...Int(excursion.end)
        // Who stays at the turn reaches its greatest value after the end.
        let reach = inside.lowerBound...max(inside.upperBound, excursion.peak)
        guard let greatest = reach.max(by: { leading.fine[$0] < leading.fine[$1] }) else { return nil }
        let peak = min(greatest, inside.upperBound)
        let least = (excursion.before...excursion.after).map { leading.fine[$0] }.min() ?? leading.fine[peak]
        let sides = leading.sides.sorted { $0.key.rawValue < $1.key.rawValue }.map { side, values in
            (side, leading.sign * (reach.map { leading.sign * values[$0] }.filter(\.isFinite).max() ?? .nan))
        }
        return Repetition(
            startSeconds: leading.seconds(at: excursion.start), peakSeconds: leading.times[peak],
            endSeconds: leading.seconds(at: excursion.end), peakDegrees: leading.sign * leading.fine[greatest],
            peakUncertaintyDegrees: leading.uncertainty[greatest], rangeDegrees: leading.fine[greatest] - least,
            peakBySide: Dictionary(uniqueKeysWithValues: sides),
            smoothness: smoothness(of: leading, inside: inside, peak: peak))
    }

    /// Mean of the spectral arc lengths of the way there and the way back, each of which is one movement; a pause
    /// at the turn does not count as a lack of smoothness of either by more than its edge.
    private static func smoothness(of leading: LeadingAngle, inside: ClosedRange<Int>, peak: Int) -> Double? {
        let speeds = inside.map { index in
            abs(leading.fine[min(index + 1, leading.fine.count - 1)] - leading.fine[max(index - 1, 0)])
        }
        let turn = peak - inside.lowerBound
        let rate = leading.sampleRateHertz
        guard let there = SpectralArcLength.of(speed: Array(speeds[...turn]), sampleRateHertz: rate) else { return nil }
        guard let back = SpectralArcLength.of(speed: Array(speeds[turn...]), sampleRateHertz: rate) else {
            return there
        }
        return (there + back) / 2
    }
}
