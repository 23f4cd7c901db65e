import Foundation

extension BodySolution {
    /// The angles of hips, knees, ankles and trunk and the points of the body, in the conventions of
    /// `docs/movement.md`. Angles of the arms are absent, elbows and wrists NaN: the fit of the arms adds them.
    package func motion() -> FittedMotion {
        let measured = (0..<count).map(track.isMeasured)
        var angles: [JointAngle: AngleSeries] = [:]
        for angle in JointAngle.allCases where angle.joint != .shoulder && angle.joint != .elbow {
            var series = AngleSeries(
                degrees: degrees(angle), standardUncertaintyDegrees: uncertaintyDegrees(angle))
            for index in 0..<count where !measured[index] {
                series.degrees[index] = .nan
                series.standardUncertaintyDegrees[index] = .nan
            }
            angles[angle] = series
        }
        return FittedMotion(
            family: family, times: track.times, isMeasured: measured, angles: angles, points: points(),
            contact: contact, yawRadians: (0..<count).map { states[$0 * BodyState.count + BodyState.yaw] },
            quality: quality())
    }

    /// One value per time, also where nothing was measured; NaN for an angle of the arms.
    ///
    /// Flexions are first angles of Z-X-Y decompositions of relative rotations, as the OpenSim model reports them.
    package func degrees(_ angle: JointAngle) -> [Double] {
        (0..<count).map { index in
            let state = index * BodyState.count
            let leg = state + BodyState.leg(angle.side ?? .right)
            let radians: Double
            switch angle.joint {
            case .knee: radians = states[leg + BodyState.knee]
            case .hip: radians = states[leg + BodyState.hipFlexion]
            case .trunk:
                let trunk =
                    Matrix3(zxy: states[state + BodyState.tilt], states[state + BodyState.list], 0)
                    * Matrix3(
                        zxy: states[state + BodyState.lumbarExtension], states[state + BodyState.lumbarBend],
                        states[state + BodyState.lumbarRotation])
                radians = atan2(-trunk.y.x, trunk.y.y)
            case .ankle:
                let isLeft = angle.side == .left
                let axis = BodyDimensions.ankleAxis * (isLeft ? SIMD3(-1, -1, 1) : SIMD3(1, 1, 1))
                let turn = Matrix3(about: axis, states[leg + BodyState.ankle])
                let flexion = atan2(-turn.y.x, turn.y.y)
                let contact = contact[index]
                let planted = isLeft ? max(contact[0], contact[2]) : max(contact[1], contact[3])
                radians = flexion + options.plantedAnkleGain * max(flexion, 0) * planted
            case .shoulder, .elbow: radians = .nan
            }
            return radians * 180 / .pi
        }
    }

    private func uncertaintyDegrees(_ angle: JointAngle) -> [Double] {
        let pairs = AngleUncertainty.pairs.count
        return (0..<count).map { index in
            AngleUncertainty.degrees(
                angle, variances: variances[(index * pairs)..<((index + 1) * pairs)],
                state: states[(index * BodyState.count)..<((index + 1) * BodyState.count)])
        }
    }

    private func points() -> [SIMD3<Double>] {
        let body = BodyDimensions(constants)
        let marks = BodyPoints()
        var points = [SIMD3<Double>](repeating: SIMD3(repeating: .nan), count: count * BodyPoint.count)
        for index in 0..<count {
            let pose = pose(at: index, body)
            marks.place(pose, body)
            func set(_ point: BodyPoint, _ position: SIMD3<Double>) {
                points[index * BodyPoint.count + point.rawValue] = position
            }
            set(.midHip, pose.position)
            set(.lumbar, pose.lumbar)
            set(.leftShoulder, pose.left.shoulder)
            set(.rightShoulder, pose.right.shoulder)
            set(.leftHip, pose.left.hip)
            set(.rightHip, pose.right.hip)
            set(.leftKnee, pose.left.knee)
            set(.rightKnee, pose.right.knee)
            set(.leftAnkle, pose.left.ankle)
            set(.rightAnkle, pose.right.ankle)
            set(.leftHeel, marks.positions[BodyPoints.firstSole])
            set(.rightHeel, marks.positions[BodyPoints.firstSole + 1])
            set(.leftToe, marks.positions[BodyPoints.firstSole + 2])
            set(.rightToe, marks.positions[BodyPoints.firstSole + 3])
        }
        return points
    }

    private func quality() -> FitQuality {
        let (body, camera, marks) = (BodyDimensions(constants), camera, BodyPoints())
        var errors: [Double] = []
        var distances: [Double] = []
        for index in 0..<count where !track.isInGap[index] {
            marks.place(pose(at: index, body), body)
            for landmark in 0..<12 {
                let point = marks.positions[landmark]
                let difference = camera.project(point) - track.image[index * 12 + landmark]
                let depth = camera.see(point).z
                errors.append((difference * difference).sum().squareRoot() * depth / camera.focalLengthPixels)
            }
            distances.append(length(camera.see(pose(at: index, body).position)))
        }
        let priors = options.constants.table(longSide: track.longSide, known: known)
        let focal = BodyConstant.logFocalLength
        return FitQuality(
            medianReprojectionMetres: SignalSmoothing.quantile(errors, 0.5),
            ninetiethPercentileReprojectionMetres: SignalSmoothing.quantile(errors, 0.9),
            pitchDegrees: camera.pitchRadians * 180 / .pi, rollDegrees: camera.rollRadians * 180 / .pi,
            cameraHeightMetres: camera.heightMetres,
            focalLengthOverLongSide: camera.focalLengthPixels / track.longSide,
            focalLengthDeviations: (constants[focal] - priors.means[focal]) / priors.deviations[focal],
            distanceMetres: SignalSmoothing.quantile(distances, 0.5))
    }
}
