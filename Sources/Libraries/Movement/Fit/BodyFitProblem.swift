import Foundation

/// The terms of the body fit, in the numbering of `docs/movement.md`.
package enum BodyFitTerm: Int, Sendable, CaseIterable {
    case reprojection = 1
    case depth, floor, planted, posture, rhythm, kneeLimit, kneePull, ankle, leftRight, travel, trunk, acceleration
    case constants
    case standing
}

/// One clip (or window of it) as a least-squares problem: half the sum of squared robust residuals over all moments,
/// as a function of [moments × 21] states and 44 constants.
struct BodyFitProblem {
    let track: LandmarkTrack
    /// The grid points of the track that take part; states and contact count from its lower bound.
    let range: Range<Int>
    /// The network's landmarks in camera axes relative to mid-hip, for the whole track.
    let world: [SIMD3<Double>]
    /// For the whole track: left heel, right heel, left toe, right toe.
    let contact: [SIMD4<Double>]
    let options: FitOptions
    var means: [Double]
    var deviations: [Double]
    /// Metres per pixel of the picture at the person: median depth over focal length, fixed when a stage begins. If it
    /// followed the state, a smaller and nearer body would be cheaper.
    var metresPerPixel: Double
    /// The first stage pulls towards the network's landmarks in all three coordinates instead of its depth alone.
    var isFirstStage = false
    /// Constants are unknowns; where false they are held at the given values.
    var areConstantsFree = true
    /// Term 15: how much each moment of the range counts as quiet standing; empty where that is not asked for.
    var standing: [Double] = [] { didSet { standingMoments = standing.reduce(0, +) } }
    private(set) var standingMoments = 0.0

    var count: Int { range.count }

    /// Constants that take part in the border of the normal equations.
    var activeConstants: Int {
        areConstantsFree
            ? BodyConstant.active(
                hasDepthBias: options.constants.hasDepthBias, hasTrunk: options.trunkDegrees.isFinite)
            : 0
    }

    /// An empty system of the right shape for `assemble`. Second differences of single unknowns reach two moments
    /// on, all else at most one: half bandwidth 42.
    func makeSystem() -> BorderedBandSystem {
        BorderedBandSystem(
            count: count * BodyState.count, halfBandwidth: 2 * BodyState.count, borderCount: activeConstants)
    }

    /// Weight that a correlation factor leaves to a residual.
    func thin(_ factor: Double) -> Double { 1 / min(factor, Double(count)).squareRoot() }

    /// Sum of squared robust residuals of each term, without the factor ½; entry 0 is unused.
    func costs(_ states: [Double], _ constants: [Double]) -> [Double] {
        evaluate(states, constants, nil)
    }

    func cost(_ states: [Double], _ constants: [Double]) -> Double {
        costs(states, constants).reduce(0, +)
    }

    /// Fills the system with the normal equations at a point.
    func assemble(_ states: [Double], _ constants: [Double], into system: inout BorderedBandSystem) {
        system.reset()
        system.assemble { assembly in _ = evaluate(states, constants, assembly) }
    }

    private func evaluate(
        _ states: [Double], _ constants: [Double], _ assembly: BorderedBandSystem.Assembly?
    ) -> [Double] {
        let sink = ResidualSink(assembly, activeConstants: activeConstants)
        let body = BodyDimensions(constants)
        let camera = BodyCamera(constants)
        let image = ImageWeights(self, camera, constants)
        let joints = JointWeights(self)
        var (before, now) = (BodyPoints(), BodyPoints())
        states.withUnsafeBufferPointer { states in
            guard let base = states.baseAddress else { return }
            for index in 0..<count {
                let state = base + index * BodyState.count
                sink.first = index * BodyState.count
                let pose = BodyPose(state, body)
                if assembly == nil { now.place(pose, body) } else { now.differentiate(pose, body) }
                addReprojection(range.lowerBound + index, now, image, sink)
                if isFirstStage {
                    addWorld(range.lowerBound + index, now, image, sink)
                } else {
                    addDepth(range.lowerBound + index, now, image, sink)
                }
                addFloor(range.lowerBound + index, now, sink)
                addJoints(state, constants, joints, sink)
                addStanding(index, state, sink)
                if index + 2 < count { addAcceleration(state, joints, sink) }
                if index > 0 {
                    sink.first = (index - 1) * BodyState.count
                    addPlanted(range.lowerBound + index, before, now, sink)
                    addTravel(state - BodyState.count, state, sink)
                }
                swap(&before, &now)
            }
        }
        addConstants(constants, sink)
        return sink.costs
    }

    /// Term 14. Constants that are held or that nothing depends on cost what they cost, but are no unknowns.
    private func addConstants(_ constants: [Double], _ sink: ResidualSink) {
        for index in 0..<BodyConstant.count {
            let weight = 1 / deviations[index]
            let residual = (constants[index] - means[index]) * weight
            sink.costs[BodyFitTerm.constants.rawValue] += residual * residual
            guard index < activeConstants, let assembly = sink.assembly else { continue }
            assembly.addBorder(row: index, column: index, weight * weight)
            assembly.addBorderRightHandSide(index, -residual * weight)
        }
    }
}

/// Gathers the entries of one row of the Jacobian and hands it to the normal equations; sums costs.
/// Owns its memory; lives for one evaluation.
final class ResidualSink {
    let assembly: BorderedBandSystem.Assembly?
    /// By the raw values of `BodyFitTerm`.
    var costs = [Double](repeating: 0, count: BodyFitTerm.allCases.count + 1)
    /// Index of the unknown that `state` counts from.
    var first = 0

    private let activeConstants: Int
    private let capacity = 64
    private let stateIndices: UnsafeMutablePointer<Int>
    private let stateValues: UnsafeMutablePointer<Double>
    private let constantIndices: UnsafeMutablePointer<Int>
    private let constantValues: UnsafeMutablePointer<Double>
    private var stateCount = 0
    private var constantCount = 0

    init(_ assembly: BorderedBandSystem.Assembly?, activeConstants: Int) {
        self.assembly = assembly
        self.activeConstants = activeConstants
        stateIndices = .allocate(capacity: capacity)
        stateIndices.initialize(repeating: 0, count: capacity)
        stateValues = .allocate(capacity: capacity)
        stateValues.initialize(repeating: 0, count: capacity)
        constantIndices = .allocate(capacity: capacity)
        constantIndices.initialize(repeating: 0, count: capacity)
        constantValues = .allocate(capacity: capacity)
        constantValues.initialize(repeating: 0, count: capacity)
    }

    deinit {
        stateIndices.deallocate()
        stateValues.deallocate()
        constantIndices.deallocate()
        constantValues.deallocate()
    }

    @inline(__always)
    func add(cost: Double, _ term: BodyFitTerm) {
        costs.withUnsafeMutableBufferPointer { $0[term.rawValue] += cost }
    }

    /// States in ascending order, counted from `first`.
    @inline(__always)
    func state(_ index: Int, _ derivative: Double) {
        stateIndices[stateCount] = index
        stateValues[stateCount] = derivative
        stateCount += 1
    }

    @inline(__always)
    func constant(_ index: Int, _ derivative: Double) {
        guard index < activeConstants else { return }
        constantIndices[constantCount] = index
        constantValues[constantCount] = derivative
        constantCount += 1
    }

    /// Ends the row.
    @inline(__always)
    func finish(residual: Double) {
        assembly?.add(
            residual: residual, first: first,
            bandedCount: stateCount, bandedIndices: stateIndices, bandedDerivatives: stateValues,
            borderCount: constantCount, borderIndices: constantIndices, borderDerivatives: constantValues)
        stateCount = 0
        constantCount = 0
    }
}

/// Cost of a squared residual under a Cauchy weight that sets in at `scale`, and the factor that makes a plain
/// residual and its derivatives follow it: √(1/(1 + (r/scale)²)).
@inline(__always)
func cauchy(squared: Double, scale: Double) -> Double {
    scale.isFinite ? scale * scale * log1p(squared / (scale * scale)) : squared
}

@inline(__always)
func cauchyFactor(squared: Double, scale: Double) -> Double {
    scale.isFinite ? (1 / (1 + squared / (scale * scale))).squareRoot() : 1
}
