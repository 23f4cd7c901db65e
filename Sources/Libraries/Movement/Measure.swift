import Base

extension Measurement {
    /// Grows whenever the same observations could give other numbers.
    package static let methodVersion = "3"

    /// Concludes from observations what can be concluded: a pure function of them.
    ///
    /// A recording that cannot be trusted comes back with `capture.refused` set and nothing measured.
    /// Cost: about three milliseconds of processor time for each thirtieth of a second, where the exercise is
    /// recognised and the sides are compared.
    /// - Parameter checkpoint: called between steps, may stop the work by throwing.
    package static func measure(
        _ observations: Observations, checkpoint: () throws(Failure) -> Void = {}
    ) throws(Failure) -> Measurement {
        var work = MeasureWork(observations)
        return try work.measure(checkpoint)
    }
}

/// The steps of one measurement, in order.
private struct MeasureWork {
    let observations: Observations
    let request: MeasureRequest
    let known: KnownCapture
    var verdicts: [CaptureGate.Verdict] = []
    var recognition: Recognition

    init(_ observations: Observations) {
        self.observations = observations
        request = observations.request
        known = KnownCapture(observations.capture, personHeightMetres: request.heightMetres)
        recognition = Recognition(exercise: request.exercise, confidence: nil)
    }

    mutating func measure(_ checkpoint: () throws(Failure) -> Void) throws(Failure) -> Measurement {
        verdicts.append(CaptureGate.onFile(observations))
        verdicts.append(CaptureGate.beforeFit(observations, exercise: request.exercise))
        verdicts.append(CaptureGate.toldGravity(observations))
        guard !isRefused else { return refused() }
        let track: LandmarkTrack
        do {
            track = try LandmarkTrack(observations)
        } catch {
            verdicts.append(CaptureGate.Verdict(refused: CaptureQuality.Remark(error.code, error.message)))
            return refused()
        }

        try checkpoint()
        let (solution, motion) = try fit(track)
        try checkpoint()
        let view = CameraView(of: motion)
        if request.exercise == nil, let exercise = recognition.exercise {
            verdicts.append(CaptureGate.beforeFit(observations, exercise: exercise))
        }
        verdicts.append(
            CaptureGate.afterFit(
                motion, track: track, view: view, exercise: recognition.exercise, hasGravity: known.pitchRadians != nil))
        guard !isRefused else { return refused(view: view) }

        let withheld = AngleValidity.withheld(in: motion, view: view, exercise: recognition.exercise)
        let excluded = Set(withheld.keys)
        let row = recognition.exercise.map(ExerciseProtocol.of)
        let repetitions = row.map { Self.repetitions(in: motion, track: track, row: $0, excluding: excluded) } ?? []
        let free = freeOfSides(solution, motion)
        let symmetry = row.flatMap { row in
            SymmetryAnalysis.symmetry(
                of: free, repetitions: repetitions, joints: row.comparedJoints, excluding: excluded)
        }
        try checkpoint()
        let times = observations.frames.map(\.time)
        let gait = recognition.exercise == .gait ? GaitAnalysis.gait(in: motion) : nil
        let faults = recognition.exercise.map { exercise in
            FaultDetection.verdicts(
                FaultScene(
                    exercise: exercise, track: track, motion: motion, free: free, view: view, repetitions: repetitions,
                    symmetry: symmetry, gait: gait, withheld: excluded, unseenShare: VisibleBody(observations).unseenShare,
                    knowsGravity: known.pitchRadians != nil, pictureTimes: times))
        }
        return Measurement(
            capture: CaptureGate.quality(of: observations, view: view, verdicts: verdicts), recognition: recognition,
            family: motion.family, times: times, angles: motion.angles.mapValues { $0.resampled(from: motion, at: times) },
            withheld: withheld, repetitions: repetitions,
            gait: gait, symmetry: symmetry, motion: motion,
            gaps: GapFinding.gaps(in: observations), personHeightMetres: request.heightMetres,
            faults: faults ?? [])
    }

    private static func repetitions(
        in motion: FittedMotion, track: LandmarkTrack, row: ExerciseProtocol, excluding: Set<JointAngle>
    ) -> [Repetition] {
        if let hold = row.hold { return HoldDetection.holds(in: motion, track: track, rule: hold) }
        return row.repetition.map { RepetitionDetection.repetitions(in: motion, rule: $0, excluding: excluding) } ?? []
    }

    private var isRefused: Bool { verdicts.contains { $0.refused != nil } }

    /// The body, fitted as what was asked for or what it turns out to be.
    private mutating func fit(_ track: LandmarkTrack) throws(Failure) -> (BodySolution, FittedMotion) {
        if let exercise = request.exercise {
            let row = ExerciseProtocol.of(exercise)
            let solution = BodyFit.solve(track, family: row.family, known: known, options: Self.options(row))
            return (solution, try withArms(solution))
        }
        let generic = BodyFit.solve(track, family: .generic, known: known)
        var motion = generic.motion()
        recognition = ExerciseRecognition.recognise(motion, track: track)
        if recognition.exercise.map({ ExerciseProtocol.of($0).feetRise }) ?? true {
            // Arms are fitted for recognising only where legs do not tell already, or hardly move.
            motion = try withArms(generic)
            recognition = ExerciseRecognition.recognise(motion, track: track)
        }
        let row = recognition.exercise.map(ExerciseProtocol.of)
        let family = row?.family ?? FamilyChoice(generic).family
        let options = row.map { Self.options($0) } ?? FitOptions(family)
        if family == .generic, options == FitOptions(.generic) {
            return (generic, motion.angles[.shoulderRight] == nil ? try withArms(generic) : motion)
        }
        // Where feet rise, the recognising fit held them down: a poor place to begin.
        let solution = BodyFit.solve(
            track, family: family, known: known, options: options, from: row?.feetRise == true ? nil : generic.origin)
        return (solution, try withArms(solution))
    }

    /// What an exercise is fitted with.
    private static func options(_ row: ExerciseProtocol) -> FitOptions {
        var options = FitOptions(row.family)
        if row.feetRise { options.contactRiseMetres = 0.025 }
        return options
    }

    private func withArms(_ solution: BodySolution) throws(Failure) -> FittedMotion {
        try ArmFit.extend(solution.motion(), solution: solution, observations: observations)
    }

    /// A motion in which the sides were not assumed alike; where it is another one, its arms are left out.
    private func freeOfSides(_ solution: BodySolution, _ motion: FittedMotion) -> FittedMotion {
        guard motion.family == .bilateral else { return motion }
        var options = solution.options
        let apart = FitOptions(.bilateral, leftRightTerm: false)
        (options.leftRightDegrees, options.leftRightAcrossDegrees) = (apart.leftRightDegrees, apart.leftRightAcrossDegrees)
        return BodyFit.solve(
            solution.track, family: .bilateral, known: known, options: options,
            from: solution.origin
        ).motion()
    }

    private func refused(view: CameraView? = nil) -> Measurement {
        Measurement(
            capture: CaptureGate.quality(of: observations, view: view, verdicts: verdicts), recognition: recognition, family: .generic,
            times: observations.frames.map(\.time), angles: [:],
            withheld: [:], repetitions: [], gait: nil, symmetry: nil, motion: nil,
            gaps: GapFinding.gaps(in: observations), personHeightMetres: request.heightMetres)
    }
}

extension AngleSeries {
    /// Values at other times, linear in between; NaN where the body was not measured.
    fileprivate func resampled(from motion: FittedMotion, at times: [Double]) -> AngleSeries {
        guard let first = motion.times.first, motion.times.count > 1 else {
            return AngleSeries(degrees: times.map { _ in .nan }, standardUncertaintyDegrees: times.map { _ in .nan })
        }
        var result = AngleSeries(degrees: [], standardUncertaintyDegrees: [])
        for time in times {
            let position = (time - first) * LandmarkTrack.rateHertz
            let below = min(max(Int(position.rounded(.down)), 0), motion.times.count - 2)
            let share = min(max(position - Double(below), 0), 1)
            let isMeasured = motion.isMeasured[share < 0.5 ? below : below + 1] && abs(position - Double(below) - share) < 7.5
            func value(_ series: [Double]) -> Double {
                isMeasured ? series[below] + share * (series[below + 1] - series[below]) : .nan
            }
            result.degrees.append(value(degrees))
            result.standardUncertaintyDegrees.append(value(standardUncertaintyDegrees))
        }
        return result
    }
}
