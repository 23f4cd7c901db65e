import Foundation

/// What the terms about the picture need at one point of the solver.
struct ImageWeights {
    let camera: BodyCamera
    /// Network's depth bias of each landmark.
    let bias: [Double]
    /// Weight over the deviation in pixels, of trunk and leg landmarks and of heels and toes.
    let pixel: Double
    let footPixel: Double
    let thin: Double
    let depthThin: Double
    /// Inverse deviations of depth: trunk, leg, foot.
    let depth: SIMD3<Double>
    /// Derivative of a point in camera axes by the camera's height.
    let byHeight: SIMD3<Double>
    /// Axis of the camera's pitch in camera axes.
    let pitchAxis: SIMD3<Double>

    init(_ problem: BodyFitProblem, _ camera: BodyCamera, _ constants: [Double]) {
        self.camera = camera
        let options = problem.options
        bias = Array(constants[BodyConstant.depthBias..<(BodyConstant.depthBias + 12)])
        thin = problem.thin(options.correlation.image)
        pixel = problem.metresPerPixel / options.imageMetres * thin
        footPixel = problem.metresPerPixel / options.footImageMetres * thin
        depthThin = problem.thin(options.correlation.depth)
        depth = 1 / SIMD3(options.trunkDepthMetres, options.legDepthMetres, options.footDepthMetres)
        byHeight = -camera.rotation.y
        pitchAxis = Matrix3(aboutZ: camera.rollRadians).x
    }

    /// Starts a row for a residual whose derivative by the position of the point, in camera axes, is `row`.
    /// - Parameter isRelative: the residual is about the position relative to the middle of the two hip landmarks.
    @inline(__always)
    func write(
        _ row: SIMD3<Double>, _ point: Int, _ points: BodyPoints, isRelative: Bool, byLogFocalLength: Double,
        _ sink: ResidualSink
    ) {
        let inWorld = camera.rotation.inverse(row)
        let states = points.byState + point * BodyPoints.statesPerPoint
        let indices = points.stateIndices + point * BodyPoints.statesPerPoint
        let left = points.byState + 2 * BodyPoints.statesPerPoint
        let right = points.byState + 3 * BodyPoints.statesPerPoint
        // Moving the body moves the hips along: those three derivatives of a relative position are zero.
        for i in (isRelative ? 3 : 0)..<points.stateCounts[point] {
            var derivative = states[i]
            if isRelative && i < 6 { derivative -= (left[i] + right[i]) / 2 }
            sink.state(indices[i], dot(inWorld, derivative))
        }
        var seen = camera.see(points.positions[point])
        if isRelative { seen -= camera.see((points.positions[2] + points.positions[3]) / 2) }
        sink.constant(BodyConstant.pitch, dot(row, cross(pitchAxis, seen)))
        sink.constant(BodyConstant.roll, row.y * seen.x - row.x * seen.y)
        if !isRelative {
            sink.constant(BodyConstant.logFocalLength, byLogFocalLength)
            sink.constant(BodyConstant.cameraHeight, dot(row, byHeight))
        }
        let lengths = points.byConstant + point * BodyPoints.constantsPerPoint
        let lengthIndices = points.constantIndices + point * BodyPoints.constantsPerPoint
        // The hips' own offsets move a relative position too, forward and up alike on both sides, outward cancelling.
        let (forward, up) = (dot(inWorld, middleByOffset(points, 0)), dot(inWorld, middleByOffset(points, 1)))
        let isHip = point == 2 || point == 3
        for i in 0..<points.constantCounts[point] {
            var derivative = dot(inWorld, lengths[i])
            if isRelative && lengthIndices[i] == BodyConstant.offsets { derivative -= forward }
            if isRelative && lengthIndices[i] == BodyConstant.offsets + 1 { derivative -= up }
            sink.constant(lengthIndices[i], derivative)
        }
        if isRelative && !isHip {
            sink.constant(BodyConstant.offsets, -forward)
            sink.constant(BodyConstant.offsets + 1, -up)
        }
    }

    /// The middle of the hip landmarks by the hips' forward (0) or upward (1) offset: an axis of the pelvis.
    @inline(__always)
    private func middleByOffset(_ points: BodyPoints, _ axis: Int) -> SIMD3<Double> {
        points.byConstant[2 * BodyPoints.constantsPerPoint + 2 + axis]
    }
}

extension BodyFitProblem {
    /// Term 1: the landmarks in the picture.
    @inline(__always)
    func addReprojection(_ index: Int, _ points: BodyPoints, _ image: ImageWeights, _ sink: ResidualSink) {
        let focalLength = image.camera.focalLengthPixels
        let thinned = image.thin * image.thin
        for point in 0..<12 {
            let seen = image.camera.see(points.positions[point])
            let z = max(seen.z, BodyCamera.nearestMetres)
            let projected = SIMD2(seen.x, seen.y) * (focalLength / z)
            let weight = (point < 8 ? image.pixel : image.footPixel) * track.confidence[index * 12 + point]
            let residual = (projected - track.image[index * 12 + point]) * weight
            let squared = (residual * residual).sum() / thinned
            sink.add(cost: cauchy(squared: squared, scale: options.imageRobustness) * thinned, .reprojection)
            guard sink.assembly != nil else { continue }
            let factor = cauchyFactor(squared: squared, scale: options.imageRobustness)
            for axis in 0..<2 {
                let scale = focalLength / z * weight * factor
                let slope = -seen[axis] / z * scale
                let row = axis == 0 ? SIMD3(scale, 0, slope) : SIMD3(0, scale, slope)
                image.write(
                    row, point, points, isRelative: false, byLogFocalLength: projected[axis] * weight * factor, sink)
                sink.finish(residual: residual[axis] * factor)
            }
        }
    }

    /// Term 2: the network's depth relative to mid-hip, up to a constant of the landmark.
    @inline(__always)
    func addDepth(_ index: Int, _ points: BodyPoints, _ image: ImageWeights, _ sink: ResidualSink) {
        let away = SIMD3(image.camera.rotation.x.z, image.camera.rotation.y.z, image.camera.rotation.z.z)
        let middle = (points.positions[2] + points.positions[3]) / 2
        for point in 0..<12 {
            let weight = image.depth[point < 4 ? 0 : point < 8 ? 1 : 2]
            guard weight > 0 else { continue }
            let depth = dot(away, points.positions[point] - middle)
            let residual = (depth + image.bias[point] - world[index * 12 + point].z) * weight
            let squared = residual * residual
            sink.add(
                cost: cauchy(squared: squared, scale: options.depthRobustness) * image.depthThin * image.depthThin,
                .depth)
            guard sink.assembly != nil else { continue }
            let factor = cauchyFactor(squared: squared, scale: options.depthRobustness) * image.depthThin
            image.write(
                SIMD3(0, 0, weight * factor), point, points, isRelative: true, byLogFocalLength: 0, sink)
            sink.constant(BodyConstant.depthBias + point, weight * factor)
            sink.finish(residual: residual * factor)
        }
    }

    /// In place of term 2 while the solver finds its way: all three coordinates of the network's landmarks, 50 mm.
    @inline(__always)
    func addWorld(_ index: Int, _ points: BodyPoints, _ image: ImageWeights, _ sink: ResidualSink) {
        let weight = image.thin / 0.05
        let middle = image.camera.see((points.positions[2] + points.positions[3]) / 2)
        for point in 0..<12 {
            let relative = image.camera.see(points.positions[point]) - middle
            let residual = (relative - world[index * 12 + point]) * weight
            sink.add(cost: dot(residual, residual), .depth)
            guard sink.assembly != nil else { continue }
            for axis in 0..<3 {
                var row = SIMD3<Double>.zero
                row[axis] = weight
                image.write(row, point, points, isRelative: true, byLogFocalLength: 0, sink)
                sink.finish(residual: residual[axis])
            }
        }
    }
}
