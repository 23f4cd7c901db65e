import Foundation

extension BodyFit.SetUp {
    /// A long clip: the constants from its liveliest window, then the states of every window with the constants
    /// held, neighbouring windows blended where they overlap. Memory is that of one window and of the track.
    func fitWindows(of length: Int) -> Result {
        let overlap = min(60, length / 3)
        let shared = fit(liveliestWindow(of: length))
        let poses = BodyFitStart(track, constants: shared.constants).states
        let pairs = AngleUncertainty.pairs.count
        var result = Result(
            states: [Double](repeating: 0, count: track.count * BodyState.count), constants: shared.constants,
            variances: [Double](repeating: 0, count: track.count * pairs),
            constantCovariance: shared.constantCovariance, report: shared.report)
        var covered = 0
        for range in Self.windows(track.count, length: length, overlap: overlap) {
            let window = fit(range, holding: shared, from: poses)
            for index in range {
                // 0 … 1 over the moments that the window before covered too.
                let share =
                    index < covered
                    ? (Double(index - range.lowerBound) + 0.5) / Double(covered - range.lowerBound) : 1
                for item in 0..<BodyState.count {
                    let value = window.states[(index - range.lowerBound) * BodyState.count + item]
                    let at = index * BodyState.count + item
                    result.states[at] += share * (value - result.states[at])
                }
                for item in 0..<pairs {
                    let value = window.variances[(index - range.lowerBound) * pairs + item]
                    let at = index * pairs + item
                    result.variances[at] = share < 1 ? max(result.variances[at], value) : value
                }
            }
            covered = range.upperBound
            result.report.iterations += window.report.iterations
            result.report.windows += 1
        }
        return result
    }

    /// Windows of nearly the same length that cover the clip, each `overlap` or a little more into the next.
    static func windows(_ count: Int, length: Int, overlap: Int) -> [Range<Int>] {
        let windows = max(1, Int((Double(count - overlap) / Double(length - overlap)).rounded(.up)))
        return (0..<windows).map { index in
            let start = windows == 1 ? 0 : index * (count - length) / (windows - 1)
            return start..<min(start + length, count)
        }
    }

    /// Where the landmarks move most about the hips, for the size of the person, in places where one was seen.
    /// Body and camera show only in movement.
    private func liveliestWindow(of length: Int) -> Range<Int> {
        var best = 0..<length
        var most = -Double.infinity
        for start in stride(from: 0, through: track.count - length, by: max(length / 4, 1)) {
            let range = start..<(start + length)
            let liveliness = liveliness(range)
            if liveliness > most { (best, most) = (range, liveliness) }
        }
        return best
    }

    private func liveliness(_ range: Range<Int>) -> Double {
        var (seen, spread, size) = (0.0, 0.0, 0.0)
        for landmark in 0..<12 where landmark != 2 && landmark != 3 {
            var (sum, squares) = (SIMD2<Double>.zero, SIMD2<Double>.zero)
            var count = 0.0
            for index in range where !track.isInGap[index] {
                let first = index * 12
                let point = track.image[first + landmark] - (track.image[first + 2] + track.image[first + 3]) / 2
                sum += point
                squares += point * point
                count += 1
                seen += track.confidence[first + landmark]
            }
            guard count > 0 else { continue }
            let variance = squares / count - (sum / count) * (sum / count)
            spread += variance.sum()
            size += (squares / count).sum()
        }
        return size > 0 ? spread / size * seen : 0
    }

    /// One window with constants that are known from elsewhere, their uncertainty carried into that of the angles.
    private func fit(_ range: Range<Int>, holding shared: Result, from poses: [Double]) -> Result {
        var states = Array(
            poses[(range.lowerBound * BodyState.count)..<(range.upperBound * BodyState.count)])
        var constants = shared.constants
        var problem = problem(range, start.world, metresPerPixel: shared.report.metresPerPixel)
        problem.areConstantsFree = false
        problem.isFirstStage = true
        var system = problem.makeSystem()
        var solver = GaussNewton()
        solver.minimize(problem, &states, &constants, &system, limit: 3)
        problem.isFirstStage = false
        problem.findStanding(states)
        solver.minimize(problem, &states, &constants, &system, limit: 20)

        problem.areConstantsFree = true
        var bordered = problem.makeSystem()
        problem.assemble(states, constants, into: &bordered)
        let pairs = AngleUncertainty.pairs
        let isDefinite = bordered.factor(damping: 0) && !shared.constantCovariance.isEmpty
        return Result(
            states: states, constants: constants,
            variances: isDefinite
                ? bordered.covariances(
                    of: pairs, blockSize: BodyState.count, borderCovariance: shared.constantCovariance)
                : Array(repeating: .infinity, count: range.count * pairs.count),
            constantCovariance: shared.constantCovariance,
            report: FitReport(iterations: solver.iterations))
    }
}
