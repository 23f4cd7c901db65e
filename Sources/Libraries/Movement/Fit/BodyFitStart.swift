import Foundation

/// Where the fit begins: a body posed after the network's three-dimensional landmarks, one moment at a time.
struct BodyFitStart {
    /// [times × 21] in the order of `BodyState`.
    var states: [Double]
    /// The network's landmarks relative to mid-hip in camera axes, metres, [times × 12].
    var world: [SIMD3<Double>]

    /// - Parameters:
    ///   - constants: what the camera and body are taken to be.
    init(_ track: LandmarkTrack, constants: [Double]) {
        let camera = BodyCamera(constants)
        world = Self.turnedToCamera(track, focalLength: camera.focalLengthPixels)
        states = [Double](repeating: 0, count: track.count * BodyState.count)
        let translations = Self.translations(track, world, camera.focalLengthPixels)
        let upright = world.map { camera.rotation.inverse($0) }
        let headings = Self.headings(upright)
        for index in 0..<track.count {
            let points = upright[(index * 12)..<(index * 12 + 12)]
            let position = camera.rotation.inverse(translations[index]) + SIMD3(0, camera.heightMetres, 0)
            states.withUnsafeMutableBufferPointer { states in
                Self.pose(
                    states[(index * BodyState.count)..<((index + 1) * BodyState.count)], position, headings[index],
                    Array(points))
            }
        }
    }

    /// Lowers the body and the camera together so that the lowest sole is on the floor a fifth of the time.
    mutating func stand(onFloorOf constants: inout [Double]) {
        let body = BodyDimensions(constants)
        let points = BodyPoints()
        let lowest = states.withUnsafeBufferPointer { states in
            Swift.stride(from: 0, to: states.count, by: BodyState.count).map { first -> Double in
                guard let base = states.baseAddress else { return 0 }
                points.place(BodyPose(base + first, body), body)
                return (BodyPoints.firstSole..<BodyPoints.count).map { points.positions[$0].y }.min() ?? 0
            }
        }
        let height = SignalSmoothing.quantile(lowest, 0.2)
        for first in Swift.stride(from: 1, to: states.count, by: BodyState.count) { states[first] -= height }
        constants[BodyConstant.cameraHeight] -= height
    }

    /// The world landmarks are in axes of a camera looking at the person: turns them by the rotation that takes the
    /// optical axis to the ray through the hips.
    private static func turnedToCamera(_ track: LandmarkTrack, focalLength: Double) -> [SIMD3<Double>] {
        var turned = track.world
        for index in 0..<track.count {
            let first = index * 12
            let hips = (track.image[first + 2] + track.image[first + 3]) / (2 * focalLength)
            let ray = SIMD3(hips.x, hips.y, 1)
            let direction = ray / length(ray)
            let axis = cross(SIMD3(0, 0, 1), direction)
            let middle = (track.world[first + 2] + track.world[first + 3]) / 2
            for landmark in 0..<12 {
                let point = track.world[first + landmark] - middle
                let across = cross(axis, point)
                turned[first + landmark] = point + across + cross(axis, across) / (1 + direction.z)
            }
        }
        return turned
    }

    /// Mid-hip in camera axes: the least-squares solution of f (w + t).xy = u (w + t).z, without outliers and smooth.
    private static func translations(
        _ track: LandmarkTrack, _ world: [SIMD3<Double>], _ focalLength: Double
    ) -> [SIMD3<Double>] {
        let raw = (0..<track.count).map { index in
            // Normal equations of rows (f, 0, −u | u z − f x) and (0, f, −v | v z − f y); their block of x and y is
            // f² · 12 times the identity, so z is eliminated by hand.
            var (sumU, sumUU, right, depth) = (SIMD2<Double>.zero, 0.0, SIMD2<Double>.zero, 0.0)
            for landmark in 0..<12 {
                let u = track.image[index * 12 + landmark]
                let point = world[index * 12 + landmark]
                let offset = u * point.z - focalLength * SIMD2(point.x, point.y)
                sumU += u
                sumUU += (u * u).sum()
                right += focalLength * offset
                depth -= (u * offset).sum()
            }
            let scale = 12 * focalLength * focalLength
            let coupling = -focalLength * sumU
            let z = (depth - (coupling * right).sum() / scale) / (sumUU - (coupling * coupling).sum() / scale)
            let plane = (right - coupling * z) / scale
            return SIMD3(plane.x, plane.y, z)
        }
        var result = raw
        for axis in 0..<3 {
            let path = SignalSmoothing.median(raw.map { $0[axis] }, width: 9)
            for (index, value) in SignalSmoothing.gaussian(path, deviation: 3).enumerated() {
                result[index][axis] = value
            }
        }
        return result
    }

    /// Yaw from the lines of hips and shoulders together, smooth and without jumps.
    private static func headings(_ upright: [SIMD3<Double>]) -> [Double] {
        let lines = Swift.stride(from: 0, to: upright.count, by: 12).map { first in
            unit(upright[first + 3] - upright[first + 2]) + unit(upright[first + 1] - upright[first])
        }
        let x = SignalSmoothing.gaussian(lines.map(\.x), deviation: 4)
        let z = SignalSmoothing.gaussian(lines.map(\.z), deviation: 4)
        return SignalSmoothing.unwrapped(zip(x, z).map { atan2($0, $1) })
    }

    /// Fills the state of one moment; the angles not named here stay zero.
    private static func pose(
        _ state: Slice<UnsafeMutableBufferPointer<Double>>, _ position: SIMD3<Double>, _ yaw: Double,
        _ points: [SIMD3<Double>]
    ) {
        var state = state
        let first = state.startIndex
        for axis in 0..<3 { state[first + axis] = position[axis] }
        state[first + BodyState.yaw] = yaw
        let heading = Matrix3(aboutY: yaw)
        let up = heading.inverse((points[0] + points[1]) / 2)
        let trunk = -(atan2(up.x, up.y) * 1.15 + 0.1)
        state[first + BodyState.tilt] = trunk / 2
        state[first + BodyState.lumbarExtension] = trunk / 2
        let pelvis = heading * Matrix3(aboutZ: trunk / 2)
        for (side, foot) in [(BodySide.left, 0), (.right, 1)] {
            let leg = first + BodyState.leg(side)
            let mirror = side == .right ? 1.0 : -1.0
            let thigh = unit(points[4 + foot] - points[2 + foot])
            let shank = unit(points[6 + foot] - points[4 + foot])
            let sole = unit(points[10 + foot] - points[8 + foot])
            let inPelvis = pelvis.inverse(thigh)
            let flexion = atan2(inPelvis.x, -inPelvis.y)
            state[leg + BodyState.hipFlexion] = flexion < -1.3 ? flexion + 2 * .pi : flexion
            let adduction = mirror * asin(clamp(-inPelvis.z, 1))
            state[leg + BodyState.hipAdduction] = clamp(adduction, 0.5)
            state[leg + BodyState.knee] = acos(clamp(dot(thigh, shank), 1))
            let ankle = .pi / 2 - acos(clamp(-dot(shank, sole), 1))
            state[leg + BodyState.ankle] = min(max(ankle, -0.5), 0.6)
        }
    }

    private static func clamp(_ value: Double, _ bound: Double) -> Double { min(max(value, -bound), bound) }

    private static func unit(_ vector: SIMD3<Double>) -> SIMD3<Double> { vector / max(length(vector), 1e-9) }
}
