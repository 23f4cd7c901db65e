import Foundation
import Movement

/// One person before one camera: what turns a movement into landmarks with the errors of a pose network.
package struct SimulatedScene: Sendable {
    /// In the order of `BodyConstant`.
    package var constants: [Double]
    /// Turn about the vertical in radians, as in `FittedMotion`.
    package var yawRadians: Double
    package var distanceMetres = 3.0
    package var width = 720
    package var height = 1280
    package var rateHertz = 30.0
    /// 1: errors as measured on BlazePose; 0: none.
    package var noise = 1.0
    package var seed: UInt64
    /// Stretches of time in which nobody is found.
    package var gaps: [ClosedRange<Double>] = []

    /// A person and camera drawn from what is usual: proportions ± 4 %, landmark offsets ± 12 mm, focal length
    /// 0.76–0.88 of the longer side, pitch 2 ± 3°, roll ± 1°.
    ///
    /// - Parameters:
    ///   - yawDegrees: 0 faces the right edge of the picture, −90 the camera.
    ///   - isGeneric: the model's own proportions and offsets, a level camera.
    package init(yawDegrees: Double, seed: UInt64, isGeneric: Bool = false) {
        yawRadians = yawDegrees * .pi / 180
        self.seed = seed
        var generator = SeededGenerator(seed: seed)
        let priors = ConstantPriors()
        constants = priors.table(longSide: 1280, known: KnownCapture()).means
        guard !isGeneric else { return }
        for index in BodyConstant.logThigh...BodyConstant.logShoulderWidth {
            constants[index] += 0.04 * generator.normal()
        }
        for index in BodyConstant.offsets..<BodyConstant.rhythm { constants[index] += 0.012 * generator.normal() }
        constants[BodyConstant.pitch] = (2 + 3 * generator.normal()) * .pi / 180
        constants[BodyConstant.roll] = generator.normal() * .pi / 180
        let focalLength = Double.random(in: 0.76...0.88, using: &generator)
        constants[BodyConstant.logFocalLength] = log(focalLength * 1280)
    }

    /// Films a movement.
    package func record(_ movement: SimulatedMovement) -> SimulatedRecording {
        var generator = SeededGenerator(seed: seed &+ 1)
        let body = SimulatedBody(constants)
        let camera = BodyCamera(constants)
        let count = Int(movement.seconds * rateHertz)
        let times = (0..<count).map { Double($0) / rateHertz }
        let moments = times.map { movement.moment(at: $0) }
        let states = body.walk(moments.map(\.state), yaw: yawRadians, distance: distanceMetres)
        var errors = (0..<Landmark.count).map { LandmarkError($0, using: &generator) }
        var observations = Observations(
            capture: Capture(width: width, height: height, rateHertz: rateHertz, durationSeconds: movement.seconds))
        for index in 0..<count {
            let seen = body.landmarks(states[index], moments[index]).map(camera.see)
            let middle = (seen[Landmark.leftHip.rawValue] + seen[Landmark.rightHip.rawValue]) / 2
            let points = seen.indices.map { landmark -> ObservedPoint in
                let error = errors[landmark].next(1 / rateHertz, using: &generator) * noise
                return point(seen[landmark], error, middle: middle, camera)
            }
            if gaps.contains(where: { $0.contains(times[index]) }) {
                observations.append(emptyAt: times[index], light: 0.5)
            } else {
                observations.append(
                    time: times[index], light: 0.5, score: 1, found: index == 0 ? .detector : .tracker,
                    points: points)
            }
        }
        return SimulatedRecording(times: times, states: states, moments: moments, observations: observations)
    }

    private func point(
        _ seen: SIMD3<Double>, _ error: SIMD3<Double>, middle: SIMD3<Double>, _ camera: BodyCamera
    ) -> ObservedPoint {
        let pixelsPerMetre = camera.focalLengthPixels / seen.z
        // The network's axes are those of a camera that looks at the hips: undo the turn from the optical axis.
        let direction = middle / length(middle)
        let axis = cross(direction, SIMD3(0, 0, 1))
        let relative = seen - middle + error
        let across = cross(axis, relative)
        let world = relative + across + cross(axis, across) / (1 + direction.z)
        return ObservedPoint(
            x: Double(width) / 2 + (seen.x + error.x) * pixelsPerMetre,
            y: Double(height) / 2 + (seen.y + error.y) * pixelsPerMetre,
            depth: (seen.z - middle.z + error.z) * pixelsPerMetre, visibility: 0.98, world: world)
    }
}

/// What was filmed and what was true.
package struct SimulatedRecording: Sendable {
    /// Seconds of all pictures, also of those without a person.
    package let times: [Double]
    /// Per picture, in the order of `BodyState`.
    package let states: [[Double]]
    package let moments: [SimulatedMovement.Moment]
    package let observations: Observations

    /// True angles in degrees, one per picture. The ankle's is the joint's own, without what marker-based models add
    /// for a planted foot.
    package func degrees(_ angle: JointAngle) -> [Double] {
        states.indices.map { index in
            let state = states[index]
            let leg = BodyState.leg(angle.side ?? .right)
            let radians: Double
            switch angle.joint {
            case .knee: radians = state[leg + BodyState.knee]
            case .hip: radians = state[leg + BodyState.hipFlexion]
            case .ankle: radians = state[leg + BodyState.ankle] * BodyDimensions.ankleAxis.z
            case .trunk: radians = state[BodyState.tilt] + state[BodyState.lumbarExtension]
            case .shoulder: return moments[index].armAbductionDegrees
            case .elbow: return moments[index].elbowDegrees
            }
            return radians * 180 / .pi
        }
    }
}
