/// Entries of the inverse of a bordered banded system, without forming it.
///
/// Backward recursion over the columns of the factor: column j of the inverse, restricted to the rows where column j
/// of L is not zero, follows from the inverse among those rows (Takahashi, Fagan and Chen 1973; Erisman and Tinney,
/// *On computing certain elements of the inverse of a sparse matrix*, 1975). Cost count · (halfBandwidth + border)²
/// multiplications, for all moments together; a solve per moment would cost the square of the clip's length.
extension BorderedBandSystem {
    /// Covariances of pairs of unknowns of the same block, for every block, after `factor(damping: 0)` returned true.
    ///
    /// - Parameters:
    ///   - pairs: indices within a block.
    ///   - blockSize: unknowns per moment, at most the half bandwidth; `count` is a multiple of it.
    ///   - borderCovariance: covariance of the border unknowns, [border × border]; nil takes the one of this system.
    ///     Give it where the border was estimated elsewhere and is held here.
    /// - Returns: [blocks × pairs].
    package mutating func covariances(
        of pairs: [(Int, Int)], blockSize: Int, borderCovariance: [Double]? = nil
    ) -> [Double] {
        precondition(count % blockSize == 0 && blockSize <= halfBandwidth)
        let (count, reach, border) = (count, halfBandwidth, borderCount)
        let known = borderCovariance ?? self.borderCovariance()
        // Rows 0 ..< reach of the window hold band unknowns, unknown j in row j mod reach; the border follows.
        let width = reach + border
        var window = [Double](repeating: 0, count: width * width)
        for row in 0..<border {
            for column in 0..<border { window[(reach + row) * width + reach + column] = known[row * border + column] }
        }
        var factor = [Double](repeating: 0, count: width)
        var inverse = [Double](repeating: 0, count: width)
        var result = [Double](repeating: 0, count: count / blockSize * pairs.count)
        assemble { assembly in
            for j in stride(from: count - 1, through: 0, by: -1) {
                let column = assembly.columns + j * assembly.columnStride
                for i in 1...reach { factor[(j + i) % reach] = column[i] }
                for i in 0..<border { factor[reach + i] = column[assembly.borderOffset + i] }
                let scale = -1 / column[0]
                var diagonal = 0.0
                multiply(window, factor, into: &inverse)
                for row in 0..<width {
                    inverse[row] *= scale
                    diagonal += inverse[row] * factor[row]
                }
                // The row of j replaces the row of j + reach, which no earlier column needs.
                let slot = j % reach
                inverse[slot] = (1 / column[0] - diagonal) / column[0]
                for row in 0..<width {
                    window[slot * width + row] = inverse[row]
                    window[row * width + slot] = inverse[row]
                }
                guard j % blockSize == 0 else { continue }
                for (index, pair) in pairs.enumerated() {
                    let row = (j + pair.0) % reach
                    result[j / blockSize * pairs.count + index] = window[row * width + (j + pair.1) % reach]
                }
            }
        }
        return result
    }

    /// Covariance of the border unknowns, [border × border], after `factor` returned true.
    package func borderCovariance() -> [Double] {
        let n = borderCount
        var inverse = [Double](repeating: 0, count: n * n)
        for unit in 0..<n {
            var solution = [Double](repeating: 0, count: n)
            for i in unit..<n {
                var sum = i == unit ? 1.0 : 0.0
                for k in unit..<i { sum -= corner[i * cornerStride + k] * solution[k] }
                solution[i] = sum / corner[i * cornerStride + i]
            }
            for i in stride(from: n - 1, through: 0, by: -1) {
                var sum = solution[i]
                for k in (i + 1)..<max(n, i + 1) { sum -= corner[k * cornerStride + i] * solution[k] }
                solution[i] = sum / corner[i * cornerStride + i]
            }
            for i in 0..<n { inverse[i * n + unit] = solution[i] }
        }
        return inverse
    }
}

/// A square matrix times a vector, each sum in four interleaved parts.
private func multiply(_ matrix: [Double], _ vector: [Double], into product: inout [Double]) {
    let width = vector.count
    matrix.withUnsafeBytes { matrix in
        vector.withUnsafeBytes { vector in
            for row in 0..<width {
                let offset = row * width * 8
                var sums = SIMD4<Double>.zero
                var i = 0
                while i + 4 <= width {
                    sums +=
                        matrix.loadUnaligned(fromByteOffset: offset + 8 * i, as: SIMD4<Double>.self)
                        * vector.loadUnaligned(fromByteOffset: 8 * i, as: SIMD4<Double>.self)
                    i += 4
                }
                var sum = (sums[0] + sums[1]) + (sums[2] + sums[3])
                while i < width {
                    sum +=
                        matrix.loadUnaligned(fromByteOffset: offset + 8 * i, as: Double.self)
                        * vector.loadUnaligned(fromByteOffset: 8 * i, as: Double.self)
                    i += 1
                }
                product[row] = sum
            }
        }
    }
}
