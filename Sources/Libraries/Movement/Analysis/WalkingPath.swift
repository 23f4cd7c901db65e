import Foundation

/// The way of a walking person over the floor, from the longest stretch that was measured without a gap.
struct WalkingPath {
    private let motion: FittedMotion
    /// Indices of the stretch.
    private let stretch: Range<Int>
    /// Unit vectors on the floor (x, z) in the direction of walking, one per time of the stretch.
    private let heading: [SIMD2<Double>]
    private let stepSeconds: Double

    /// Below this the direction of walking is that of the pelvis: on the spot or on a moving floor.
    private static let slowestTravelMetresPerSecond = 0.3
    private static let headingSmoothingSeconds = 0.5
    private static let shortestSeconds = 0.5

    init?(motion: FittedMotion) {
        var longest = 0..<0
        var start = 0
        for index in 0...motion.times.count where index == motion.times.count || !motion.isMeasured[index] {
            if index - start > longest.count { longest = start..<index }
            start = index + 1
        }
        guard longest.count > 3, let first = motion.times.first, let last = motion.times.last else { return nil }
        stepSeconds = (last - first) / Double(motion.times.count - 1)
        guard Double(longest.count - 1) * stepSeconds >= Self.shortestSeconds else { return nil }
        self.motion = motion
        stretch = longest
        let smoothing = Self.headingSmoothingSeconds / stepSeconds
        func smooth(_ value: (Int) -> Double) -> [Double] {
            SeriesStatistics.smoothed(longest.map(value), deviation: smoothing)
        }
        let x = smooth { motion.point(.midHip, at: $0).x }
        let z = smooth { motion.point(.midHip, at: $0).z }
        let facingX = smooth { cos(motion.yawRadians[$0]) }
        let facingZ = smooth { -sin(motion.yawRadians[$0]) }
        let step = stepSeconds
        heading = x.indices.map { index in
            let before = max(index - 1, 0)
            let after = min(index + 1, x.count - 1)
            let elapsed = Double(after - before) * step
            let velocity = SIMD2((x[after] - x[before]) / elapsed, (z[after] - z[before]) / elapsed)
            let speed = (velocity * velocity).sum().squareRoot()
            if speed > Self.slowestTravelMetresPerSecond { return velocity / speed }
            let facing = SIMD2(facingX[index], facingZ[index])
            return facing / max((facing * facing).sum().squareRoot(), 1e-9)
        }
    }

    /// Metres of a point ahead of the middle of the hips, one per time of the stretch, lightly smoothed.
    func aheadOfPelvis(_ point: BodyPoint) -> [Double] {
        let raw = stretch.map { index in
            along(
                heading[index - stretch.lowerBound], motion.point(point, at: index) - motion.point(.midHip, at: index))
        }
        return SeriesStatistics.smoothed(raw, deviation: 1.0 / 30 / stepSeconds)
    }

    /// One of the four contact weights over the stretch.
    func contact(_ sole: Int) -> [Double] { motion.contact[stretch].map { $0[sole] } }

    /// Metres by which one point is ahead of another, at the nearest time.
    func distanceAhead(of point: BodyPoint, to other: BodyPoint, seconds: Double) -> Double {
        let index = min(
            max(Int(((seconds - motion.times[0]) / stepSeconds).rounded()), stretch.lowerBound), stretch.upperBound - 1)
        return along(
            heading[index - stretch.lowerBound], motion.point(point, at: index) - motion.point(other, at: index))
    }

    func seconds(at position: Double) -> Double {
        motion.times[stretch.lowerBound] + position * stepSeconds
    }

    /// Length of the smoothed way of the hips over its time.
    var speedMetresPerSecond: Double? {
        let path = stretch.map { motion.point(.midHip, at: $0) }
        let duration = Double(path.count - 1) * stepSeconds
        guard duration >= Self.shortestSeconds else { return nil }
        // Straight pieces of half a second: shorter ones would add the sway of the pelvis to the way.
        let pieces = max(1, Int(duration / 0.5))
        var length = 0.0
        for piece in 0..<pieces {
            let from = path[piece * (path.count - 1) / pieces]
            let to = path[(piece + 1) * (path.count - 1) / pieces]
            length += hypot(to.x - from.x, to.z - from.z)
        }
        return length / duration
    }

    /// How far the hips get over the floor.
    var travelMetres: Double {
        let path = stretch.map { motion.point(.midHip, at: $0) }
        func spread(_ values: [Double]) -> Double { (values.max() ?? 0) - (values.min() ?? 0) }
        return hypot(spread(path.map(\.x)), spread(path.map(\.z)))
    }

    private func along(_ direction: SIMD2<Double>, _ offset: SIMD3<Double>) -> Double {
        direction.x * offset.x + direction.y * offset.z
    }
}
