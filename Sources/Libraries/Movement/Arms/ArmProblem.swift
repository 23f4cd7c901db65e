import Foundation

/// The residuals of one arm: what is seen, what is known of arms, and that they move smoothly.
///
/// Weights follow those of the body (`docs/movement.md`): each per-time term is divided by its variance inflation
/// kappa = 2 τ/dt for errors with correlation time τ, terms of the motion itself are not.
struct ArmProblem {
    let count: Int
    /// In camera axes but for `shoulder`, per time.
    let shoulder: [SIMD3<Double>]
    let shoulderMark: [SIMD3<Double>]
    /// [times × 3]: shoulder, elbow, wrist.
    let image: [SIMD2<Double>]
    let confidence: [Double]
    /// The network's bones in camera axes, metres.
    let upperBone: [SIMD3<Double>]
    let lowerBone: [SIMD3<Double>]
    let camera: BodyCamera
    /// The thorax's downward axis in the world.
    let down: [SIMD3<Double>]
    /// At the person's depth; fixed, so that no state makes pixels cheaper.
    let metresPerPixel: Double
    let lengthMeans: [Double]
    /// Whether the network's bones count in all three coordinates, to start from.
    var isFirstStage = false

    /// Drillis and Contini 1966 (in Winter, *Biomechanics and Motor Control of Human Movement*): lengths over stature.
    static let lengthsOverStature = (upper: 0.186, lower: 0.146)

    private static let imageMetres = 0.012
    private static let imageKappa = 15.0
    private static let imageCauchy = 2.5
    private static let depthMetres = 0.070
    private static let depthKappa = 15.0
    private static let depthCauchy = 3.0
    private static let startMetres = 0.050
    private static let shiftMetres = 0.025
    private static let shiftKappa = 60.0
    private static let lengthDeviation = 0.06
    private static let straightRadians = 15 * Double.pi / 180
    private static let hangingRadians = 12 * Double.pi / 180
    private static let pullKappa = 15.0
    private static let pullCauchy = 1.0
    private static let greatestFlexion = 150 * Double.pi / 180
    private static let flexionLimit = 5 * Double.pi / 180
    private static let shiftAcceleration = 14.0
    private static let upperAcceleration = 100.0
    private static let lowerAcceleration = 140.0

    init(scene: ArmScene, track: ArmTrack, side: BodySide) {
        let count = track.count
        self.count = count
        camera = scene.camera
        down = scene.thorax.map { -1 * $0.y }
        shoulder = (0..<count).map { scene.shoulder(side, at: $0) }
        shoulderMark = (0..<count).map { scene.shoulderMark(side, at: $0) }
        image = (0..<count).flatMap { index in ArmTrack.Mark.allCases.map { track.image($0, side, at: index) } }
        confidence = (0..<count).flatMap { index in
            ArmTrack.Mark.allCases.map { track.confidence($0, side, at: index) }
        }
        let focal = scene.camera.focalLengthPixels
        upperBone = (0..<count).map {
            track.bone(from: .shoulder, to: .elbow, side, at: $0, focalLengthPixels: focal)
        }
        lowerBone = (0..<count).map { track.bone(from: .elbow, to: .wrist, side, at: $0, focalLengthPixels: focal) }
        let camera = scene.camera
        metresPerPixel = max(0.5, SeriesStatistics.median(shoulder.map { camera.see($0).z })) / focal
        lengthMeans = [
            log(Self.lengthsOverStature.upper * scene.statureMetres),
            log(Self.lengthsOverStature.lower * scene.statureMetres),
        ]
    }

    /// The bones as the network has them, smoothed over a tenth of a second.
    func start() -> ArmState {
        func directions(_ bones: [SIMD3<Double>]) -> [SIMD3<Double>] {
            let world = bones.map { camera.rotation.inverse($0 / max(length($0), 1e-6)) }
            let axes = (0..<3).map { axis in SeriesStatistics.smoothed(world.map { $0[axis] }, deviation: 3) }
            return world.indices.map { index in
                let mean = SIMD3(axes[0][index], axes[1][index], axes[2][index])
                let size = length(mean)
                return size > 1e-3 ? mean / size : SIMD3(0, -1, 0)
            }
        }
        return ArmState(
            shift: Array(repeating: .zero, count: count), upper: directions(upperBone),
            lower: directions(lowerBone), constants: lengthMeans)
    }

    func makeSystem() -> BorderedBandSystem {
        BorderedBandSystem(
            count: count * ArmState.perTime, halfBandwidth: 3 * ArmState.perTime - 1,
            borderCount: ArmState.constantCount)
    }

    /// Half the sum of squared (robust) residuals; their rows go to `rows` where it assembles.
    func visit(_ state: ArmState, _ rows: ArmRows) {
        let lengths = (state.upperLength, state.lowerLength)
        for index in 0..<count {
            seen(at: index, state, lengths, rows)
            known(at: index, state, rows)
            if index + 2 < count { smooth(from: index, state, rows) }
        }
        for constant in 0..<2 {
            rows.addConstant(
                constant, (state.constants[constant] - lengthMeans[constant]) / Self.lengthDeviation,
                1 / Self.lengthDeviation)
        }
    }

    /// Image points and the depth of the bones.
    private func seen(at index: Int, _ state: ArmState, _ lengths: (Double, Double), _ rows: ArmRows) {
        let (upper, lower) = (state.upper[index], state.lower[index])
        let (u1, u2) = ArmState.tangents(upper)
        let (v1, v2) = ArmState.tangents(lower)
        let turn = camera.rotation
        let upperSeen = turn * upper * lengths.0
        let lowerSeen = turn * lower * lengths.1
        let columns = rows.columns
        (columns[0], columns[1], columns[2]) = (turn.x, turn.y, turn.z)
        (columns[3], columns[4]) = (turn * u1 * lengths.0, turn * u2 * lengths.0)
        (columns[5], columns[6]) = (turn * v1 * lengths.1, turn * v2 * lengths.1)
        (columns[7], columns[8]) = (upperSeen, lowerSeen)

        let center = shoulder[index] + state.shift[index]
        let centerSeen = camera.see(center)
        let mark = camera.see(center + shoulderMark[index])
        let elbow = centerSeen + upperSeen
        let wrist = elbow + lowerSeen
        let at = index * 3
        point(mark, image[at], confidence[at], states: 3, constants: 0, at: index, rows)
        point(elbow, image[at + 1], confidence[at + 1], states: 5, constants: 1, at: index, rows)
        point(wrist, image[at + 2], confidence[at + 2], states: 7, constants: 2, at: index, rows)

        bone(upperSeen - upperBone[index], confidence[at + 1], state: 3, constant: 0, at: index, rows)
        bone(
            lowerSeen - lowerBone[index], min(confidence[at + 1], confidence[at + 2]), state: 5, constant: 1, at: index, rows)
    }

    @inline(__always)
    private func point(
        _ seen: SIMD3<Double>, _ image: SIMD2<Double>, _ confidence: Double, states: Int, constants: Int,
        at index: Int, _ rows: ArmRows
    ) {
        let depth = max(seen.z, BodyCamera.nearestMetres)
        let scale = confidence * metresPerPixel / (Self.imageMetres * Self.imageKappa.squareRoot())
        let perMetre = scale * camera.focalLengthPixels / depth
        let residual = SIMD2(seen.x * perMetre - image.x * scale, seen.y * perMetre - image.y * scale)
        let weight = rows.robust(residual.x * residual.x + residual.y * residual.y, Self.imageCauchy)
        for axis in 0..<2 {
            for column in 0..<states {
                let c = rows.columns[column]
                rows.set(state: column, column, weight * perMetre * (c[axis] - c.z * seen[axis] / depth))
            }
            for column in 0..<constants {
                let c = rows.columns[7 + column]
                rows.set(constant: column, column, weight * perMetre * (c[axis] - c.z * seen[axis] / depth))
            }
            rows.add(weight * residual[axis], first: index * ArmState.perTime, states: states, constants: constants)
        }
    }

    /// In the first stage all of the network's bone; then only its depth. A constant error of it is not among the
    /// unknowns: it is locked to the pose, and taken from arms that hang it put joined hands 30 cm apart.
    @inline(__always)
    private func bone(
        _ difference: SIMD3<Double>, _ confidence: Double, state place: Int, constant: Int,
        at index: Int, _ rows: ArmRows
    ) {
        let metres = isFirstStage ? Self.startMetres : Self.depthMetres
        let kappa = isFirstStage ? Self.imageKappa : Self.depthKappa
        let scale = confidence / (metres * kappa.squareRoot())
        for axis in (isFirstStage ? 0 : 2)..<3 {
            let residual = difference[axis] * scale
            let weight = rows.robust(residual * residual, Self.depthCauchy)
            for column in 0..<2 {
                rows.set(state: column, place + column, weight * scale * rows.columns[place + column][axis])
            }
            rows.set(constant: 0, constant, weight * scale * rows.columns[7 + constant][axis])
            rows.add(weight * residual, first: index * ArmState.perTime, states: 2, constants: 1)
        }
    }

    /// The shoulder stays near the thorax; the elbow does not fold through itself.
    private func known(at index: Int, _ state: ArmState, _ rows: ArmRows) {
        let scale = 1 / (Self.shiftMetres * Self.shiftKappa.squareRoot())
        for axis in 0..<3 {
            rows.set(state: 0, axis, scale)
            rows.addPlain(scale * state.shift[index][axis], first: index * ArmState.perTime, states: 1)
        }
        let (upper, lower) = (state.upper[index], state.lower[index])
        let (u1, u2) = ArmState.tangents(upper)
        let (v1, v2) = ArmState.tangents(lower)
        let columns = rows.columns
        (columns[0], columns[1], columns[2], columns[3]) = (u1, u2, .zero, .zero)
        pull(upper - down[index], Self.hangingRadians, at: index, rows)
        (columns[0], columns[1], columns[2], columns[3]) = (-1 * u1, -1 * u2, v1, v2)
        pull(lower - upper, Self.straightRadians, at: index, rows)
        let flexion = ArmAngle.between(state.upper[index], state.lower[index])
        guard flexion.radians > Self.greatestFlexion else { return }
        let limit = 1 / (Self.flexionLimit * Self.imageKappa.squareRoot())
        for column in 0..<4 { rows.set(state: column, 3 + column, limit * flexion.byTangents[column]) }
        rows.addPlain(
            limit * (flexion.radians - Self.greatestFlexion), first: index * ArmState.perTime, states: 4)
    }

    /// Where the length in the picture is flat in the angle, arms hang and are straight; let go of where they are not.
    /// The derivatives by the tangents of both bones are in `rows.columns`.
    private func pull(_ difference: SIMD3<Double>, _ deviation: Double, at index: Int, _ rows: ArmRows) {
        let scale = 1 / (deviation * Self.pullKappa.squareRoot())
        let residual = scale * difference
        let weight = rows.robust(dot(residual, residual), Self.pullCauchy)
        for axis in 0..<3 {
            for column in 0..<4 {
                rows.set(state: column, 3 + column, weight * scale * rows.columns[column][axis])
            }
            rows.add(weight * residual[axis], first: index * ArmState.perTime, states: 4, constants: 0)
        }
    }

    private func smooth(from index: Int, _ state: ArmState, _ rows: ArmRows) {
        let step = LandmarkTrack.stepSeconds * LandmarkTrack.stepSeconds
        let bend = state.shift[index] - 2 * state.shift[index + 1] + state.shift[index + 2]
        let scale = 1 / (Self.shiftAcceleration * step)
        for axis in 0..<3 {
            for moment in 0..<3 {
                rows.set(state: moment, moment * ArmState.perTime + axis, moment == 1 ? -2 * scale : scale)
            }
            rows.addPlain(scale * bend[axis], first: index * ArmState.perTime, states: 3)
        }
        turn(state.upper, from: index, place: 3, scale: 1 / (Self.upperAcceleration * step), rows)
        turn(state.lower, from: index, place: 5, scale: 1 / (Self.lowerAcceleration * step), rows)
    }

    /// Second difference of a direction.
    private func turn(
        _ path: [SIMD3<Double>], from index: Int, place: Int, scale: Double, _ rows: ArmRows
    ) {
        let bend = path[index] - 2 * path[index + 1] + path[index + 2]
        for moment in 0..<3 {
            let factor = moment == 1 ? -2 * scale : scale
            let (a, b) = ArmState.tangents(path[index + moment])
            (rows.columns[2 * moment], rows.columns[2 * moment + 1]) = (factor * a, factor * b)
        }
        for axis in 0..<3 {
            for column in 0..<6 {
                let first = column / 2 * ArmState.perTime + place + column % 2
                rows.set(state: column, first, rows.columns[column][axis])
            }
            rows.addPlain(scale * bend[axis], first: index * ArmState.perTime, states: 6)
        }
    }
}
