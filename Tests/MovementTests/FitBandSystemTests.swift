import Movement
import Testing

@Suite("Bordered banded systems")
struct FitBandSystemTests {
    /// A system of random residuals, and the same one as a dense matrix.
    private struct Pair {
        var system: BorderedBandSystem
        var dense: [[Double]]
        var rightHandSide: [Double]

        init(moments: Int, block: Int, border: Int, seed: UInt64) {
            let count = moments * block
            system = BorderedBandSystem(count: count, halfBandwidth: 2 * block, borderCount: border)
            dense = Array(repeating: Array(repeating: 0, count: count + border), count: count + border)
            rightHandSide = Array(repeating: 0, count: count + border)
            var state = seed
            func random() -> Double {
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                return Double(state >> 11) / Double(1 << 53) - 0.5
            }
            var rows: [(residual: Double, first: Int, indices: [Int], values: [Double], edges: [Double])] = []
            for moment in 0..<moments {
                for _ in 0..<(block + 2) {
                    let span = min(block + block * (random() > 0 ? 1 : 0), (moments - moment) * block)
                    rows.append(
                        (
                            random(), moment * block, Array(0..<span), (0..<span).map { _ in random() },
                            (0..<border).map { _ in random() }
                        ))
                }
            }
            let borderOrder = Array((0..<border).reversed())
            system.assemble { assembly in
                for row in rows {
                    assembly.add(
                        residual: row.residual, first: row.first,
                        bandedCount: row.indices.count, bandedIndices: row.indices, bandedDerivatives: row.values,
                        borderCount: border, borderIndices: borderOrder,
                        borderDerivatives: borderOrder.map { row.edges[$0] })
                }
                for index in 0..<(count - 2 * block) {
                    assembly.addBanded(row: index + 2 * block, column: index, 0.01)
                    assembly.addBanded(row: index, column: index, 0.5)
                    assembly.addBandedRightHandSide(index, 0.3)
                }
                for index in 0..<border {
                    assembly.addBorder(row: index, column: index, 2)
                    assembly.addBorderRightHandSide(index, -0.2)
                }
            }
            for row in rows {
                var full = [Double](repeating: 0, count: count + border)
                for (index, value) in zip(row.indices, row.values) { full[row.first + index] = value }
                for (index, value) in row.edges.enumerated() { full[count + index] = value }
                for i in full.indices where full[i] != 0 {
                    for k in full.indices { dense[i][k] += full[i] * full[k] }
                    rightHandSide[i] -= full[i] * row.residual
                }
            }
            for index in 0..<(count - 2 * block) {
                dense[index + 2 * block][index] += 0.01
                dense[index][index + 2 * block] += 0.01
                dense[index][index] += 0.5
                rightHandSide[index] += 0.3
            }
            for index in 0..<border {
                dense[count + index][count + index] += 2
                rightHandSide[count + index] -= 0.2
            }
        }

        /// Gauss-Jordan elimination with pivots.
        func inverse(damping: Double) -> [[Double]] {
            let n = dense.count
            var rows = dense
            for i in 0..<n {
                rows[i][i] *= 1 + damping
                rows[i] += (0..<n).map { $0 == i ? 1 : 0 }
            }
            for column in 0..<n {
                let pivot = (column..<n).max { abs(rows[$0][column]) < abs(rows[$1][column]) } ?? column
                rows.swapAt(column, pivot)
                let scale = 1 / rows[column][column]
                rows[column] = rows[column].map { $0 * scale }
                for i in 0..<n where i != column && rows[i][column] != 0 {
                    let factor = rows[i][column]
                    for k in 0..<(2 * n) { rows[i][k] -= factor * rows[column][k] }
                }
            }
            return rows.map { Array($0[n...]) }
        }
    }

    @Test(
        "the solution is that of a dense solver",
        arguments: [(5, 21, 7), (30, 4, 3), (9, 3, 0), (4, 2, 1), (3, 21, 31)])
    func solution(moments: Int, block: Int, border: Int) {
        var pair = Pair(moments: moments, block: block, border: border, seed: 7)
        let count = moments * block
        let inverse = pair.inverse(damping: 0.01)
        let expected = inverse.map { row in zip(row, pair.rightHandSide).reduce(0) { $0 + $1.0 * $1.1 } }
        var banded = [Double](repeating: 0, count: count)
        var edges = [Double](repeating: 0, count: border)
        let isDefinite = pair.system.factor(damping: 0.01)
        #expect(isDefinite)
        pair.system.solve(banded: &banded, border: &edges)
        for (value, wanted) in zip(banded + edges, expected) { #expect(abs(value - wanted) < 1e-9) }
    }

    @Test("covariances are entries of the dense inverse", arguments: [(6, 21, 7), (30, 4, 3), (9, 3, 0)])
    func covariances(moments: Int, block: Int, border: Int) {
        var pair = Pair(moments: moments, block: block, border: border, seed: 11)
        let inverse = pair.inverse(damping: 0)
        let isDefinite = pair.system.factor(damping: 0)
        #expect(isDefinite)
        let pairs = [(0, 0), (block - 1, block - 1), (0, block - 1), (1, 2)]
        let found = pair.system.covariances(of: pairs, blockSize: block)
        for moment in 0..<moments {
            for (index, item) in pairs.enumerated() {
                let wanted = inverse[moment * block + item.0][moment * block + item.1]
                #expect(abs(found[moment * pairs.count + index] - wanted) < 1e-9)
            }
        }
        let count = moments * block
        for (index, value) in pair.system.borderCovariance().enumerated() {
            #expect(abs(value - inverse[count + index / border][count + index % border]) < 1e-9)
        }
    }

    @Test("a matrix that is not positive definite is told")
    func indefinite() {
        var system = BorderedBandSystem(count: 4, halfBandwidth: 2, borderCount: 1)
        system.assemble { assembly in
            for index in 0..<4 { assembly.addBanded(row: index, column: index, index == 2 ? -1 : 1) }
            assembly.addBorder(row: 0, column: 0, 1)
        }
        let isDefinite = system.factor(damping: 0)
        #expect(!isDefinite)
    }
}
