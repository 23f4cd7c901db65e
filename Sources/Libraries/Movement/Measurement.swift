import Base

/// Everything that was concluded from one recording: what `measure` computes and the report shows.
package struct Measurement: Sendable {
    package var capture: CaptureQuality
    package var recognition: Recognition
    package var family: ExerciseFamily
    /// Presentation times in seconds of the analysed pictures; `angles` has one value for each.
    package var times: [Double]
    package var angles: [JointAngle: AngleSeries]
    /// Why an angle was not measured at all, or is not to be trusted; absent where it is good.
    package var withheld: [JointAngle: Text]
    package var repetitions: [Repetition]
    package var gait: Gait?
    package var symmetry: Symmetry?
    /// The fitted body, for the three-dimensional file and the figure; nil where the capture was refused.
    package var motion: FittedMotion?
    /// Stretches of time in which nobody was seen and values were filled in, or left empty where longer than 0.25 s.
    package var gaps: [Gap]
    package var personHeightMetres: Double?
    /// What can be said about each fault of the exercise; empty where it was not recognised or the capture refused.
    package var faults: [FaultVerdict]
    /// A figure for this recording; nil where the capture was refused or too little was seen.
    package var score: MovementScore? { ScoreAnalysis.score(of: self) }

    package init(
        capture: CaptureQuality, recognition: Recognition, family: ExerciseFamily, times: [Double],
        angles: [JointAngle: AngleSeries], withheld: [JointAngle: Text], repetitions: [Repetition], gait: Gait?,
        symmetry: Symmetry?, motion: FittedMotion?, gaps: [Gap], personHeightMetres: Double?,
        faults: [FaultVerdict] = []
    ) {
        self.capture = capture
        self.recognition = recognition
        self.family = family
        self.times = times
        self.angles = angles
        self.withheld = withheld
        self.repetitions = repetitions
        self.gait = gait
        self.symmetry = symmetry
        self.motion = motion
        self.gaps = gaps
        self.personHeightMetres = personHeightMetres
        self.faults = faults
    }
}

/// Which exercise it is, and how sure that is.
package struct Recognition: Sendable, Equatable {
    /// nil: none of the known exercises.
    package var exercise: Exercise?
    /// 0 … 1; nil where the person named the exercise.
    package var confidence: Double?

    package init(exercise: Exercise?, confidence: Double?) {
        self.exercise = exercise
        self.confidence = confidence
    }
}

/// One repetition of an exercise.
package struct Repetition: Sendable, Equatable {
    package var startSeconds: Double
    /// When the leading angle turned: was greatest, or least where `RepetitionRule.turn` says so.
    package var peakSeconds: Double
    package var endSeconds: Double
    /// The leading angle at its turn (mean of both sides where both lead), degrees.
    package var peakDegrees: Double
    package var peakUncertaintyDegrees: Double
    /// Greatest minus least of the leading angle, degrees.
    package var rangeDegrees: Double
    /// Peak of each side where both lead.
    package var peakBySide: [BodySide: Double]
    /// Spectral arc length of the leading angle's speed (Balasubramanian 2015): nearer to zero is smoother; nil where too short.
    package var smoothness: Double?

    package var tempoSeconds: Double { endSeconds - startSeconds }

    package init(
        startSeconds: Double, peakSeconds: Double, endSeconds: Double, peakDegrees: Double,
        peakUncertaintyDegrees: Double, rangeDegrees: Double, peakBySide: [BodySide: Double], smoothness: Double?
    ) {
        self.startSeconds = startSeconds
        self.peakSeconds = peakSeconds
        self.endSeconds = endSeconds
        self.peakDegrees = peakDegrees
        self.peakUncertaintyDegrees = peakUncertaintyDegrees
        self.rangeDegrees = rangeDegrees
        self.peakBySide = peakBySide
        self.smoothness = smoothness
    }
}

/// Differences between the sides, from a fit that does not assume them alike.
package struct Symmetry: Sendable, Equatable {
    /// How much further one side moved than the other.
    package struct Difference: Sendable, Equatable {
        package var joint: JointAngle.Joint
        /// Right minus left: median over repetitions (or of the clip) of the range of motion, degrees.
        package var rangeRightMinusLeftDegrees: Double
        package var standardUncertaintyDegrees: Double
        /// Whether the difference is larger than twice its uncertainty.
        package var isReal: Bool { abs(rangeRightMinusLeftDegrees) > 2 * standardUncertaintyDegrees }

        package init(joint: JointAngle.Joint, rangeRightMinusLeftDegrees: Double, standardUncertaintyDegrees: Double) {
            self.joint = joint
            self.rangeRightMinusLeftDegrees = rangeRightMinusLeftDegrees
            self.standardUncertaintyDegrees = standardUncertaintyDegrees
        }
    }

    package var differences: [Difference]

    package init(differences: [Difference]) {
        self.differences = differences
    }
}

/// What walking shows.
package struct Gait: Sendable, Equatable {
    /// A foot meeting or leaving the ground.
    package struct Event: Sendable, Equatable {
        /// Which of the two.
        package enum Kind: String, Sendable { case initialContact = "initial_contact", toeOff = "toe_off" }
        package var kind: Kind
        package var side: BodySide
        package var seconds: Double

        package init(kind: Kind, side: BodySide, seconds: Double) {
            self.kind = kind
            self.side = side
            self.seconds = seconds
        }
    }

    package var events: [Event]
    /// nil where fewer than two steps were seen.
    package var cadenceStepsPerMinute: Double?
    package var speedMetresPerSecond: Double?
    package var stepLengthMetres: [BodySide: Double]
    /// Share of the stride on the ground, 0 … 1.
    package var stanceFraction: [BodySide: Double]

    package init(
        events: [Event], cadenceStepsPerMinute: Double?, speedMetresPerSecond: Double?,
        stepLengthMetres: [BodySide: Double], stanceFraction: [BodySide: Double]
    ) {
        self.events = events
        self.cadenceStepsPerMinute = cadenceStepsPerMinute
        self.speedMetresPerSecond = speedMetresPerSecond
        self.stepLengthMetres = stepLengthMetres
        self.stanceFraction = stanceFraction
    }
}

/// What can be said about the recording itself.
package struct CaptureQuality: Sendable, Equatable {
    /// From where the person is seen.
    package enum View: String, Sendable { case front, frontOblique = "front-oblique", side, backOblique = "back-oblique", back }

    /// Something to know about the recording, for programs and for people.
    package struct Remark: Sendable, Equatable {
        /// Stable, for programs: `too_dark`.
        package var code: String
        /// What happened, what it means, what to do.
        package var message: Text

        package init(_ code: String, _ message: Text) {
            self.code = code
            self.message = message
        }
    }

    /// Analysed pictures a second (median); nil for fewer than two.
    package var analysedHertz: Double?
    package var frames: Int
    package var framesWithPerson: Int
    package var view: View?
    /// Which side of the person is nearer to the camera; nil when neither.
    package var cameraSide: BodySide?
    package var warnings: [Remark]
    /// Why the recording was not measured; nil where it was.
    package var refused: Remark?

    package init(
        analysedHertz: Double?, frames: Int, framesWithPerson: Int, view: View?, cameraSide: BodySide?,
        warnings: [Remark], refused: Remark?
    ) {
        self.analysedHertz = analysedHertz
        self.frames = frames
        self.framesWithPerson = framesWithPerson
        self.view = view
        self.cameraSide = cameraSide
        self.warnings = warnings
        self.refused = refused
    }
}

/// A stretch of time without a person.
package struct Gap: Sendable, Equatable {
    package var startSeconds: Double
    package var endSeconds: Double
    /// Whether it was short enough to be bridged by the fitted body.
    package var isFilled: Bool

    package init(startSeconds: Double, endSeconds: Double, isFilled: Bool) {
        self.startSeconds = startSeconds
        self.endSeconds = endSeconds
        self.isFilled = isFilled
    }
}
