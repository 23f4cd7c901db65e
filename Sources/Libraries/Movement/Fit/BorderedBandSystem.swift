/// The normal equations of a least-squares fit over time: blocks of unknowns per moment that touch only their
/// neighbours (a band), and a few unknowns that touch every moment (a border).
///
///     | A   B | | x |   | a |        A: count × count, symmetric, zero beyond the half bandwidth
///     | Bᵀ  C | | c | = | b |        B: count × border,  C: border × border
///
/// Use: `reset`, `assemble` rows of the Jacobian, `factor`, then `solve` and `covariances`. Everything happens in
/// one buffer with one column per banded unknown, its own part of the border and right-hand side behind it, so that
/// eliminating the border is the same contiguous loop as eliminating the band. Cost of a factor:
/// count · halfBandwidth · (halfBandwidth + 2 border) floating-point operations; memory
/// 8 · count · (halfBandwidth + border + about 10) bytes. One thread and one order of summation.
package struct BorderedBandSystem: Sendable {
    /// Unknowns in the band.
    package let count: Int
    /// Largest distance of two banded unknowns that appear in one residual. With n unknowns per moment and second
    /// differences of each unknown over three moments it is 2n, if other residuals join at most two moments.
    package let halfBandwidth: Int
    /// Unknowns in the border.
    package let borderCount: Int

    /// Entries of one column: the band from the diagonal down, at least six zeros (the loops read past the band's
    /// end), the border, the right-hand side.
    let columnStride: Int
    let borderOffset: Int
    let cornerStride: Int
    var columns: [Double]
    /// (border + 1)², the last row being the right-hand side of the border.
    var corner: [Double]

    package init(count: Int, halfBandwidth: Int, borderCount: Int) {
        precondition(count > 0 && halfBandwidth > 0 && borderCount >= 0)
        self.count = count
        self.halfBandwidth = halfBandwidth
        self.borderCount = borderCount
        borderOffset = (halfBandwidth + 1 + 6 + 3) / 4 * 4
        cornerStride = (borderCount + 1 + 3) / 4 * 4
        columnStride = borderOffset + cornerStride
        columns = [Double](repeating: 0, count: count * columnStride)
        corner = [Double](repeating: 0, count: cornerStride * cornerStride)
    }

    /// Empties the system for another assembly.
    package mutating func reset() {
        columns.withUnsafeMutableBufferPointer { $0.update(repeating: 0) }
        corner.withUnsafeMutableBufferPointer { $0.update(repeating: 0) }
    }

    /// The right-hand side as assembled: banded unknowns, then border.
    package func rightHandSide() -> [Double] {
        (0..<count).map { columns[$0 * columnStride + borderOffset + borderCount] }
            + (0..<borderCount).map { corner[borderCount * cornerStride + $0] }
    }

    /// Lends the buffers for adding rows and entries.
    package mutating func assemble<Result>(_ body: (Assembly) throws -> Result) rethrows -> Result {
        try columns.withUnsafeMutableBufferPointer { columns in
            try corner.withUnsafeMutableBufferPointer { corner in
                // Both buffers hold at least one element: count > 0 and cornerStride ≥ 4.
                guard let columns = columns.baseAddress, let corner = corner.baseAddress else {
                    preconditionFailure("an empty system")
                }
                return try body(
                    Assembly(
                        columns: columns, corner: corner, columnStride: columnStride, borderOffset: borderOffset,
                        cornerStride: cornerStride, rightHandSide: borderCount))
            }
        }
    }

    /// Write access during `assemble`; not to be kept beyond it.
    package struct Assembly {
        let columns: UnsafeMutablePointer<Double>
        let corner: UnsafeMutablePointer<Double>
        let columnStride: Int
        let borderOffset: Int
        let cornerStride: Int
        let rightHandSide: Int

        /// Adds one residual r with its derivatives: JᵀJ to the matrix and −Jᵀr to the right-hand side.
        ///
        /// - Parameters:
        ///   - first: index of the banded unknown that the local indices count from.
        ///   - bandedIndices: ascending local indices of the banded unknowns that `bandedDerivatives` are by.
        ///   - borderIndices: indices, in any order, of the border unknowns that `borderDerivatives` are by.
        @inline(__always)
        package func add(
            residual: Double, first: Int,
            bandedCount: Int, bandedIndices: UnsafePointer<Int>, bandedDerivatives: UnsafePointer<Double>,
            borderCount: Int, borderIndices: UnsafePointer<Int>, borderDerivatives: UnsafePointer<Double>
        ) {
            for i in 0..<bandedCount {
                let derivative = bandedDerivatives[i]
                let index = bandedIndices[i]
                let column = columns + (first + index) * columnStride
                let band = column - index
                for k in i..<bandedCount { band[bandedIndices[k]] += derivative * bandedDerivatives[k] }
                let tail = column + borderOffset
                for k in 0..<borderCount { tail[borderIndices[k]] += derivative * borderDerivatives[k] }
                tail[rightHandSide] -= derivative * residual
            }
            for i in 0..<borderCount {
                let derivative = borderDerivatives[i]
                let row = corner + borderIndices[i] * cornerStride
                // Below or above the diagonal alike: `factor` adds both halves together.
                for k in 0...i { row[borderIndices[k]] += derivative * borderDerivatives[k] }
                corner[rightHandSide * cornerStride + borderIndices[i]] -= derivative * residual
            }
        }

        /// Adds to the entry of two banded unknowns, `row` ≥ `column`.
        @inline(__always)
        package func addBanded(row: Int, column: Int, _ value: Double) {
            columns[column * columnStride + row - column] += value
        }

        /// Adds to the right-hand side of a banded unknown.
        @inline(__always)
        package func addBandedRightHandSide(_ index: Int, _ value: Double) {
            columns[index * columnStride + borderOffset + rightHandSide] += value
        }

        /// Adds to the entry of two border unknowns.
        @inline(__always)
        package func addBorder(row: Int, column: Int, _ value: Double) {
            corner[row * cornerStride + column] += value
        }

        /// Adds to the right-hand side of a border unknown.
        @inline(__always)
        package func addBorderRightHandSide(_ index: Int, _ value: Double) {
            corner[rightHandSide * cornerStride + index] += value
        }
    }
}
