/// Gauss-Newton with Levenberg damping of the diagonal and a bounded, shortening step.
///
/// Levenberg, "A method for the solution of certain non-linear problems in least squares", 1944; robust terms by
/// reweighting at each point. No step is taken that does not lower the true cost.
struct GaussNewton {
    /// Sum of squared robust residuals: before the first step, then after each accepted one.
    private(set) var accepted: [Double] = []
    /// Normal equations solved.
    private(set) var iterations = 0

    /// Largest change of an angle in one step, radians.
    static let largestStep = 0.6

    /// Improves states and constants in place, with at most `limit` solutions of the normal equations; stops when a
    /// full step lowers the cost by less than a ten-thousandth.
    mutating func minimize(
        _ problem: BodyFitProblem, _ states: inout [Double], _ constants: inout [Double],
        _ system: inout BorderedBandSystem, limit: Int
    ) {
        var damping = 1e-3
        var cost = problem.cost(states, constants)
        if accepted.isEmpty { accepted = [cost] }
        var step = [Double](repeating: 0, count: states.count)
        var border = [Double](repeating: 0, count: problem.activeConstants)
        for _ in 0..<limit {
            iterations += 1
            problem.assemble(states, constants, into: &system)
            guard system.factor(damping: damping) else {
                damping *= 10
                if damping > 1e3 { return }
                continue
            }
            system.solve(banded: &step, border: &border)
            let fullShare = min(1, Self.largestStep / Self.largestAngle(step))
            guard
                let (share, lower) = Self.shorten(
                    fullShare, problem, states, constants, step, border, below: cost)
            else {
                damping *= 10
                if damping > 1e3 { return }
                continue
            }
            for index in states.indices { states[index] += share * step[index] }
            for index in border.indices { constants[index] += share * border[index] }
            damping = max(damping / 4, 1e-6)
            let decrease = cost - lower
            let isSettled = decrease < 1e-4 * cost && share > 0.9
            cost = lower
            accepted.append(cost)
            if isSettled { return }
        }
    }

    /// The first of five ever shorter steps that lowers the cost.
    private static func shorten(
        _ share: Double, _ problem: BodyFitProblem, _ states: [Double], _ constants: [Double], _ step: [Double],
        _ border: [Double], below cost: Double
    ) -> (share: Double, cost: Double)? {
        var share = share
        var moved = states
        var changed = constants
        for _ in 0..<5 {
            for index in states.indices { moved[index] = states[index] + share * step[index] }
            for index in border.indices { changed[index] = constants[index] + share * border[index] }
            let lower = problem.cost(moved, changed)
            if lower < cost { return (share, lower) }
            share *= 0.4
        }
        return nil
    }

    private static func largestAngle(_ step: [Double]) -> Double {
        var largest = 1e-9
        for index in step.indices where index % BodyState.count >= BodyState.yaw {
            largest = max(largest, abs(step[index]))
        }
        return largest
    }
}
