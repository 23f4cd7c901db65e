/// What a movement is taken to be when nobody said, and the numbers that decided.
package struct FamilyChoice: Sendable, Equatable {
    package let family: ExerciseFamily
    /// Diagonal of the area that mid-hip travelled over, metres.
    package let travelMetres: Double
    /// The same of the heel that travelled less.
    package let footTravelMetres: Double
    /// Correlation of the two knee angles; zero where one of them hardly moves.
    package let kneeCorrelation: Double

    /// Decides from a fit of the family `generic`: walking travels with both feet; two-legged tasks bend both knees
    /// alike over feet that stay.
    package init(_ solution: BodySolution) {
        let body = BodyDimensions(solution.constants)
        let points = BodyPoints()
        var (hips, left, right) = (Area(), Area(), Area())
        for index in 0..<solution.count {
            let pose = solution.pose(at: index, body)
            points.place(pose, body)
            hips.add(pose.position)
            left.add(points.positions[BodyPoints.firstSole])
            right.add(points.positions[BodyPoints.firstSole + 1])
        }
        travelMetres = hips.diagonal
        footTravelMetres = min(left.diagonal, right.diagonal)
        kneeCorrelation = Self.correlation(solution.degrees(.kneeRight), solution.degrees(.kneeLeft))
        if travelMetres > 0.6 && footTravelMetres > 0.4 {
            family = .gait
        } else if kneeCorrelation > 0.85 && footTravelMetres < 0.35 {
            family = .bilateral
        } else {
            family = .generic
        }
    }

    private struct Area {
        private var low = SIMD2(Double.infinity, .infinity)
        private var high = SIMD2(-Double.infinity, -.infinity)

        mutating func add(_ point: SIMD3<Double>) {
            let place = SIMD2(point.x, point.z)
            low = pointwiseMin(low, place)
            high = pointwiseMax(high, place)
        }

        var diagonal: Double { ((high - low) * (high - low)).sum().squareRoot() }
    }

    /// Zero where either moves by a standard deviation of 3° or less.
    private static func correlation(_ first: [Double], _ second: [Double]) -> Double {
        let count = Double(first.count)
        let (meanFirst, meanSecond) = (first.reduce(0, +) / count, second.reduce(0, +) / count)
        var (ff, ss, fs) = (0.0, 0.0, 0.0)
        for (a, b) in zip(first, second) {
            ff += (a - meanFirst) * (a - meanFirst)
            ss += (b - meanSecond) * (b - meanSecond)
            fs += (a - meanFirst) * (b - meanSecond)
        }
        guard min(ff, ss) / count > 9 else { return 0 }
        return fs / (ff * ss).squareRoot()
    }
}
