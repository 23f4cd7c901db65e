import Foundation

/// Estimates one articulated body of constant lengths, its 21 angles and positions at every moment and the camera,
/// all together, from the landmarks of one clip.
///
/// Method, terms and their sources: `docs/movement.md`. A clip of up to `longestWhole` grid points is fitted whole;
/// a longer one window by window with constants from its liveliest part. Cost about a millisecond per grid point.
package enum BodyFit {
    /// Grid points (40 s) that are fitted in one piece.
    package static let longestWhole = 1200

    /// - Parameters:
    ///   - options: nil takes those of the family.
    ///   - origin: states, constants and metres per pixel to begin the second stage with, in place of the pose of the
    ///     network's landmarks: a solution of the same track under other options. For clips that are fitted whole.
    ///   - longestWhole: grid points above which the clip is cut into windows; at least 90.
    package static func solve(
        _ track: LandmarkTrack, family: ExerciseFamily, known: KnownCapture = KnownCapture(),
        options: FitOptions? = nil, from origin: Origin? = nil,
        longestWhole: Int = longestWhole
    ) -> BodySolution {
        let options = options ?? FitOptions(family)
        let setUp = SetUp(track, known, options)
        let result =
            track.count <= longestWhole
            ? setUp.fit(0..<track.count, from: origin) : setUp.fitWindows(of: max(longestWhole, 90))
        return BodySolution(
            family: family, options: options, known: known, track: track, states: result.states,
            constants: result.constants, contact: setUp.contact, variances: result.variances, report: result.report)
    }

    /// Decides what the movement is from a fit that assumes nothing, and fits it as that, from there.
    package static func solve(
        _ track: LandmarkTrack, known: KnownCapture = KnownCapture()
    ) -> (solution: BodySolution, choice: FamilyChoice) {
        let generic = solve(track, family: .generic, known: known)
        let choice = FamilyChoice(generic)
        guard choice.family != .generic else { return (generic, choice) }
        return (solve(track, family: choice.family, known: known, from: generic.origin), choice)
    }

    /// A point of the unknowns, and the weight of the picture there.
    package typealias Origin = (states: [Double], constants: [Double], metresPerPixel: Double)

    /// What a fit of the whole or of windows begins with.
    struct SetUp {
        let track: LandmarkTrack
        let options: FitOptions
        let means: [Double]
        let deviations: [Double]
        let start: BodyFitStart
        let startConstants: [Double]
        let contact: [SIMD4<Double>]

        init(_ track: LandmarkTrack, _ known: KnownCapture, _ options: FitOptions) {
            self.track = track
            self.options = options
            (means, deviations) = options.constants.table(longSide: track.longSide, known: known)
            var constants = means
            var start = BodyFitStart(track, constants: constants)
            start.stand(onFloorOf: &constants)
            self.start = start
            startConstants = constants
            contact = FootContact.weights(
                track, depths: Self.depths(start.states, constants),
                focalLengthPixels: exp(constants[BodyConstant.logFocalLength]), options: options)
        }

        /// Distances along the camera's axis of the twelve landmarks, [moments × 12], metres.
        static func depths(_ states: [Double], _ constants: [Double]) -> [Double] {
            let (body, camera, points) = (BodyDimensions(constants), BodyCamera(constants), BodyPoints())
            return states.withUnsafeBufferPointer { states in
                stride(from: 0, to: states.count, by: BodyState.count).flatMap { first -> [Double] in
                    guard let base = states.baseAddress else { return [] }
                    points.place(BodyPose(base + first, body), body)
                    return (0..<12).map { camera.see(points.positions[$0]).z }
                }
            }
        }

        static func metresPerPixel(_ states: [Double], _ constants: [Double]) -> Double {
            let depth = SignalSmoothing.quantile(depths(states, constants).map { max($0, 0.5) }, 0.5)
            return depth / exp(constants[BodyConstant.logFocalLength])
        }

        func problem(_ range: Range<Int>, _ world: [SIMD3<Double>], metresPerPixel: Double) -> BodyFitProblem {
            BodyFitProblem(
                track: track, range: range, world: world, contact: contact, options: options, means: means,
                deviations: deviations, metresPerPixel: metresPerPixel)
        }

        struct Result {
            var states: [Double]
            var constants: [Double]
            /// [moments × `AngleUncertainty.pairs`]
            var variances: [Double]
            /// Covariance of the constants that take part, for windows that hold them.
            var constantCovariance: [Double]
            var report: FitReport
        }

        /// Both stages and the uncertainty for part of the clip, constants free.
        func fit(_ range: Range<Int>, from origin: Origin? = nil) -> Result {
            var states =
                origin?.states
                ?? Array(start.states[(range.lowerBound * BodyState.count)..<(range.upperBound * BodyState.count)])
            var constants = origin?.constants ?? startConstants
            var first = problem(range, start.world, metresPerPixel: Self.metresPerPixel(states, constants))
            first.isFirstStage = true
            // What the other options left in constants that these hold would stand in the cost for ever.
            for index in first.activeConstants..<BodyConstant.count { constants[index] = means[index] }
            var system = first.makeSystem()
            var beginning = GaussNewton()
            if origin == nil { beginning.minimize(first, &states, &constants, &system, limit: 6) }

            let scale = origin?.metresPerPixel ?? Self.metresPerPixel(states, constants)
            var second = problem(range, start.world, metresPerPixel: scale)
            second.findStanding(states)
            var main = GaussNewton()
            main.minimize(second, &states, &constants, &system, limit: 20)

            let report = FitReport(
                iterations: beginning.iterations + main.iterations, firstStageCosts: beginning.accepted,
                secondStageCosts: main.accepted, costs: second.costs(states, constants),
                metresPerPixel: second.metresPerPixel)
            second.deviations[BodyConstant.rhythm] = AngleUncertainty.rhythmDeviationDegrees * .pi / 180
            second.assemble(states, constants, into: &system)
            // Positive definite wherever the solver could move; where not, an uncertainty without bound is the truth.
            let isDefinite = system.factor(damping: 0)
            let pairs = AngleUncertainty.pairs
            return Result(
                states: states, constants: constants,
                variances: isDefinite
                    ? system.covariances(of: pairs, blockSize: BodyState.count)
                    : Array(repeating: .infinity, count: range.count * pairs.count),
                constantCovariance: isDefinite ? system.borderCovariance() : [], report: report)
        }
    }
}

/// Single steps of the fit, for checking them.
extension BodyFit {
    /// Where the solver begins: states, constants and contact weights.
    package static func start(
        _ track: LandmarkTrack, known: KnownCapture = KnownCapture(), options: FitOptions
    ) -> (states: [Double], constants: [Double], contact: [SIMD4<Double>]) {
        let setUp = SetUp(track, known, options)
        return (setUp.start.states, setUp.startConstants, setUp.contact)
    }

    /// Sum of squared robust residuals of each term of the second stage, by the raw value of `BodyFitTerm`.
    package static func costs(
        _ track: LandmarkTrack, states: [Double], constants: [Double], known: KnownCapture = KnownCapture(),
        options: FitOptions, metresPerPixel: Double
    ) -> [Double] {
        let setUp = SetUp(track, known, options)
        var problem = setUp.problem(0..<track.count, setUp.start.world, metresPerPixel: metresPerPixel)
        problem.findStanding(setUp.start.states)
        return problem.costs(states, constants)
    }
}

extension BodyFit {
    /// Half the gradient of the sum of squared robust residuals by all states, then by the constants that take part,
    /// as the solver sees it.
    package static func gradient(
        _ track: LandmarkTrack, states: [Double], constants: [Double], known: KnownCapture = KnownCapture(),
        options: FitOptions, metresPerPixel: Double
    ) -> [Double] {
        let setUp = SetUp(track, known, options)
        var problem = setUp.problem(0..<track.count, setUp.start.world, metresPerPixel: metresPerPixel)
        problem.findStanding(setUp.start.states)
        var system = problem.makeSystem()
        problem.assemble(states, constants, into: &system)
        return system.rightHandSide().map { -$0 }
    }
}
