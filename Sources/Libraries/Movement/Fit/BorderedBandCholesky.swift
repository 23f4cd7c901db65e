/// Cholesky factor and solution of a bordered banded system.
///
/// Left-looking elimination by columns, four earlier columns at a time so that each entry is loaded and stored once
/// for eight floating-point operations (Golub and Van Loan, *Matrix Computations*, 4th edition, sections 4.2 and 4.3).
extension BorderedBandSystem {
    /// Replaces the matrix by its factor L (of L Lᵀ), after multiplying the diagonal by 1 + damping.
    ///
    /// - Returns: false where the matrix is not positive definite; the contents are useless then.
    package mutating func factor(damping: Double) -> Bool {
        let (count, columnStride, borderOffset, reach) = (count, columnStride, borderOffset, halfBandwidth)
        let borderLength = cornerStride
        let isDefinite = assemble { assembly in
            let columns = assembly.columns
            for j in 0..<count {
                let target = columns + j * columnStride
                target[0] *= 1 + damping
                var k = max(0, j - reach)
                while k < j {
                    let group = min(4, j - k)
                    // In the band the last column of the group reaches furthest; the others read zeros there.
                    let bandLength = k + group + reach - j
                    let source = columns + k * columnStride
                    if group == 4 {
                        subtractFour(
                            target, bandLength, source + (j - k), columnStride - 1, source + (j - k), columnStride - 1)
                        subtractFour(
                            target + borderOffset, borderLength, source + borderOffset, columnStride,
                            source + (j - k), columnStride - 1)
                    } else {
                        for i in 0..<group {
                            let source = columns + (k + i) * columnStride
                            let factor = source[j - k - i]
                            subtractOne(target, k + i + reach - j + 1, source + (j - k - i), factor)
                            subtractOne(target + borderOffset, borderLength, source + borderOffset, factor)
                        }
                    }
                    k += group
                }
                guard target[0] > 0 else { return false }
                let scale = 1 / target[0].squareRoot()
                for i in 0...reach { target[i] *= scale }
                for i in borderOffset..<columnStride { target[i] *= scale }
            }
            return true
        }
        return isDefinite && factorCorner(damping: damping)
    }

    /// The Schur complement of the band, C − Bᵀ A⁻¹ B, and its factor.
    private mutating func factorCorner(damping: Double) -> Bool {
        let (count, border) = (count, borderCount)
        return assemble { assembly in
            let (corner, width) = (assembly.corner, assembly.cornerStride)
            for row in 0..<border {
                for column in 0..<row { corner[row * width + column] += corner[column * width + row] }
                corner[row * width + row] *= 1 + damping
            }
            var j = 0
            while j < count {
                let tails = assembly.columns + j * assembly.columnStride + assembly.borderOffset
                for row in 0...border {
                    if j + 4 <= count {
                        subtractFour(
                            corner + row * width, row + 1, tails, assembly.columnStride, tails + row,
                            assembly.columnStride)
                    } else {
                        for k in 0..<(count - j) {
                            let tail = tails + k * assembly.columnStride
                            subtractOne(corner + row * width, row + 1, tail, tail[row])
                        }
                    }
                }
                j += 4
            }
            for row in 0...border {
                for column in 0..<min(row + 1, border) {
                    var sum = corner[row * width + column]
                    for k in 0..<column { sum -= corner[row * width + k] * corner[column * width + k] }
                    if row == column {
                        guard sum > 0 else { return false }
                        corner[row * width + row] = sum.squareRoot()
                    } else {
                        corner[row * width + column] = sum / corner[column * width + column]
                    }
                }
            }
            return true
        }
    }

    /// Solves for both kinds of unknowns, after `factor` returned true.
    package mutating func solve(banded: inout [Double], border: inout [Double]) {
        precondition(banded.count == count && border.count == borderCount)
        let (count, reach, borderCount) = (count, halfBandwidth, borderCount)
        assemble { assembly in
            let (corner, width) = (assembly.corner, assembly.cornerStride)
            for i in stride(from: borderCount - 1, through: 0, by: -1) {
                var sum = corner[borderCount * width + i]
                for k in (i + 1)..<max(borderCount, i + 1) { sum -= corner[k * width + i] * border[k] }
                border[i] = sum / corner[i * width + i]
            }
            for j in stride(from: count - 1, through: 0, by: -1) {
                let column = assembly.columns + j * assembly.columnStride
                let tail = column + assembly.borderOffset
                var sum = tail[borderCount]
                for k in 0..<borderCount { sum -= tail[k] * border[k] }
                let length = min(reach, count - 1 - j)
                for i in 1..<(max(length, 0) + 1) { sum -= column[i] * banded[j + i] }
                banded[j] = sum / column[0]
            }
        }
    }
}

/// target −= Σ factors[i] · source[i] for four sources that lie `step` apart, their factors `factorStep` apart.
/// Works on whole groups of four entries: reads and writes up to three entries beyond `length`.
@inline(__always)
private func subtractFour(
    _ target: UnsafeMutablePointer<Double>, _ length: Int, _ source: UnsafePointer<Double>, _ step: Int,
    _ factors: UnsafePointer<Double>, _ factorStep: Int
) {
    let first = SIMD4(repeating: factors[0])
    let second = SIMD4(repeating: factors[factorStep])
    let third = SIMD4(repeating: factors[2 * factorStep])
    let fourth = SIMD4(repeating: factors[3 * factorStep])
    let (b, c, d) = (source + step, source + 2 * step, source + 3 * step)
    var i = 0
    while i < length {
        var sum = four(target + i)
        sum -= first * four(source + i)
        sum -= second * four(b + i)
        sum -= third * four(c + i)
        sum -= fourth * four(d + i)
        UnsafeMutableRawPointer(target + i).storeBytes(of: sum, as: SIMD4<Double>.self)
        i += 4
    }
}

@inline(__always)
private func subtractOne(
    _ target: UnsafeMutablePointer<Double>, _ length: Int, _ source: UnsafePointer<Double>, _ factor: Double
) {
    let factor = SIMD4(repeating: factor)
    var i = 0
    while i < length {
        let sum = four(target + i) - factor * four(source + i)
        UnsafeMutableRawPointer(target + i).storeBytes(of: sum, as: SIMD4<Double>.self)
        i += 4
    }
}

@inline(__always)
private func four(_ pointer: UnsafePointer<Double>) -> SIMD4<Double> {
    UnsafeRawPointer(pointer).loadUnaligned(as: SIMD4<Double>.self)
}
