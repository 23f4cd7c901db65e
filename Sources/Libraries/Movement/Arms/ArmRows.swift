import Foundation

/// Takes the residuals of an arm one by one: sums their cost, and adds their rows to the normal equations where it was
/// given some. Owns its scratch memory.
final class ArmRows {
    /// Derivatives of a point in camera axes: seven unknowns of its time, two lengths.
    let columns: UnsafeMutablePointer<SIMD3<Double>>
    private let stateIndices: UnsafeMutablePointer<Int>
    private let stateDerivatives: UnsafeMutablePointer<Double>
    private let constantIndices: UnsafeMutablePointer<Int>
    private let constantDerivatives: UnsafeMutablePointer<Double>
    /// nil while only the cost is asked for.
    var assembly: BorderedBandSystem.Assembly?
    /// Half the sum of squared robust residuals so far.
    private(set) var cost = 0.0

    private static let capacity = 9

    init() {
        columns = .allocate(capacity: Self.capacity)
        columns.initialize(repeating: .zero, count: Self.capacity)
        stateIndices = .allocate(capacity: Self.capacity)
        stateIndices.initialize(repeating: 0, count: Self.capacity)
        stateDerivatives = .allocate(capacity: Self.capacity)
        stateDerivatives.initialize(repeating: 0, count: Self.capacity)
        constantIndices = .allocate(capacity: Self.capacity)
        constantIndices.initialize(repeating: 0, count: Self.capacity)
        constantDerivatives = .allocate(capacity: Self.capacity)
        constantDerivatives.initialize(repeating: 0, count: Self.capacity)
    }

    deinit {
        columns.deallocate()
        stateIndices.deallocate()
        stateDerivatives.deallocate()
        constantIndices.deallocate()
        constantDerivatives.deallocate()
    }

    /// Begins a new sum.
    func reset() { cost = 0 }

    @inline(__always)
    func set(state position: Int, _ index: Int, _ derivative: Double) {
        stateIndices[position] = index
        stateDerivatives[position] = derivative
    }

    @inline(__always)
    func set(constant position: Int, _ index: Int, _ derivative: Double) {
        constantIndices[position] = index
        constantDerivatives[position] = derivative
    }

    /// Counts a Cauchy cost for a squared residual and returns the weight of its row.
    @inline(__always)
    func robust(_ squared: Double, _ scale: Double) -> Double {
        let ratio = squared / (scale * scale)
        cost += 0.5 * scale * scale * log1p(ratio)
        return (1 / (1 + ratio)).squareRoot()
    }

    /// A row whose cost was counted by `robust`.
    @inline(__always)
    func add(_ residual: Double, first: Int, states: Int, constants: Int) {
        assembly?.add(
            residual: residual, first: first, bandedCount: states, bandedIndices: UnsafePointer(stateIndices),
            bandedDerivatives: UnsafePointer(stateDerivatives), borderCount: constants,
            borderIndices: UnsafePointer(constantIndices), borderDerivatives: UnsafePointer(constantDerivatives))
    }

    /// A row without constants whose cost is its square.
    @inline(__always)
    func addPlain(_ residual: Double, first: Int, states: Int) {
        cost += 0.5 * residual * residual
        add(residual, first: first, states: states, constants: 0)
    }

    /// A prior of one constant.
    func addConstant(_ index: Int, _ residual: Double, _ derivative: Double) {
        cost += 0.5 * residual * residual
        assembly?.addBorder(row: index, column: index, derivative * derivative)
        assembly?.addBorderRightHandSide(index, -derivative * residual)
    }
}
