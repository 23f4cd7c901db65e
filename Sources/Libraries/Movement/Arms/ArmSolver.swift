/// Gauss–Newton with Levenberg damping for one arm, as for the body: damping 10⁻³ at first, a quarter after success,
/// tenfold after failure; no bone turns by more than 0.6 rad in a step.
struct ArmSolver {
    private static let largestTurn = 0.6

    /// Minimizes in two stages and leaves the factor of the last normal matrix, undamped, in `system`.
    /// - Returns: the arm, and whether the factor exists.
    static func solve(_ problem: ArmProblem, into system: inout BorderedBandSystem) -> (
        state: ArmState, isDefinite: Bool
    ) {
        let rows = ArmRows()
        var first = problem
        first.isFirstStage = true
        var state = minimize(first, from: problem.start(), limit: 6, rows, &system)
        var second = problem
        second.isFirstStage = false
        state = minimize(second, from: state, limit: 25, rows, &system)
        _ = assemble(second, state, rows, &system)
        return (state, system.factor(damping: 0))
    }

    private static func cost(_ problem: ArmProblem, _ state: ArmState, _ rows: ArmRows) -> Double {
        rows.reset()
        problem.visit(state, rows)
        return rows.cost
    }

    private static func assemble(
        _ problem: ArmProblem, _ state: ArmState, _ rows: ArmRows, _ system: inout BorderedBandSystem
    ) -> Double {
        system.reset()
        rows.reset()
        system.assemble { assembly in
            rows.assembly = assembly
            problem.visit(state, rows)
            rows.assembly = nil
        }
        return rows.cost
    }

    private static func minimize(
        _ problem: ArmProblem, from start: ArmState, limit: Int, _ rows: ArmRows, _ system: inout BorderedBandSystem
    ) -> ArmState {
        var state = start
        var damping = 1e-3
        var banded = [Double](repeating: 0, count: system.count)
        var border = [Double](repeating: 0, count: system.borderCount)
        for _ in 0..<limit {
            let before = assemble(problem, state, rows, &system)
            guard system.factor(damping: damping) else {
                damping *= 10
                continue
            }
            system.solve(banded: &banded, border: &border)
            let turn = banded.indices.lazy.filter { $0 % ArmState.perTime >= 3 }.map { banded[$0].magnitude }.max() ?? 0
            var scale = min(1, largestTurn / max(turn, 1e-12))
            var isBetter = false
            var decrease = 0.0
            for _ in 0..<5 {
                let next = state.stepped(banded, border, scale: scale)
                let after = cost(problem, next, rows)
                if after < before {
                    state = next
                    decrease = before - after
                    isBetter = true
                    break
                }
                scale *= 0.4
            }
            damping = isBetter ? max(damping / 4, 1e-6) : damping * 10
            if isBetter, scale == 1, decrease < 1e-5 * before { break }
            if damping > 1e6 { break }
        }
        return state
    }
}
